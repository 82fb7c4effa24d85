"""Content codings undone as a stream, never past a cap."""

from __future__ import annotations

import sys
import zlib
from typing import Protocol

import brotli

from feeds.errors import FetchError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_MOST_CODINGS = 2


class _Stage(Protocol):
    def feed(self, data: bytes, limit: int) -> bytes:
        """Decompress, returning at most `limit` bytes more (or a few, for the codec's sake)."""

    def finished(self) -> bool:
        """Whether the stream came to its proper end."""


class _Zlib:
    """gzip (also of several members) and both spellings of deflate."""

    def __init__(self) -> None:
        self._engine: zlib._Decompress | None = None
        self._ended = False

    def feed(self, data: bytes, limit: int) -> bytes:
        out = b""
        while data and len(out) < limit:
            if self._engine is None:
                if self._ended and not data.startswith(_GZIP_MAGIC[: len(data)]):
                    break  # what some servers leave behind the end
                self._engine = zlib.decompressobj(_window_bits(data))
            out += self._engine.decompress(data, limit - len(out))
            data = self._engine.unconsumed_tail
            self._ended = self._engine.eof
            if self._engine.eof:
                data = self._engine.unused_data
                self._engine = None
        return out

    def finished(self) -> bool:
        return self._ended


def _window_bits(start: bytes) -> int:
    if start.startswith(_GZIP_MAGIC[: len(start)]):
        return 31
    is_zlib = len(start) > 1 and start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return 15 if is_zlib else -15


class _Brotli:
    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    def feed(self, data: bytes, limit: int) -> bytes:
        out = self._engine.process(data, output_buffer_limit=limit)
        while len(out) < limit and not self._engine.can_accept_more_data():
            out += self._engine.process(b"", output_buffer_limit=limit - len(out))
        return bytes(out)

    def finished(self) -> bool:
        return bool(self._engine.is_finished())


_ZSTD_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
"""8 MB: what RFC 9659 lets a server ask of a client."""


class _Zstd:
    def __init__(self) -> None:
        self._engine = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)

    def feed(self, data: bytes, limit: int) -> bytes:
        out = b""
        while data and len(out) < limit:
            if self._engine.eof:
                self._engine = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
            out += self._engine.decompress(data, limit - len(out))
            data = self._engine.unused_data if self._engine.eof else b""
        return out

    def finished(self) -> bool:
        return self._engine.eof


_STAGES: dict[str, type[_Zlib | _Brotli | _Zstd]] = {
    "gzip": _Zlib,
    "x-gzip": _Zlib,
    "deflate": _Zlib,
    "br": _Brotli,
    "zstd": _Zstd,
}
_BROKEN = (zlib.error, brotli.error, zstd.ZstdError)


class Body:
    """Collects a response's body, decompressed, up to `max_bytes`.

    Bodies that are compressed without saying so, and plain ones that claim a compression, are
    told by their first bytes.
    """

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        self._declared = [
            coding
            for part in content_encoding.lower().split(",")
            if (coding := part.strip()) and coding != "identity"
        ]
        self._stages: list[_Stage] | None = None
        self._start = b""
        self._chunks: list[bytes] = []
        self._size = 0
        self._max = max_bytes

    def add(self, data: bytes) -> None:
        """Take bytes off the wire. Raises FetchError: too_large, encoding."""
        if self._stages is None:
            self._start += data
            if len(self._start) < 4:
                return
            data = self._open()
        self._keep(self._decoded(data))

    def whole(self) -> bytes:
        """The whole body. Raises FetchError (encoding) where the stream was cut off."""
        if self._stages is None and self._start:
            self._keep(self._decoded(self._open()))
        if self._stages and not all(stage.finished() for stage in self._stages):
            raise _broken("the compressed body ends before its end")
        return b"".join(self._chunks)

    def _open(self) -> bytes:
        self._stages = [_STAGES[name]() for name in reversed(self._codings())]
        return self._start

    def _codings(self) -> list[str]:
        unknown = [name for name in self._declared if name not in _STAGES]
        if unknown or len(self._declared) > _MOST_CODINGS:
            raise _broken(f"the body's compression is not one we read ({self._declared[0][:30]})")
        if not self._declared:
            return self._sniffed()
        plain = self._start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{")
        return [] if plain and self._declared != ["br"] else self._declared

    def _sniffed(self) -> list[str]:
        if self._start.startswith(_GZIP_MAGIC):
            return ["gzip"]
        return ["zstd"] if self._start.startswith(_ZSTD_MAGIC) else []

    def _decoded(self, data: bytes) -> bytes:
        try:
            for stage in self._stages or ():
                data = stage.feed(data, self._max - self._size + 1)
        except _BROKEN as error:
            raise _broken("the compressed body is damaged") from error
        return data

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._max:
            raise FetchError(
                f"the document is larger than {self._max / 1e6:g} MB",
                kind="too_large",
                remedy="raise [fetch] max_bytes if the feed is to be trusted",
            )
        self._chunks.append(data)


def _broken(message: str) -> FetchError:
    return FetchError(message, kind="encoding", remedy="nothing to do here; the server is at fault")
