"""What a text states of amounts, times and conditions, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from classifiers import terms
from classifiers.assessment import Condition
from classifiers.document import Sentence, read
from classifiers.lexicon import lexicon
from feeds.article import Article

MakeArticle = Callable[..., Article]


def sentences(article: MakeArticle, title: str, language: str = "en") -> Sequence[Sentence]:
    return read(article(title), language, lexicon(language)).sentences


@pytest.mark.parametrize(
    ("title", "amount"),
    [
        ("Norway promises Moldova £250m a year", "£250m"),
        ("Canada pledges $5 Billion to Poland", "$5 Billion"),
        ("Italy pledges €40k to Malta", "€40k"),
        ("Oslo pledges 3 Billion kroner to Latvia", "3 Billion kroner"),
        ("Texas sends 10,000 U.S. troops to Poland", "10,000 U.S. troops"),
        ("France to station 2000 troops in Latvia", "2000 troops"),
        ("Force in Latvia to grow by 2000 troops", "2000 troops"),
        ("In 2026 some 500 Danish soldiers go to Latvia", "500 Danish soldiers"),
        ("Spain sends 1.500-2.000 soldiers to Latvia", "1.500-2.000 soldiers"),
    ],
)
def test_an_amount_is_read_whole(article: MakeArticle, title: str, amount: str) -> None:
    assert terms.specifics(sentences(article, title))[0].scale == amount


@pytest.mark.parametrize(
    ("language", "title", "amount"),
    [
        ("uk", "Литва відправить 5 тис. військових", "5 тис. військових"),
        ("ru", "Литва отправит 5 тыс. солдат", "5 тыс. солдат"),
        ("pl", "Litwa wyśle 5 tys. żołnierzy", "5 tys. żołnierzy"),
        ("de", "Berlin sagt 3 Mrd. Euro zu", "3 Mrd. Euro"),
        ("fr", "La France enverra 10 000 soldats", "10 000 soldats"),
    ],
)
def test_a_shortened_magnitude_belongs_to_the_amount(
    article: MakeArticle, language: str, title: str, amount: str
) -> None:
    assert terms.specifics(sentences(article, title, language))[0].scale == amount


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Belgium to send F-35 fighter jets to Estonia"),
        ("en", "By 2027 German soldiers will stand in Lithuania"),
        ("en", "In 2026, troops will go to Lithuania"),
        ("en", "On March 2 British troops left for Estonia"),
        ("en", "On 2 March troops left for Estonia"),
        ("de", "Ab 2027 Soldaten in Litauen"),
        ("uk", "У 2027 році військові підуть до Литви"),
        ("pl", "Od 2027 żołnierzy na Litwie przybędzie"),
    ],
)
def test_neither_a_date_nor_a_designation_is_an_amount(
    article: MakeArticle, language: str, title: str
) -> None:
    assert not terms.specifics(sentences(article, title, language))[0].scale


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Norway helps each country's troops to train"),
        ("en", "Japan pledges patrols amid South China Sea tension"),
        ("en", "Moldova, tired for years of war, welcomes Norwegian troops"),
        ("en", "Norway promised troops ten years ago"),
        ("ru", "Литва отправит до 200 солдат в Польшу"),
        ("es", "Lituania enviará hasta 200 soldados a Polonia"),
        ("ja", "日本、ポーランドに後方支援を約束"),
    ],
)
def test_what_sets_no_condition_is_none(article: MakeArticle, language: str, title: str) -> None:
    assert terms.conditions(sentences(article, title, language))[0] == ()


@pytest.mark.parametrize(
    ("language", "title", "condition"),
    [
        ("en", "Norway will keep its troops in Latvia until 2030", Condition.TIME_LIMIT),
        ("de", "Bundeswehr bleibt bis 2030 in Litauen", Condition.TIME_LIMIT),
        ("uk", "Литва лишить солдатів у Польщі до 2030 року", Condition.TIME_LIMIT),
        ("pl", "Litwa zostawi żołnierzy w Polsce do 2030 roku", Condition.TIME_LIMIT),
        ("ru", "Литва оставит солдат в Польше до 2030 года", Condition.TIME_LIMIT),
        ("en", "How to help is up to each country", Condition.NATIONAL_DISCRETION),
        ("en", "The pact covers the South China Sea", Condition.GEOGRAPHIC_SCOPE),
    ],
)
def test_a_limit_is_a_condition_without_an_if(
    article: MakeArticle, language: str, title: str, condition: Condition
) -> None:
    assert terms.conditions(sentences(article, title, language))[0] == (condition,)


def test_a_year_ahead_tells_of_the_future(article: MakeArticle) -> None:
    (sentence,) = sentences(article, "German brigade in Lithuania by 2027")
    assert sentence.has("cue.future")


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Norway and Poland sign 100-year defence treaty"),
        ("en", "Norway and Poland sign ten-year defence treaty"),
        ("de", "Norwegen und Polen schließen Pakt für zehn Jahre"),
        ("fr", "La Norvège et la Pologne signent un pacte pour dix ans"),
        ("ru", "Норвегия и Польша подписали договор на 10 лет"),
        ("tr", "Norveç ve Polonya 10 yıllık savunma anlaşması imzaladı"),
        ("ja", "ノルウェーとポーランド、10年間の防衛条約に署名"),
    ],
)
def test_a_duration_promises_no_money(article: MakeArticle, language: str, title: str) -> None:
    (sentence,) = sentences(article, title, language)
    assert not sentence.has("object.money")


def test_money_each_year_is_promised(article: MakeArticle) -> None:
    (sentence,) = sentences(article, "Norway pledges Moldova a billion a year")
    assert sentence.has("object.money")
