"""Writes docs/figures.md from what the benches found last: `python -m tests.bench.report`.

How figures become tables: scalars make one, with a column a run where there are several; a list of
rows makes one of its own, and so does a mapping of alike mappings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from tests.bench.recordings import ROOT, Bench, Recording, benches, recordings

PAGE = ROOT / "docs" / "figures.md"
_HEAD = """\
# Figures

<!-- Made by `make report` from docs/figures/*.json, which the benches write; never by hand. -->

What was measured, by which command, when and on what. `make bench` measures what takes minutes;
each command below can be given alone, and `make report` puts what was measured last on this page.
An interval in brackets is Wilson's, of 95 %.
"""


def compose(kept: Sequence[Recording], known: Mapping[str, Bench]) -> str:
    """The page."""
    parts = [_HEAD]
    for name, bench in known.items():
        if runs := [one for one in kept if one.bench == name]:
            parts += [f"## {bench.title}\n", f"{bench.text.strip()}\n", *_tables(runs), *_how(runs)]
    return "\n".join(parts)


def _how(runs: Sequence[Recording]) -> Iterator[str]:
    for run in runs:
        yield (
            f"`{run.command}`, {run.began:%-d %B %Y %H:%M} UTC, took {_span(run.seconds)};"
            f" commit {run.commit}; Python {run.python} on {run.cores} cores of {run.cpu}, load"
            f" {run.load:g} at the beginning.\n"
        )


def _tables(runs: Sequence[Recording]) -> Iterator[str]:
    """What the runs have in common side by side, then the rest of each."""
    scalars = {run.label: dict(_scalars(run.figures)) for run in runs}
    if any(scalars.values()):
        names = list(dict.fromkeys(chain.from_iterable(scalars.values())))
        head = ["", *(scalars if len(runs) > 1 else [""])]
        yield from _table(
            head, [[name, *(scalars[label].get(name, "") for label in scalars)] for name in names]
        )
    for run in runs:
        before = f"{run.label}: " if len(runs) > 1 else ""
        yield from _parts(run.figures, before)


def _scalars(figures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if not isinstance(value, dict) and not _rows(value):
            yield name, value


def _parts(figures: Mapping[str, Any], before: str) -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, dict) and any(_scalars(value)):
            yield f"**{before}{name}**\n"
            yield from _table(["", ""], [[k, v] for k, v in _scalars(value)])
            yield from _parts(value, f"{before}{name}, ")
        elif rows := _rows(value):
            yield f"**{before}{name}**\n"
            head = list(dict.fromkeys(chain.from_iterable(rows)))
            yield from _table(head, [[row.get(column, "") for column in head] for row in rows])


def _rows(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [{"": name, **row} for name, row in value.items()]
    return value if isinstance(value, list) and value and isinstance(value[0], dict) else []


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    if rows:
        lines = [head, ["---"] * len(head), *([_shown(cell) for cell in row] for row in rows)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _shown(value: Any) -> str:
    """Whole numbers in full, others to three figures."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "none"
    return str(value).replace("|", "\\|")


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def main() -> None:
    """Write the page."""
    PAGE.write_text(compose(recordings(), benches()), encoding="utf-8")


if __name__ == "__main__":
    main()
