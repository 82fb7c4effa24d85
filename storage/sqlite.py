"""sqlite-utils without numpy, which it imports where it finds it: 7 MB, for values of kinds that we
do not store. Whoever needs it takes it from here; what only names records need not load it."""

from __future__ import annotations

import sys

_HIDDEN = {"numpy": None} if "numpy" not in sys.modules else {}
sys.modules |= _HIDDEN  # type: ignore[arg-type] # None: not to be found
import sqlite_utils  # noqa: E402
from sqlite_utils.migrations import Migrations  # noqa: E402

for _name in _HIDDEN:
    del sys.modules[_name]

__all__ = ["Migrations", "sqlite_utils"]
