"""What the rules alone read of an article: texts of our own, each with what must come out."""

from __future__ import annotations

import pytest

from classifiers import assembly
from classifiers.assessment import Claim, Condition, Direction, LegalForm, Obligation
from classifiers.document import read
from classifiers.lexicon import lexicon
from classifiers.reader import Reader
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


@pytest.mark.parametrize(
    ("title", "summary", "signers", "absent"),
    [
        (
            "Estonia, Latvia and Poland sign Baltic security declaration; Norway does not sign",
            "Estonia, Latvia and Poland signed a declaration on Monday. Norway did not sign.",
            {"EST", "LVA", "POL"},
            ("NOR",),
        ),
        ("EU states sign Moldova declaration without Slovakia", "", {"EU"}, ("SVK",)),
        ("Estonia and Latvia sign defence pact without Lithuania", "", {"EST", "LVA"}, ("LTU",)),
        ("Ghana and Togo sign security pact; Benin stays out", "", {"GHA", "TGO"}, ("BEN",)),
        (
            "Six countries sign Black Sea security pact; Georgia stays out",
            "Romania, Turkey and four others signed the security pact. Georgia did not sign.",
            {"ROU", "TUR"},
            ("GEO",),
        ),
    ],
)
def test_who_stays_away_from_a_text_is_no_signer(
    reader: Reader,
    article: MakeArticle,
    title: str,
    summary: str,
    signers: set[str],
    absent: tuple[str, ...],
) -> None:
    first = reader.assess(article(title, summary)).claims[0]
    assert (set(first.committers), first.non_signatories) == (signers, absent)
    assert "non_signatories" in [evidence.field for evidence in first.evidence]


def test_who_rejects_what_others_signed_was_not_to_sign(
    reader: Reader, article: MakeArticle
) -> None:
    told = article("France and Armenia sign defence pact", "Turkey rejects the pact.")
    assert reader.assess(told).claims[0].non_signatories == ()


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Estland und Lettland unterzeichnen Verteidigungspakt ohne Litauen"),
        ("fr", "Estonie et Lettonie signent un pacte de défense sans la Lituanie"),
        ("pl", "Estonia i Łotwa podpisały pakt obronny bez Litwy"),
        ("ja", "エストニアとラトビア、リトアニア抜きで防衛条約に署名"),
    ],
)
def test_without_is_said_in_every_language(article: MakeArticle, language: str, title: str) -> None:
    first = claims(article, title, language=language)[0]
    assert (set(first.committers), first.non_signatories) == ({"EST", "LVA"}, ("LTU",))


def test_a_claim_that_no_rule_reads_has_its_substance(reader: Reader, article: MakeArticle) -> None:
    told = article(
        "Denmark ready to send Patriots to Turkey",
        "Denmark would send two batteries if Ankara requests them and the Folketing's parliament "
        "approves, a minister said in Copenhagen.",
    )
    assert claims(article, told.title, told.summary) == []
    first = reader.assess(told).claims[0]
    assert first.obligations == (Obligation.ARMS_SUPPLY,)
    assert Condition.REQUEST in first.conditions
    fields = {evidence.field for evidence in first.evidence}
    assert {"obligations.arms_supply", "conditions.request", "stage"} <= fields


def test_an_extended_agreement_has_its_form_and_its_limit(
    reader: Reader, article: MakeArticle
) -> None:
    told = article("Oman and Turkey extend base agreement for five years")
    first = reader.assess(told).claims[0]
    assert (first.obligations, first.conditions, first.legal_form, first.specifics.timeframe) == (
        (Obligation.BASING_ACCESS,),
        (Condition.TIME_LIMIT,),
        LegalForm.EXECUTIVE_AGREEMENT,
        "for five years",
    )


def test_what_the_teaser_states_is_not_left_open(article: MakeArticle) -> None:
    first = claims(
        article,
        "Norway and Poland sign security pact",
        "The two countries will station 500 troops. The pact is legally binding.",
    )[0]
    assert (first.specifics.scale, first.specifics.enforcement) == ("500 troops", "legally binding")
    assert first.left_open == ("mandate",)
    assert "left_open.mandate" in {evidence.field for evidence in first.evidence}


def test_what_another_claim_states_is_not_of_the_first(article: MakeArticle) -> None:
    first = claims(
        article,
        "Norway and Poland sign security pact",
        "Germany will send 500 troops to Lithuania.",
    )[0]
    assert first.committers == ("NOR", "POL")
    assert first.specifics.scale == ""
