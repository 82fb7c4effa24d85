"""The documents as a site: built strictly, whole in itself, and loading nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HOST = "https://site.invalid/"
LOADED = "//script/@src | //link[not(@rel='canonical')]/@href | //img/@src | //iframe/@src"
IN_STYLE = re.compile(r"@import\s+[\"']?([^\"';)]+)|url\(\s*[\"']?([^\"')]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. Any warning of the builder fails it: a dead link or anchor, a page that the
    navigation leaves out."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir"]
    built = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, str(folder)], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, html.HtmlElement]:
    """Every page, by its address."""
    return {
        urljoin(HOST, str(file.relative_to(site)).removesuffix("index.html")): html.parse(
            str(file)
        ).getroot()
        for file in site.rglob("*.html")
        if file.name != "404.html"
    }


def test_every_document_is_a_page(pages: dict[str, html.HtmlElement]) -> None:
    documents = {str(file.relative_to(DOCS).with_suffix("")) for file in DOCS.rglob("*.md")}
    built = {urlsplit(address).path.strip("/") or "index" for address in pages}
    assert documents - built == set()


def test_nothing_that_pages_load_comes_from_elsewhere(
    site: Path, pages: dict[str, html.HtmlElement]
) -> None:
    loaded = {str(link) for page in pages.values() for link in page.xpath(LOADED)}
    for sheet in site.rglob("*.css"):
        found = IN_STYLE.findall(sheet.read_text(encoding="utf-8"))
        loaded |= {first or second for first, second in found}
    for picture in site.rglob("*.svg"):
        text = picture.read_text(encoding="utf-8")
        loaded |= set(re.findall(r"(?:href|src)=\"([^\"]+)\"", text))
        loaded |= {first or second for first, second in IN_STYLE.findall(text)}
    assert len(loaded) > 10
    assert [one for one in loaded if "//" in one and not one.startswith("data:")] == []


def test_every_link_within_the_site_leads_somewhere(
    site: Path, pages: dict[str, html.HtmlElement]
) -> None:
    dead = [
        (address, link)
        for address, page in pages.items()
        for link in map(str, page.xpath("//a/@href | //img/@src"))
        if not _leads_somewhere(urljoin(address, link), site, pages)
    ]
    assert dead == []


def _leads_somewhere(target: str, site: Path, pages: dict[str, html.HtmlElement]) -> bool:
    address, _, anchor = target.partition("#")
    if not address.startswith(HOST):
        return True
    page = pages.get(address)
    if page is None:
        return (site / unquote(urlsplit(address).path).lstrip("/")).is_file()
    return not anchor or bool(page.xpath("//*[@id=$anchor]", anchor=unquote(anchor)))
