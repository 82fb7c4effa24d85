"""Addresses of articles: what to keep of them, and what to compare.

`clean_url` is for people and still leads to the article; `canonical_url` is only for comparison
and need not lead anywhere.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from fnmatch import translate
from functools import cache
from urllib.parse import (
    SplitResult,
    parse_qsl,
    quote,
    unquote,
    urlencode,
    urljoin,
    urlsplit,
    urlunsplit,
)

from feeds.word_lists import lines_of

_LONGEST = 4_000
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|touch)\.(?=[^.]+\.)")
_AMP_SUFFIX = re.compile(r"(?:/amp|\.amp(?=\.html?$)|\.amp)(?=/?$|\.html?$)")
_AMP_PREFIX = re.compile(r"^/amp(?=/.)")
_AMP_PARAMETERS = frozenset({"amp", "outputtype=amp", "amp=1", "amp=true", "view=amp", "m=1"})
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$")
_AMP_CACHE = re.compile(r"^[\w-]+\.cdn\.ampproject\.org$")
_AMP_CACHE_PATH = re.compile(r"^/(?:[a-z]/)?(s/)?(.+)$")
_GOOGLE_AMP_PATH = re.compile(r"^/amp/(s/)?(.+)$")
_NEWS_ARTICLE = re.compile(r"^/(?:rss/)?(?:articles|read)/([\w-]{20,})")
_INNER_ADDRESS = re.compile(rb"https?://[\x21-\x7e]+")
_WRAPPERS = {
    ("www.google.com", "/url"): ("url", "q"),
    ("google.com", "/url"): ("url", "q"),
    ("www.bing.com", "/news/apiclick.aspx"): ("url",),
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("www.youtube.com", "/redirect"): ("q",),
    ("out.reddit.com", "/"): ("url",),
}
_MOST_WRAPPERS = 3
_RAW_BYTE = re.compile("[\udc80-\udcff]")
_BYTES = "surrogateescape"
"""Percent signs may spell the bytes of any encoding; what is not UTF-8 stays what it is."""


def clean_url(url: str) -> str:
    """The address as published, without tracking parameters and without the wrappers of
    aggregators that name the article's own address. Empty where it is no address."""
    parts = _split(url)
    for _ in range(_MOST_WRAPPERS):
        inner = _split(_unwrapped(parts)) if parts else None
        if inner is None:
            break
        parts = inner
    if parts is None:
        return ""
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
    return urlunsplit(parts._replace(query="&".join(kept)))


def canonical_url(url: str) -> str:
    """The address reduced to what identifies an article, across feeds, hosts and devices: one
    scheme, no www, mobile or AMP form, no tracking parameter, no fragment. Empty where the
    address is none."""
    parts = _split(clean_url(url))
    if parts is None:
        return ""
    host = _HOST_PREFIX.sub("", _host(parts))
    path = _AMP_PREFIX.sub("", _AMP_SUFFIX.sub("", _normal_path(parts.path)))
    path = _INDEX.sub("", path).rstrip("/")
    pairs = [
        pair
        for pair in _pairs(parts.query)
        if "=".join(pair).lower().rstrip("=") not in _AMP_PARAMETERS
    ]
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit(("https", host, path, urlencode(sorted(pairs), errors=_BYTES), fragment))


def absolute(base: str, link: str) -> str:
    """The web address that a link of a document leads to; empty where it leads to none. Characters
    that no address has, and that a terminal would act on, are left out."""
    link = _ACTING.sub("", link).strip()
    try:
        joined = urljoin(base, link) if link else ""
    except ValueError:
        return ""
    return joined if re.match(r"https?://[^/]", joined, re.IGNORECASE) else ""


def without_feed_scheme(address: str) -> str:
    """The web address within one that begins with feed:, as browsers once opened feeds."""
    address = re.sub(r"^feed:(?://)?(?=https?:)", "", address.strip(), flags=re.IGNORECASE)
    return re.sub(r"^feed://", "http://", address, flags=re.IGNORECASE)


def is_bare(canonical: str) -> bool:
    """Whether a canonical address is that of a whole site, which identifies no article."""
    parts = urlsplit(canonical)
    return not parts.path and not parts.query and not parts.fragment


def fragment_of(url: str) -> str:
    """What stands after the "#"; empty where nothing does."""
    parts = _split(url)
    return parts.fragment if parts else ""


def host_of(url: str) -> str:
    """The host without www, for people; empty where there is none."""
    parts = _split(url)
    return _host(parts).removeprefix("www.") if parts else ""


def _split(url: str) -> SplitResult | None:
    if not url or len(url) > _LONGEST:
        return None
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        return None
    return parts if usable else None


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    return host if parts.port in (None, default) else f"{host}:{parts.port}"


def _normal_path(path: str) -> str:
    """One spelling of percent signs, no doubled slashes."""
    plain = unquote(re.sub(r"/{2,}", "/", path), errors=_BYTES)
    return quote(plain, safe="/:@!$&'()*+,;=~-._", errors=_BYTES)


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, errors=_BYTES)


def _unwrapped(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if names := _WRAPPERS.get((host, parts.path.lower() or "/")):
        query = dict(_pairs(parts.query))
        inner = (query[name] for name in names if query.get(name, "").startswith("http"))
        return _RAW_BYTE.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:X}", next(inner, ""))
    for readable, unwrap in _UNWRAPPERS:
        if readable(host):
            return unwrap(parts)
    return ""


def _google_news(parts: SplitResult) -> str:
    """Until 2024 the wrapper carried the address in base64; newer ones lead through Google only
    and stay as they are."""
    found = _NEWS_ARTICLE.match(parts.path)
    if not found:
        return ""
    try:
        packed = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    except (binascii.Error, ValueError):
        return ""
    inner = _INNER_ADDRESS.search(packed)
    return inner[0].decode("ascii") if inner else ""


def _amp_cache(parts: SplitResult) -> str:
    found = _AMP_CACHE_PATH.match(parts.path)
    return _inner(found, parts) if found else ""


def _google_amp(parts: SplitResult) -> str:
    found = _GOOGLE_AMP_PATH.match(parts.path)
    return _inner(found, parts) if found else ""


def _inner(found: re.Match[str], parts: SplitResult) -> str:
    scheme = "https" if found[1] else "http"
    return urlunsplit((scheme, *_host_and_path(found[2]), parts.query, ""))


def _host_and_path(text: str) -> tuple[str, str]:
    host, slash, path = text.partition("/")
    return host, slash + path


_UNWRAPPERS: tuple[tuple[Callable[[str], object], Callable[[SplitResult], str]], ...] = (
    (lambda host: host == "news.google.com", _google_news),
    (_AMP_CACHE.match, _amp_cache),
    (lambda host: host in ("www.google.com", "google.com"), _google_amp),
)


def _is_tracking(pair: str) -> bool:
    return bool(_tracking().match(pair.lower() if "=" in pair else pair.lower() + "="))


@cache
def _tracking() -> re.Pattern[str]:
    rules = lines_of("tracking_parameters.txt")
    return re.compile("|".join(translate(rule if "=" in rule else rule + "=*") for rule in rules))
