"""What the rules alone read of an article: texts of our own, each with what must come out."""

from __future__ import annotations

import pytest

from classifiers import assembly
from classifiers.assessment import Claim, Direction
from classifiers.document import read
from classifiers.lexicon import lexicon
from tests.classifiers.conftest import MakeArticle


def claims(
    article: MakeArticle, title: str, summary: str = "", language: str = "en"
) -> list[Claim]:
    return assembly.claims(read(article(title, summary), language, lexicon(language)))


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Oslo will send 300 soldiers to Latvia by the end of June"),
        ("en", "Norway to keep troops in Latvia until the end of 2027"),
        ("en", "At the end of March Norway will send troops to Latvia"),
        ("en", "Norway will send troops to Moldova once the war ends"),
        ("en", "Norwegian troops left on Friday to deploy to Latvia"),
        ("en", "Norwegian troops left for Latvia"),
        ("pt", "Noruega enviará soldados para a Letónia até ao fim da semana"),
        ("fr", "La Norvège enverra des soldats en Lettonie d'ici la fin de mai"),
    ],
)
def test_neither_the_end_of_a_time_nor_setting_out_is_a_withdrawal(
    article: MakeArticle, language: str, title: str
) -> None:
    found = claims(article, title, language=language)
    assert Direction.WITHDRAWN not in [claim.direction for claim in found]


@pytest.mark.parametrize(
    "title",
    [
        "Norwegian troops left Latvia on Friday",
        "Norwegian troops left Latvia to deploy to Poland",
        "Norway ends its troop deployment in Latvia by the end of June",
    ],
)
def test_who_leaves_another_country_withdraws(article: MakeArticle, title: str) -> None:
    first = claims(article, title)[0]
    assert (first.direction, first.committers) == (Direction.WITHDRAWN, ("NOR",))
