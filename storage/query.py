"""What people type into `search`, read harmlessly. Pure: any input gives a query, none an error.

ukraine troops              both words
"declaration of intent"     a phrase
deploy*                     a beginning (three letters at least)
-exercise                   without this word
from:GBR  to:UKR            committer, beneficiary
stage:3  stage:>=3          how binding, 0 to 6
since:2026-01-01  until:2026-02-01
source:reuters  lang:uk  is:refused  about:troop_deployment
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from classifiers.assessment import Stage
from storage.articles import facet

MOST_TERMS = 24
_PIECE = re.compile(
    r"""(?P<minus>-?)(?:(?P<field>[A-Za-z]+):(?P<op>>=|<=|>|<|=)?)?
        (?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
_WORDS = re.compile(r"[^\W_]+")
_FACETS = {
    "from": "from", "by": "from", "committer": "from",
    "to": "to", "for": "to", "beneficiary": "to",
    "source": "src", "outlet": "src",
    "lang": "lang", "language": "lang",
    "is": "dir", "direction": "dir",
    "about": "about", "obligation": "about",
}  # fmt: skip


_OF_CLAIMS = tuple(f'("{kind}' for kind in ("from", "to", "about", "stage", "dir"))


@dataclass(frozen=True, slots=True)
class Query:
    """A search as the index takes it."""

    text: str = ""
    """An FTS5 expression over the words that people read; empty where only filters were given."""
    without: str = ""
    """What must not occur there."""
    facets: tuple[str, ...] = ()
    """Each an FTS5 expression over the facets column; all must hold."""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return not (self.text or self.facets or self.since or self.until)

    @property
    def of_claims(self) -> bool:
        """Whether a filter asks for what only a claim has: then only what reports a development
        can answer."""
        return any(facet.startswith(_OF_CLAIMS) for facet in self.facets)


def parse_query(typed: str) -> Query:
    """Read what was typed. What makes no sense as a filter is searched for as words."""
    terms: list[str] = []
    without: list[str] = []
    filters: list[str] = []
    since = until = None
    for piece in list(_PIECE.finditer(typed[:1000]))[:MOST_TERMS]:
        field, value = (piece["field"] or "").lower(), piece["phrase"] or piece["word"] or ""
        if field in ("since", "after") and (day := _day(value)):
            since = day
        elif field in ("until", "before") and (day := _day(value)):
            until = day + timedelta(days=1)
        elif field and (expression := _filter(field, piece["op"] or "=", value)):
            filters.append(expression)
        else:
            whole = f"{field} {value}" if field else value
            term = _term(whole, prefix=piece["phrase"] is None and value.endswith("*"))
            (without if piece["minus"] else terms).extend(term)
    return Query(" AND ".join(terms), " OR ".join(without), tuple(filters), since, until)


def _term(value: str, *, prefix: bool) -> list[str]:
    """One quoted FTS5 phrase: within quotation marks nothing has a meaning of its own."""
    words = _WORDS.findall(value)
    if not words:
        return []
    star = " *" if prefix and len(words[-1]) >= 3 else ""
    return [f'"{" ".join(words)}"{star}']


def _filter(field: str, op: str, value: str) -> str:
    if field == "stage":
        return any_of("stage", [str(int(s)) for s in _stages(op, value)])
    kind = _FACETS.get(field)
    return any_of(kind, [v for v in value.split(",") if _WORDS.search(v)]) if kind else ""


def _stages(op: str, value: str) -> list[Stage]:
    wanted = _stage(value)
    if wanted is None:
        return []
    return [stage for stage in Stage if _COMPARE[op](stage, wanted)]


_COMPARE: dict[str, Callable[[Stage, Stage], bool]] = {
    "=": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def _stage(value: str) -> Stage | None:
    if value.isdecimal() and len(value) < 3:
        return Stage(int(value)) if int(value) <= max(Stage) else None
    return Stage.__members__.get(value.upper().replace("-", "_"))


def any_of(kind: str, values: list[str]) -> str:
    """An FTS5 expression over the facets column: one of these values."""
    terms = [f'"{facet(kind, value)}"' for value in values[:12]]
    return f"({' OR '.join(terms)})" if terms else ""


def _day(value: str) -> datetime | None:
    """2026, 2026-01 or 2026-01-31, UTC."""
    parts = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", value)
    if parts is None:
        return None
    try:
        year, month, day = (int(p) if p else 1 for p in parts.groups())
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
