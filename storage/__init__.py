"""Keeps developments, the ledger, routes and deliveries in SQLite.

Imports `feeds` and `classifiers`.
"""

import sys

# sqlite-utils imports numpy where it finds it: 7 MB, for values of kinds that we do not store.
_HIDDEN = {"numpy": None} if "numpy" not in sys.modules else {}
sys.modules |= _HIDDEN  # type: ignore[arg-type] # None: not to be found
import sqlite_utils  # noqa: E402, F401

for _name in _HIDDEN:
    del sys.modules[_name]
