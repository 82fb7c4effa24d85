"""The package's own lists: files of lines, in which # begins a remark."""

from __future__ import annotations

from importlib import resources


def lines_of(name: str) -> list[str]:
    """The lines of a file of data/ that say something."""
    text = (resources.files("feeds") / "data" / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
