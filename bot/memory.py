"""Keeps what the process no longer needs from staying with it: glibc's malloc(3).

Each thread gets a heap of its own by default, and a block that is once freed makes all blocks up to
its size come from these heaps, which are given back from their ends alone. After a day of large
answers on several threads that is half of the memory.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""From malloc.h."""
_HEAPS = 2
_APART = 256 * 1024
"""Bytes: a block of this size goes back to the system when it is freed."""


def give_back() -> None:
    """To be called before any thread is started. Nothing happens where another malloc is used."""
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _HEAPS)
        mallopt(_M_MMAP_THRESHOLD, _APART)
        mallopt(_M_TRIM_THRESHOLD, _APART)


def trim() -> None:
    """Give back whole free pages from between what is still in use; takes milliseconds, best on a
    thread of its own. To be called now and then."""
    malloc_trim = _of_glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _of_glibc(name: str) -> Any:
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), name, None)
