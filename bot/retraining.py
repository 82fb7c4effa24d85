"""What people corrected, as examples for training; and whether a new model is good enough."""

from __future__ import annotations

from classifiers.evaluate import Report
from classifiers.examples import Example
from storage.records import StoredFeedback
from storage.store import Store

WEIGHT = 2.0
"""What a correction counts in training: an article of one's own feeds, judged by one's own team."""
_MOST = 10_000
_TEACHING = {"not_relevant", "confirmed", "corrected"}
_JUDGED_BY = "all unambiguous"


async def corrections(store: Store) -> list[Example]:
    """Alerts that an admin found not relevant, confirmed or corrected (feedback that was applied);
    of each alert what was said last."""
    said = await store.feedback_given(state="applied", limit=_MOST)
    last = {g.short_id: g for g in reversed(said) if g.verdict in _TEACHING}
    examples = [await _example(store, given) for given in last.values()]
    return [example for example in examples if example is not None]


async def _example(store: Store, given: StoredFeedback) -> Example | None:
    development = await store.development(given.short_id)
    if development is None:
        return None
    article = await store.article(str(development.lead.article_id))
    if article is None:
        return None
    relevant = given.verdict != "not_relevant"
    return Example(
        id=f"feedback-{given.id}",
        article=article.article,
        relevant=relevant,
        claims=(given.corrected or development.claims) if relevant else (),
        case="correction",
        weight=WEIGHT,
    )


def summary(report: Report) -> str:
    """The figures that a new model is judged by, in one line."""
    told = report.relevance[_JUDGED_BY]
    return (
        f"precision {told.precision.value:.3f}, recall {told.recall.value:.3f}, F1 {told.f1:.3f};"
        f" head word {report.heads.value:.3f}, stage within one {report.stages.value:.3f}"
    )


def worse(before: Report, after: Report) -> str:
    """Why a new model is refused: it is worse at telling what matters. Empty where it is not."""
    old, new = before.relevance[_JUDGED_BY].f1, after.relevance[_JUDGED_BY].f1
    if new >= old:
        return ""
    return f"F1 of relevance would fall from {old:.3f} to {new:.3f}"
