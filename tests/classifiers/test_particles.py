"""Languages whose particles, negation and tense stand behind, and whose words no space parts."""

from __future__ import annotations

import pytest

from classifiers.assembly import claims
from classifiers.assessment import Claim, Direction
from classifiers.document import read
from classifiers.lexicon import lexicon
from tests.classifiers.conftest import MakeArticle


def first(article: MakeArticle, language: str, title: str) -> Claim:
    return claims(read(article(title), language, lexicon(language)))[0]


@pytest.mark.parametrize(
    ("language", "title", "direction"),
    [
        ("ko", "프랑스, 우크라이나 파병 거부", Direction.REFUSED),
        ("ko", "프랑스, 루마니아서 부대 철수하지 않는다", Direction.REAFFIRMED),
        ("ko", "프랑스, 루마니아 주둔 부대 감축 검토", Direction.HEDGED),
        ("ja", "フランス、ウクライナ派兵を拒否", Direction.REFUSED),
        ("ja", "フランス、ルーマニアの部隊を撤退させない", Direction.REAFFIRMED),
        ("ja", "フランス、ルーマニアの部隊削減を検討", Direction.HEDGED),
    ],
)
def test_the_last_verb_governs_with_what_follows_it(
    article: MakeArticle, language: str, title: str, direction: Direction
) -> None:
    assert first(article, language, title).direction is direction


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ko", "프랑스, 루마니아에 부대 파견 약속"),
        ("ko", "루마니아에 프랑스가 부대 파견 약속"),
        ("ja", "フランス、ルーマニアに部隊派遣を約束"),
        ("ja", "ルーマニアにフランスが部隊派遣を約束"),
    ],
)
def test_particles_tell_who_commits_to_whom(
    article: MakeArticle, language: str, title: str
) -> None:
    claim = first(article, language, title)
    assert (claim.committers, claim.beneficiaries) == (("FRA",), ("ROU",))


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ko", "영국과 프랑스, 노르웨이에 부대 파견 약속"),
        ("ja", "英仏、ノルウェーに部隊派遣を約束"),
    ],
)
def test_joined_names_act_together(article: MakeArticle, language: str, title: str) -> None:
    claim = first(article, language, title)
    assert (set(claim.committers), claim.beneficiaries) == ({"GBR", "FRA"}, ("NOR",))


def test_forces_named_after_their_host_are_not_its_own(article: MakeArticle) -> None:
    claim = first(article, "ko", "미국, 주한미군 감축 발표")
    assert (claim.committers, claim.beneficiaries) == (("USA",), ("KOR",))


@pytest.mark.parametrize(
    ("language", "title", "scale", "timeframe"),
    [
        ("ko", "한국, 폴란드에 병력 1만2천명 3년간 파견 약속", "1만2천명", "3년간"),
        ("ja", "日本、ポーランドに部隊約600人を3年間派遣すると約束", "600人", "3年間"),
    ],
)
def test_numbers_are_read_without_space_around_them(
    article: MakeArticle, language: str, title: str, scale: str, timeframe: str
) -> None:
    specifics = first(article, language, title).specifics
    assert (specifics.scale, specifics.timeframe) == (scale, timeframe)
