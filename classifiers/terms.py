"""What a claim's text says of obligations, conditions, specifics, and what it leaves open."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from classifiers.assessment import Condition, Evidence, Obligation, Specifics
from classifiers.document import Sentence
from classifiers.evidence import quote
from classifiers.language_file import language_file, languages
from classifiers.lexicon import Mark
from classifiers.obligations import rows

# Beside a letter of a script that does not space its words, a word begins and ends anywhere.
_BESIDE = r"(?<=[\u3040-\uffdc])"
_EDGE = rf"(?:\b|{_BESIDE})"
_WORD_END = rf"(?:(?!\w)|{_BESIDE})"
# No number begins within a word, a designation ("F-35") or another number.
_NUMBER_START = rf"(?:(?<![\w\-‐‑–])(?<!\d[.,])|{_BESIDE})"
_NUMBER = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,3}(?!\d)|\d{1,12}(?:[.,]\d{1,12}){0,4})"
_NUMBERS = rf"{_NUMBER}(?:\s?[-–]\s?{_NUMBER})?"
# 2000 counts more often than it dates: "cut by 2000 troops".
_YEAR = r"(?:19\d\d|20(?!00)\d\d)"
_DAY = r"[0-3]?\d"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """What states a scale, what states a timeframe: the group that has their name. Dates are
    matched without a group, so that nothing is counted by a year or a day."""
    text = (files("classifiers") / "data" / "specifics.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    timeframe = "|".join(_with_own("timeframe", table["timeframe"]["patterns"]))
    return {
        "scale": re.compile(f"{_dates(table['date'])}|(?P<scale>{_scale(table['scale'])})"),
        "timeframe": re.compile(rf"(?P<timeframe>{_EDGE}(?:{timeframe}){_EDGE})"),
    }


def _scale(rows: Mapping[str, list[str]]) -> str:
    row = {name: "|".join(_with_own(name, found)) for name, found in rows.items()}
    magnitude = rf"(?i:[ -]?(?:{row['magnitude']}){_WORD_END})"
    short = rf"(?i:\s?(?:{row['after_currency']}){_WORD_END})"
    money = rf"(?:{row['currency']})\s?{_NUMBERS}(?:{magnitude}|{short})?"
    between = rf"(?:[^\W\d]\w* )?(?:(?:{row['between']}) )?"
    counted = rf"{_NUMBER_START}{_NUMBERS}{magnitude}?[ -]?{between}(?:{row['units']}){_WORD_END}"
    return f"{money}|{counted}"


def _dates(rows: Mapping[str, list[str]]) -> str:
    row = {name: "|".join(found) for name, found in rows.items()}
    years = rf"(?:{row['before_year']}) {_YEAR}(?!\d)|{_YEAR} (?:{row['after_year']})\b"
    month = rf"(?:{row['months']})"
    days = rf"{month}\.? {_DAY}(?!\d)|{_DAY}\.? {month}"
    return rf"\b(?i:{years}|{days})\b"


def _with_own(name: str, shared: Iterable[str]) -> list[str]:
    """With what the languages' own files have besides."""
    own = (p for language in languages() for p in language_file(language).patterns.get(name, ()))
    return [*shared, *own]


@cache
def _obligations() -> tuple[dict[str, Obligation], dict[str, Obligation]]:
    """What objects name: where anything does, and where nothing stronger is named."""
    strong: dict[str, Obligation] = {}
    weak: dict[str, Obligation] = {}
    for obligation in Obligation:
        row = rows()[obligation]
        (weak if row.weak else strong).update(dict.fromkeys(row.objects, obligation))
    return strong, weak


def obligations(
    named: Iterable[tuple[Sentence, Mark]],
) -> tuple[tuple[Obligation, ...], list[Evidence]]:
    """What is promised, by the objects named; a general word counts where no other stands."""
    strong, weak = _obligations()
    pairs = list(named)
    chosen = [(strong[m.name], s, m) for s, m in pairs if m.name in strong]
    chosen = chosen or [(weak[m.name], s, m) for s, m in pairs if m.name in weak]
    firsts: dict[Obligation, Evidence] = {}
    for obligation, sentence, mark in chosen:
        field = f"obligations.{obligation.value}"
        firsts.setdefault(obligation, quote(field, sentence, mark.start, mark.end))
    return tuple(firsts), list(firsts.values())


# What makes a condition of a word that otherwise only names a thing.
_CONDITIONAL = frozenset({"cue.conditional", "act.hedge", "act.maybe"})
_ALWAYS = frozenset(
    {
        "us_backstop",
        "national_discretion",
        "time_limit",
        "geographic_scope",
        "constitutional_processes",
        "appropriation",
        "host_consent",
        "counterparty_action",
    }
)


def conditions(sentences: Sequence[Sentence]) -> tuple[tuple[Condition, ...], list[Evidence]]:
    """What the commitment is made to depend on, in the sentences that report it."""
    firsts: dict[Condition, Evidence] = {}
    for sentence in sentences:
        conditional = [m.start for m in sentence.marks if m.concept in _CONDITIONAL]
        for mark in sentence.of("condition"):
            if _is_told_of_the_past(sentence, mark):
                continue
            if mark.name in _ALWAYS or _is_conditional(sentence, mark, conditional):
                condition = Condition(mark.name)
                field = f"conditions.{condition.value}"
                firsts.setdefault(condition, quote(field, sentence, mark.start, mark.end))
    return tuple(firsts), list(firsts.values())


def _is_told_of_the_past(sentence: Sentence, mark: Mark) -> bool:
    """Whether a time is one that has passed: "ten years ago"."""
    past = [m for m in sentence.marks if m.concept == "cue.past"]
    return mark.name == "time_limit" and any(
        m.start < mark.end and mark.start < m.end for m in past
    )


def _is_conditional(sentence: Sentence, mark: Mark, conditional: Sequence[int]) -> bool:
    if any(start <= mark.start and sentence.apart(start, mark.start) <= 8 for start in conditional):
        return True
    words = sentence.words(mark.start, mark.end).lower()
    before = sentence.words(sentence.start, mark.start).lower().split()[-2:]
    return words.startswith(("after", "if ", "once", "post", "subject", "in the event")) or bool(
        {"after", "following", "pending", "without", "needs", "awaits", "under"} & set(before)
    )


def specifics(sentences: Sequence[Sentence]) -> tuple[Specifics, list[Evidence]]:
    """What is stated of scale, mandate, enforcement and timeframe, each with its words."""
    found: dict[str, Evidence] = {}
    for sentence in sentences:
        for name, pattern in _patterns().items():
            match = next((m for m in pattern.finditer(sentence.text) if m[name]), None)
            if match:
                start = sentence.start + match.start()
                end = sentence.start + match.end()
                found.setdefault(name, quote(f"specifics.{name}", sentence, start, end))
        for mark in sentence.of("specific"):
            field = f"specifics.{mark.name}"
            found.setdefault(mark.name, quote(field, sentence, mark.start, mark.end))
    return Specifics(**{name: e.quote for name, e in found.items()}), list(found.values())


def left_open(sentences: Sequence[Sentence]) -> tuple[tuple[str, ...], list[Evidence]]:
    """What the text says is unresolved."""
    firsts: dict[str, Evidence] = {}
    for sentence in sentences:
        if not sentence.has("open.unresolved"):
            continue
        for mark in sentence.of("open"):
            if mark.name != "unresolved":
                firsts.setdefault(
                    mark.name, quote(f"left_open.{mark.name}", sentence, mark.start, mark.end)
                )
    order = [n for n in ("scale", "mandate", "enforcement", "timeframe") if n in firsts]
    return tuple(order), [firsts[n] for n in order]
