"""The package's exceptions.

StorageError
  DatabaseLocked     another process holds the file
  DatabaseCorrupt    the file is damaged, or is no database
  DatabaseFull       the disk, or the page limit, is exhausted
  NotFound           nothing by that name or id
  Conflict           it is there already, or is fixed by the configuration file
"""

from __future__ import annotations


class StorageError(Exception):
    """The root: something about the database went wrong. The message names file and remedy."""


class DatabaseLocked(StorageError):
    """Another process holds the file."""


class DatabaseCorrupt(StorageError):
    """The file is damaged, or is no database."""


class DatabaseFull(StorageError):
    """The disk, or the page limit, is exhausted."""


class NotFound(StorageError):
    """Nothing by that name or id."""


class Conflict(StorageError):
    """It is there already, or the configuration file fixes it."""
