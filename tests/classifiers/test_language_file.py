"""Every language says all that there is to say of a language, in one file."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from classifiers.actors import directory
from classifiers.assessment import Head
from classifiers.language import can_be_told
from classifiers.language_file import (
    LanguageFileError,
    language_file,
    languages,
    parse,
)
from classifiers.leaders import leaders
from classifiers.lexicon import concepts
from classifiers.reader import Reader
from tests.classifiers.conftest import MakeArticle

every_language = pytest.mark.parametrize("language", languages())
SOUND = """
language = "nl"
actors_are_capitalised = true
names_take_endings = false
[act]
sign = "tekent; teken*"
"""


def where(language: str) -> str:
    return f"classifiers/data/lexicons/{language}.toml"


@every_language
def test_a_language_has_every_concept_that_all_others_have(language: str) -> None:
    others = [set(concepts(other)) for other in languages() if other != language]
    lacking = sorted(set.intersection(*others) - set(concepts(language)))
    assert lacking == [], f"{where(language)} lacks these; en.toml has them in English"


@every_language
def test_a_language_has_no_concept_of_its_own(language: str) -> None:
    unknown = sorted(set(concepts(language)) - set(concepts("en")))
    assert unknown == [], f"{where(language)} has these, which en.toml has not: misspelt?"


@every_language
def test_a_language_names_only_actors_that_there_are(language: str) -> None:
    own = language_file(language)
    unknown = sorted({*own.actors, *own.seats} - directory().keys())
    assert unknown == [], f"{where(language)} [actors], [seats]: no such code in data/actors"


@every_language
def test_a_language_spells_only_leaders_that_there_are(language: str) -> None:
    known = {leader.names[0] for leader in leaders()}
    unknown = sorted(set(language_file(language).leaders) - known)
    assert unknown == [], f"{where(language)} [leaders]: first in no line of leaders.tsv"


@every_language
def test_a_word_of_several_actors_has_a_letter_for_each(language: str) -> None:
    own = language_file(language).together
    wrong = [w for w, named in own.items() if len(w) != len(named) or set(named) - set(directory())]
    assert wrong == [], f"{where(language)} [together]: one code a letter, of data/actors"


@every_language
def test_a_language_can_be_told_from_others(language: str) -> None:
    assert can_be_told(language), f"{where(language)} needs [told_by] words or letters"


@every_language
def test_a_language_speaks_only_of_concepts_that_stories_know(language: str) -> None:
    text = (files("classifiers") / "data" / "stories" / "concepts.toml").read_text("utf-8")
    known = {f"{kind}.{n}" for kind, names in tomllib.loads(text).items() for n in names}
    unknown = sorted(set(language_file(language).story) - known)
    assert unknown == [], f"{where(language)} [story]: none of data/stories/concepts.toml"


@every_language
def test_the_patterns_of_a_language_are_sound(language: str) -> None:
    for patterns in language_file(language).patterns.values():
        assert all(re.compile(pattern) for pattern in patterns)


@every_language
def test_a_language_has_every_sample(language: str) -> None:
    lacking = set(language_file("en").samples) - set(language_file(language).samples)
    assert sorted(lacking) == [], f"{where(language)} [samples] lacks these; en.toml has them"


@every_language
@pytest.mark.parametrize(
    ("sample", "head", "committers", "beneficiary"),
    [
        ("refused", Head.REFUSED, {"PRT"}, "UKR"),
        ("promised", Head.PLEDGED, {"DNK"}, "EST"),
        ("signed", Head.SIGNED, {"NOR", "MDA"}, "NOR"),
    ],
)
def test_a_sample_is_alerted_alike_in_every_language(
    language: str,
    sample: str,
    head: Head,
    committers: set[str],
    beneficiary: str,
    reader: Reader,
    article: MakeArticle,
) -> None:
    text = language_file(language).samples[sample]
    read = reader.assess(article(text))
    why = "; ".join(f"{step.stage}: {step.text}" for step in read.trail)
    assert (read.language, read.head) == (language, head), f"“{text}”: {why}"
    assert set(read.claims[0].committers) == committers, why
    assert beneficiary in read.claims[0].beneficiaries, why


@every_language
def test_other_senses_of_the_words_are_passed_by(
    language: str, reader: Reader, article: MakeArticle
) -> None:
    assert not reader.assess(article(language_file(language).samples["unrelated"])).relevant


def test_terms_stand_between_semicolons() -> None:
    assert parse("nl", SOUND).concepts == {"act.sign": ("tekent", "teken*")}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (SOUND.replace('"nl"', '"de"'), 'needs language = "nl", as the file is called'),
        (SOUND.replace("names_take", "names_tak"), "needs names_take_endings = true or false"),
        (SOUND.replace("= true", '= "yes"'), "needs actors_are_capitalised = true or false"),
        ("words_are_spaced = 1\n" + SOUND, "takes words_are_spaced = true or false"),
        (SOUND.replace("[act]", "[acts]"), "knows no [acts]; the tables are act, object"),
        (SOUND.replace('"tekent; teken*"', "1"), "[act] sign needs terms in one text"),
        (SOUND.replace('"tekent; teken*"', '" ; "'), "[act] sign needs terms in one text"),
        (SOUND + "[patterns]\nunit = 'euro'", "[patterns] takes units, magnitude, timeframe"),
        (SOUND + "[object", "is no TOML: "),
    ],
)
def test_a_wrong_file_says_what_and_where(text: str, fault: str) -> None:
    with pytest.raises(LanguageFileError) as told:
        parse("nl", text)
    assert str(told.value).startswith(f"{where('nl')}: {fault}")
