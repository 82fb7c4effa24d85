"""Files of arrays hold plain data and nothing that runs."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable

import numpy as np
import pytest

from classifiers import arrays
from classifiers.arrays import of_texts, texts_of


def test_arrays_come_back_as_they_were() -> None:
    stored = {"whole": np.array([[1, -2]], np.int8), "texts": of_texts(["Łódź", "", "a\tb"])}
    found = arrays.load(arrays.dump(stored))
    assert found["whole"].tolist() == [[1, -2]]
    assert texts_of(found["texts"]) == ["Łódź", "", "a\tb"]


def test_what_would_execute_something_is_neither_written_nor_read() -> None:
    harmful = np.array([print], dtype=object)
    with pytest.raises(ValueError, match="objects"):
        arrays.dump({"words": harmful})
    with pytest.raises(ValueError, match="allow_pickle=False"):
        arrays.load(packed(lambda file: np.savez(file, words=harmful)))


ZSTD = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"


def packed(write: Callable[[io.BytesIO], object]) -> bytes:
    plain = io.BytesIO()
    write(plain)
    zstd = importlib.import_module(ZSTD)
    return bytes(zstd.compress(plain.getvalue()))


@pytest.mark.parametrize(
    "content",
    [
        b"PK",
        b"",
        arrays.dump({"one": np.zeros(9)})[:-9],
        packed(lambda file: np.save(file, np.zeros(9))),
        packed(lambda file: file.write(b"PK\3\4 and no more")),
        packed(lambda file: None),
    ],
)
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no file of arrays"):
        arrays.load(content)


def test_a_text_is_one_line() -> None:
    with pytest.raises(ValueError, match="several lines"):
        of_texts(["one\ntwo"])
