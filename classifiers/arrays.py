"""Files of named arrays: what was learnt, as data. Reading one executes nothing and leaves no
garbage behind, as a document of a hundred thousand small lists would."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAGIC = b"\x28\xb5\x2f\xfd"
"""Of Zstandard: how such a file begins."""
_LEVEL = int(zstd.CompressionParameter.compression_level)
_SHORTEST = int(zstd.CompressionParameter.min_match)
_PACKINGS = ({_LEVEL: 19}, {_LEVEL: 19, _SHORTEST: 7})
"""The second looks for no short repetition, of which weights of a few levels have very many that
mean nothing: it makes them 6 % smaller, and tables of words larger."""
_BROKEN = (zstd.ZstdError, zipfile.BadZipFile, EOFError, NotImplementedError, TypeError)
"""What the libraries raise for a damaged file, and for one that holds a single array."""
Arrays = Mapping[str, NDArray[Any]]


def dump(arrays: Arrays) -> bytes:
    """Named arrays as the content of a file. Whole numbers of a few levels pack better by
    Zstandard than by NumPy's own compression. Raises ValueError for what is no plain data."""
    if any(array.dtype.hasobject for array in arrays.values()):
        raise ValueError("an array of objects is no plain data")
    plain = io.BytesIO()
    np.savez(plain, **dict(arrays))  # type: ignore[arg-type] # a name is not its other parameter
    packed = (zstd.compress(plain.getvalue(), options=options) for options in _PACKINGS)
    return min(packed, key=len)


def load(content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays again. Raises ValueError where it is no such file."""
    try:
        with np.load(io.BytesIO(zstd.decompress(content)), allow_pickle=False) as stored:
            return dict(stored)
    except _BROKEN as error:
        raise ValueError(f"no file of arrays: {error}") from error


def shipped(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of a file that comes with the package."""
    return load((files("classifiers") / "data" / name).read_bytes())


def of_texts(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Texts as an array: a file of arrays holds nothing else. A single empty text is none. Raises
    ValueError for a text of several lines."""
    listed = list(texts)
    if any("\n" in text for text in listed):
        raise ValueError("a text of several lines")
    return np.frombuffer("\n".join(listed).encode(), np.uint8)


def texts_of(array: NDArray[Any]) -> list[str]:
    """The texts again."""
    joined = bytes(array.astype(np.uint8)).decode()
    return joined.split("\n") if joined else []
