"""The ledger as it stands -> a grid: who is committed to whom, or to what. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.charts.phrases import alt_text, day_words, listed, phrase
from bot.charts.plans import Cell, GridPlan
from bot.words import Words, words
from classifiers.assessment import Stage
from storage.records import LedgerEntry, MatrixCell

MOST_ROWS = 12
MOST_COLUMNS = 8
_NAMED_IN_ALT = 6

Row = tuple[Cell | None, ...]


def pairs_plan(
    cells: Sequence[MatrixCell], *, today: date, language: str = "en"
) -> GridPlan | None:
    """Committers by beneficiaries, those with the most that binds; None where there is nothing."""
    say = words(language)
    standing = {
        (c.committer, c.beneficiary): Cell(int(c.stage), c.status != "active") for c in cells
    }
    if not standing:
        return None
    columns = _heaviest(Counter({c: 0 for _, c in standing}), standing, 1)[:MOST_COLUMNS]
    kept = {key: cell for key, cell in standing.items() if key[1] in columns}
    rows = _alike(kept, columns)
    shown = sum(cell is not None for group, row in rows for cell in row for _ in group)
    return _grid(
        say("chart", "pairs_title"),
        [say.actor(code) for code in columns],
        rows,
        say,
        corner=(say("chart", "corner_who"), say("chart", "corner_whom")),
        subtitle=phrase(say, "grid_subtitle", today=day_words(today, say)),
        note=_pairs_note(shown, len(standing), say),
        alt=_pairs_alt(standing, say),
    )


def obligations_plan(
    beneficiary: str, entries: Sequence[LedgerEntry], *, today: date, language: str = "en"
) -> GridPlan | None:
    """Committers to one beneficiary by what they owe; None where there is nothing."""
    say = words(language)
    standing: dict[tuple[str, str], Cell] = {}
    for entry in entries:
        if entry.committer == beneficiary:
            continue  # a pact's other side
        cell = Cell(int(entry.stage), entry.status != "active")
        key = (entry.committer, str(entry.obligation))
        standing[key] = max(standing.get(key, cell), cell, key=_weight)
    if not standing:
        return None
    every = Counter(column for _, column in standing)
    columns = _heaviest(every, standing, 1)[:MOST_COLUMNS]
    kept = {key: cell for key, cell in standing.items() if key[1] in columns}
    rows = _alike(kept, columns)
    committers = {committer for committer, _ in standing}
    drawn = {code for group, _ in rows for code in group}
    title = phrase(say, "obligations_title", beneficiary=say.actor(beneficiary))
    return _grid(
        title,
        [say("obligation", column).partition(",")[0] for column in columns],
        rows,
        say,
        corner=(say("chart", "corner_who"), say("chart", "corner_what")),
        subtitle=phrase(say, "grid_subtitle", today=day_words(today, say)),
        note=_obligations_note(len(committers - drawn), len(every) - len(columns), say),
        alt=_obligations_alt(title, standing, say),
    )


def _weight(cell: Cell) -> int:
    """What counts for the order: a stage more for what stands."""
    return 2 * cell.stage + (not cell.doubtful)


def _heaviest(
    every: Iterable[str], standing: Mapping[tuple[str, str], Cell], side: int
) -> list[str]:
    """Actors or obligations by what binds, most first."""
    weights = dict.fromkeys(every, 0)
    for key, cell in standing.items():
        weights[key[side]] += _weight(cell)
    return sorted(weights, key=lambda name: (-weights[name], name))


def _alike(
    standing: Mapping[tuple[str, str], Cell], columns: Sequence[str]
) -> list[tuple[tuple[str, ...], Row]]:
    """Rows, the fullest first; committers who owe the same in the same way share one."""
    groups: dict[Row, list[str]] = {}
    committers = dict.fromkeys(committer for committer, _ in standing)
    for committer in _heaviest(committers, standing, 0):
        row = tuple(standing.get((committer, column)) for column in columns)
        groups.setdefault(row, []).append(committer)
    return [(tuple(group), row) for row, group in list(groups.items())[:MOST_ROWS]]


def _grid(
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[tuple[str, ...], Row]],
    say: Words,
    *,
    corner: tuple[str, str],
    subtitle: str,
    note: str,
    alt: str,
) -> GridPlan:
    doubtful = any(cell is not None and cell.doubtful for _, row in rows for cell in row)
    return GridPlan(
        title=title,
        subtitle=subtitle,
        corner=corner,
        columns=tuple(columns),
        rows=tuple((listed(group, say), row) for group, row in rows),
        stages=tuple(say("stage", int(stage)) for stage in Stage),
        doubtful=say("chart", "doubtful") if doubtful else "",
        note=note,
        alt=alt,
        name="matrix.png",
    )


def _pairs_note(shown: int, every: int, say: Words) -> str:
    return phrase(say, "pairs_left_out", shown=shown, every=every) if shown < every else ""


def _obligations_note(committers: int, columns: int, say: Words) -> str:
    parts = [
        say.count(key, count)
        for key, count in (("committers", committers), ("subjects", columns))
        if count
    ]
    return phrase(say, "obligations_left_out", what=", ".join(parts)) if parts else ""


def _pairs_alt(standing: Mapping[tuple[str, str], Cell], say: Words) -> str:
    most = Counter(beneficiary for _, beneficiary in standing).most_common(_NAMED_IN_ALT)
    return alt_text(
        phrase(
            say,
            "pairs_alt",
            pairs=len(standing),
            binding=sum(cell.stage >= Stage.SIGNED_BINDING for cell in standing.values()),
        ),
        phrase(
            say,
            "pairs_alt_most",
            most=", ".join(f"{say.actor(code)} ({count})" for code, count in most),
        ),
    )


def _obligations_alt(title: str, standing: Mapping[tuple[str, str], Cell], say: Words) -> str:
    best: dict[str, int] = {}
    for (committer, _), cell in standing.items():
        best[committer] = max(best.get(committer, 0), cell.stage)
    by_stage = [
        phrase(
            say,
            "obligations_alt_stage",
            number=stage,
            stage=say("stage", stage),
            who=listed([c for c, s in sorted(best.items()) if s == stage], say, _NAMED_IN_ALT),
        )
        for stage in sorted(set(best.values()), reverse=True)
    ]
    return alt_text(phrase(say, "obligations_alt", title=title, count=len(best)), *by_stage)
