"""Bytes to text, whatever is declared, undeclared or wrongly declared."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STARTS = (  # of documents without a mark: "<?xml", "<rss", "<rdf"
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"<\0r\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
    (b"\0<\0r", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARATION = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""", re.I
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.I)
_GUESSED_FROM = 20_000
_ONE_BYTE = "feeds.one_byte"
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]")
"""The first two bytes of a character in UTF-8, as windows-1252 shows them."""
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
}
"""What pages declare, and what they use: the supersets that browsers read them as (WHATWG)."""


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text, and a warning (empty where the declaration was right). Never fails.

    A byte order mark rules; then whatever is valid UTF-8 with characters beyond ASCII is UTF-8,
    since nothing else looks like it by chance; then what is declared; then a guess.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), ""
    for start, encoding in _STARTS:
        if body.startswith(start):
            return body.decode(encoding, "replace"), ""
    declared = _declared(body, content_type)
    text = _strict(body, "utf-8")
    if text is not None and (not text.isascii() or not _stateful(declared)):
        wrong = declared and not text.isascii() and declared[0] != "utf-8"
        return text, f"declared as {declared[0]}, is utf-8" if wrong else ""
    return _by_declaration(body, declared)


def _by_declaration(body: bytes, declared: list[str]) -> tuple[str, str]:
    for encoding in declared:
        text = _strict(body, _WIDER.get(encoding, encoding))
        if text is not None:
            wrong = encoding != declared[0]
            return text, f"declared as {declared[0]}, is {encoding}" if wrong else ""
    if (not declared or "utf-8" in declared) and _mostly_utf8(body):
        return body.decode("utf-8", "replace"), "some bytes are not utf-8"
    guessed = _guessed(body)
    name = declared[0] if declared else "nothing"
    return body.decode(guessed, "replace"), f"declared as {name}, read as {guessed}"


def _declared(body: bytes, content_type: str) -> list[str]:
    """Codecs that the header and the document name, likelier first. A header that says Latin-1
    is mostly a server's default, so the document goes before it."""
    header = _known(match[1]) if (match := _CHARSET.search(content_type)) else ""
    inner = _known(found[1].decode("ascii")) if (found := _DECLARATION.match(body)) else ""
    default = header in ("iso8859-1", "ascii")
    order = (inner, header) if default else (header, inner)
    return [name for name in dict.fromkeys(order) if name]


def _known(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return ""
    unfit = codec.name.startswith(("utf-16", "utf-32")) or not codec._is_text_encoding
    return "" if unfit else codec.name


def _stateful(declared: list[str]) -> bool:
    """Encodings that say everything in ASCII bytes."""
    return any(name.startswith("iso2022") or name in ("hz", "utf-7") for name in declared)


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, ValueError):
        return None


def _guessed(body: bytes) -> str:
    """The encoding that the frequencies of letters speak for, else the commonest in the west."""
    best = from_bytes(body[:_GUESSED_FROM]).best()
    return best.encoding if best and best.encoding not in ("ascii", "utf_8") else "cp1252"


def mended(text: str) -> str:
    """Text that was taken for windows-1252 on its way and encoded again ("dÃ©fense", "â€™")
    as it was meant; any other text as it is."""
    if not _TWICE.search(text):
        return text
    try:
        return text.encode("cp1252", _ONE_BYTE).decode("utf-8")
    except UnicodeError:
        return text


def _one_byte(error: UnicodeError) -> tuple[bytes, int]:
    """Bytes that windows-1252 leaves undefined travel as the control characters of Latin-1."""
    if not isinstance(error, UnicodeEncodeError) or ord(error.object[error.start]) > 0xFF:
        raise error
    return bytes([ord(error.object[error.start])]), error.start + 1


codecs.register_error(_ONE_BYTE, _one_byte)


def _mostly_utf8(body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(1 for char in text[:200_000] if char > "\x7f")
    return broken * 10 <= beyond_ascii
