"""How many second opinions a day has seen, and what they cost."""

from __future__ import annotations

from datetime import date

from storage.rows import Db


def reserve(
    db: Db, day: date, *, most_calls: int, cost: float, most_cost: float | None
) -> tuple[int, float] | None:
    """Count a call and its cost before it is made. None where it was counted; else what the day
    has seen, which leaves no room for it."""
    calls, spent = spending(db, day)
    if calls >= most_calls or (most_cost is not None and spent + cost > most_cost):
        return calls, spent
    db.execute(
        "INSERT INTO opinion_days (day, calls, cost) VALUES (?, 1, ?) ON CONFLICT (day)"
        " DO UPDATE SET calls = calls + 1, cost = cost + excluded.cost",
        (day.isoformat(), cost),
    )
    return None


def correct(db: Db, day: date, difference: float) -> None:
    """Change what a day has cost, once the true price of a call is known."""
    db.execute(
        "UPDATE opinion_days SET cost = max(0.0, cost + ?) WHERE day = ?",
        (difference, day.isoformat()),
    )


def spending(db: Db, day: date) -> tuple[int, float]:
    """Calls and cost of a day."""
    row = db.execute(
        "SELECT calls, cost FROM opinion_days WHERE day = ?", (day.isoformat(),)
    ).fetchone()
    return (int(row["calls"]), float(row["cost"])) if row else (0, 0.0)
