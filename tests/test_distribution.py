"""The wheel and the source distribution hold what they must, and run away from the repository.

Nothing is fetched: both are built with the setuptools that is installed, and the dependencies are
links to those of the environment that runs the tests, as far as `requirements.lock` names them:
none of the extras, and nothing that only tests need.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Callable
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath

import pytest

from bot import __version__

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "classifiers", "feeds", "storage")
NAME = f"pledgewatch-{__version__}"
WHEEL = f"{NAME}-py3-none-any.whl"
BUILD = """
import sys
from setuptools import build_meta
getattr(build_meta, sys.argv[1])(sys.argv[2])
"""
PLEDGE = {
    "id": "a",
    "title": "Britain and France sign declaration of intent to deploy troops to Ukraine",
    "summary": "The leaders of both countries and of Ukraine signed it in Paris on Tuesday.",
    "relevant": True,
    "type": "signed",
}
OTHER = {"id": "b", "title": "Rain expected over the weekend", "relevant": False, "type": "none"}
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def in_git() -> set[str]:
    """The project's files: what git has, or would take."""
    git = shutil.which("git")
    if not (ROOT / ".git").exists() or git is None:
        pytest.skip("this is no working tree of git")
    listed = subprocess.run(  # noqa: S603 - git
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


def within(names: set[str]) -> set[str]:
    """Those of the packages."""
    return {name for name in names if name.startswith(tuple(f"{p}/" for p in PACKAGES))}


def locked() -> set[str]:
    """What the locked dependencies have put into site-packages, but for bin and caches."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = set(re.findall(r"(?m)^([a-z0-9-]+)==", lock)) - {"setuptools"}
    found = distributions(path=[sysconfig.get_path("purelib")])
    wanted = (d for d in found if re.sub(r"[-_.]+", "-", d.name).lower() in names)
    files = (file for dist in wanted for file in dist.files or ())
    return {file.parts[0] for file in files} - {"..", "__pycache__"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, built from a copy, since a build leaves much behind; the wheel from the
    source distribution."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in in_git():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    (source / "bot" / "data" / "__pycache__").mkdir()
    (source / "bot" / "data" / "__pycache__" / "left.pyc").touch()
    build("sdist", source, target)
    # From what was shipped, as those do who install it from there.
    with tarfile.open(target / f"{NAME}.tar.gz") as archive:
        archive.extractall(source / "unpacked", filter="data")
    build("wheel", source / "unpacked" / NAME, target)
    return target


def build(what: str, source: Path, target: Path) -> None:
    """With the setuptools that is here."""
    command = [sys.executable, "-c", BUILD, f"build_{what}", str(target)]
    subprocess.run(command, cwd=source, capture_output=True, check=True)  # noqa: S603 - ours


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(built / WHEEL)


@pytest.fixture(scope="module")
def run(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Calls the installed program, elsewhere and with nothing of the repository on its path."""
    home, elsewhere = tmp_path_factory.mktemp("venv"), tmp_path_factory.mktemp("elsewhere")
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*install, str(built / WHEEL)], capture_output=True, check=True)  # noqa: S603 - ours
    (own,) = home.glob("lib/python*/site-packages")
    for name in locked():
        (own / name).symlink_to(Path(sysconfig.get_path("purelib")) / name)
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PLEDGEWATCH"))}

    def call(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - ours
            [home / "bin" / "pledgewatch", *arguments],
            cwd=elsewhere,
            env=environ | {"PYTHONPATH": ""},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == within(in_git())


def test_the_wheel_names_its_licence_and_its_command(wheel: zipfile.ZipFile) -> None:
    folder = f"{NAME}.dist-info"
    assert b"\nLicense-Expression: MIT AND Apache-2.0 AND Bitstream-Vera\n" in wheel.read(
        f"{folder}/METADATA"
    )
    for name in ("LICENSE", "LICENSES/Apache-2.0.txt", "LICENSES/DejaVu.txt", "LICENSES/README.md"):
        assert f"{folder}/licenses/{name}" in wheel.namelist()
    assert b"pledgewatch = bot.__main__:main" in wheel.read(f"{folder}/entry_points.txt")


def test_the_source_distribution_holds_the_packages_and_what_goes_with_them(built: Path) -> None:
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        files = (PurePosixPath(member.name) for member in archive if member.isfile())
        names = {str(name.relative_to(NAME)) for name in files}
    made = {"PKG-INFO", "setup.cfg"}
    beside = {"CHANGELOG.md", "LICENSE", "MANIFEST.in", "README.md", "pyproject.toml"}
    beside |= {
        "config.example.toml",
        "config.schema.json",
        "requirements.lock",
        "slack-manifest.json",
        ".dockerignore",
        "Dockerfile",
        "compose.yaml",
    }
    folders = ("deploy", "LICENSES")
    beside |= {f"{name}/{path.name}" for name in folders for path in (ROOT / name).iterdir()}
    foreign = (
        {name for name in names if ".egg-info/" not in name} - within(in_git()) - beside - made
    )
    assert foreign == set()
    assert (within(in_git()) | beside) - names == set()


def test_the_version_stands_in_one_place(wheel: zipfile.ZipFile) -> None:
    assert f"\nVersion: {__version__}\n" in wheel.read(f"{NAME}.dist-info/METADATA").decode()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project


def test_it_tells_its_version(run: Run) -> None:
    assert run("--version").stdout == f"pledgewatch, version {__version__}\n"


def test_it_shows_the_demo(run: Run) -> None:
    shown = run("demo")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "RATIFIED" in shown.stdout


def test_it_answers_from_a_new_database(run: Run) -> None:
    assert json.loads(run("latest", "--json").stdout) == []
    owed = json.loads(run("status", "Ukraine", "--json").stdout)
    assert len(owed["commitments"]) > 10


def test_it_reads_articles(run: Run) -> None:
    done = run("classify", given=f"{json.dumps(PLEDGE)}\n{json.dumps(OTHER)}\n")
    first, second = (json.loads(line) for line in io.StringIO(done.stdout))
    assert (first["relevant"], first["type"]) == (True, "signed")
    assert not second["relevant"]


def test_it_measures_itself(run: Run, tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text(f"{json.dumps(PLEDGE)}\n{json.dumps(OTHER)}\n", encoding="utf-8")
    report = json.loads(run("evaluate", str(labelled), "--json").stdout)
    assert (report["rows"], report["misses"]) == (2, [])


def test_what_needs_an_extra_says_so_with_the_remedy(run: Run, tmp_path: Path) -> None:
    run("status", "Ukraine")  # makes the database
    wanted = {
        "train": ["train", "--output", str(tmp_path / "model.json")],
        "explore": ["explore"],
        "charts": ["chart", "matrix", "-o", str(tmp_path / "out.png")],
    }
    for extra, command in wanted.items():
        refused = run(*command)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert f"`pip install 'pledgewatch[{extra}]'`" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
