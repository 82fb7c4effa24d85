"""What a digest's picture shows: who acted towards whom. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.charts import GridPlan, pairs_plan
from bot.digest import Digest, grouped
from bot.digest_lines import Entry
from bot.outside_text import cut
from bot.words import Words, words
from classifiers.assessment import Direction
from storage.records import MatrixCell

_LEAST = 2
"""Pairs; a picture of one says nothing that its line does not."""
_BACK = {
    Direction.HEDGED,
    Direction.REFUSED,
    Direction.WITHHELD,
    Direction.OPPOSED,
    Direction.WEAKENED,
    Direction.SUSPENDED,
    Direction.WITHDRAWN,
    Direction.BREACHED,
}
_VOID = {"denied", "retracted", "withdrawn"}
_NAMED_IN_ALT = 4
_ALT = 400


def picture_plan(digest: Digest) -> GridPlan | None:
    """The pairs of the period, each with the stage of its act; None where there are too few."""
    entries = [entry for group in grouped(digest.entries) for entry in group.entries]
    cells = {(c.committer, c.beneficiary): c for entry in entries[::-1] for c in _cells(entry)}
    language = digest.route.language
    plan = pairs_plan(list(cells.values()), today=digest.until.date(), language=language)
    if plan is None or len(cells) < _LEAST:
        return None
    say = words(language)
    return replace(
        plan,
        title=say("digest", "picture"),
        subtitle=f"{say.date(digest.since)} – {say.date(digest.until)}",
        doubtful=say("digest", "back") if plan.doubtful else "",
        note="",
        alt=_alt(entries, say),
        name="digest.png",
    )


def _cells(entry: Entry) -> Iterator[MatrixCell]:
    """One who is asked has not acted, nor has one whose act was denied."""
    claim = entry.development.claims[0]
    if claim.direction is Direction.DEMANDED or entry.development.status in _VOID:
        return
    status = "suspended" if claim.direction in _BACK else "active"
    for committer in claim.committers:
        for beneficiary in claim.beneficiaries:
            if committer != beneficiary:
                yield MatrixCell(committer, beneficiary, claim.stage, 1, status)


def _alt(entries: Iterable[Entry], say: Words) -> str:
    claims = [e.development.claims[0] for e in entries if any(_cells(e))]
    told = [
        say("digest", "picture_move").format(
            who=", ".join(map(say.actor, claim.committers[:2])),
            whom=", ".join(map(say.actor, claim.beneficiaries[:2])),
            what=say("direction", claim.direction),
        )
        for claim in claims[:_NAMED_IN_ALT]
    ]
    return cut(say("digest", "picture_alt").format(moves="; ".join(told)), _ALT)
