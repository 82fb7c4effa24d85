"""Who is named by words that are nobody's name: places, missions, groups of states."""

from __future__ import annotations

import pytest

from classifiers.actors import directory, rows
from classifiers.binding import bind, free_mentions
from classifiers.document import Sentence, read
from classifiers.lexicon import lexicon
from classifiers.mentions import Kind
from classifiers.relations import accession, is_threatened, weight
from tests.classifiers.conftest import MakeArticle


def _headline(article: MakeArticle, title: str, language: str = "en") -> Sentence:
    return read(article(title), language, lexicon(language)).sentences[0]


@pytest.mark.parametrize(
    ("title", "language", "codes"),
    [
        ("Last Danish soldiers leave Basra", "en", ["DNK", "IRQ"]),
        ("British jets land in Siauliai", "en", ["GBR", "LTU"]),
        ("Батальйон вирушив на Донбас", "uk", ["UKR"]),
        ("UN to end UNIFIL next year", "en", ["UN", "UN", "LBN"]),
        ("Germany stands by the Baltic states", "en", ["DEU", "EST", "LVA", "LTU"]),
        ("Szwecja pomoże krajom bałtyckim: państwa bałtyckie dziękują", "pl", ["SWE"]),
        ("Armenia freezes its part in Russian-led bloc", "en", ["ARM", "CSTO"]),
    ],
)
def test_places_missions_and_groups_stand_for_actors(
    article: MakeArticle, title: str, language: str, codes: list[str]
) -> None:
    named = [m.code for m in _headline(article, title, language).mentions]
    assert named[: len(codes)] == codes


def test_a_place_is_marked_as_one(article: MakeArticle) -> None:
    kinds = {m.code: m.kind for m in _headline(article, "KFOR stays in Mitrovica").mentions}
    assert kinds == {"NATO": Kind.ORGANISATION, "XKX": Kind.PLACE}


def test_a_place_does_not_act(article: MakeArticle) -> None:
    sentence = _headline(article, "In Rzeszow Britain pledges to defend Poland")
    act = next(m for m in sentence.of("act") if m.name == "promise")
    assert [m.code for m in bind(sentence, act).subjects] == ["GBR"]


def test_an_organisation_within_a_term_is_free_of_its_act_and_a_state_is_not(
    article: MakeArticle,
) -> None:
    sentence = _headline(article, "Canada first to ratify NATO membership of Finland and Sweden")
    assert [m.code for m in free_mentions(sentence)] == ["CAN", "FIN", "SWE"]


def test_nobody_is_named_by_half_a_word(article: MakeArticle) -> None:
    sentence = _headline(article, "Japan wants Israel-style guarantees")
    assert [m.code for m in free_mentions(sentence)] == ["JPN"]


@pytest.mark.parametrize("file", ["places.tsv", "missions.tsv", "collective.tsv"])
def test_every_line_leads_to_known_actors(file: str) -> None:
    for first, *others in rows(file):
        codes = {
            "places.tsv": [first],
            "missions.tsv": others,
            "collective.tsv": ";".join(others[:1]).split(";"),
        }[file]
        assert not [code for code in codes if code not in directory()], (file, first)


def test_whoever_faces_a_stronger_rival_is_threatened() -> None:
    assert is_threatened("TWN")
    assert is_threatened("LTU")
    assert not is_threatened("USA")


def test_a_great_power_weighs_more_than_an_island() -> None:
    assert weight("USA") > weight("AUS") > weight("NZL") > weight("TUV")


def test_an_enlargement_has_an_alliance_members_and_candidates() -> None:
    codes = ("NATO", "TUR", "SWE", "JPN")
    assert [accession(code) for code in codes] == ["alliance", "member", "candidate", "outsider"]


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("La paz justa es lo que los aliados indican: irán bajo un paraguas", "es", []),
        ("La asunción de más riesgos indigna a los socios individuales", "es", []),
        ("Francisco de Asís, patrón de los animales", "es", []),
        ("Irán y Bolivia abren embajadas en La Paz", "es", ["IRN", "BOL", "BOL"]),
        ("Союз прагне миру й відновлює відносини, того ж дня оновив дані", "uk", []),
        ("Надто малі запаси індивідуального спорядження", "uk", []),
        ("Прага й Відень підтримали Данію", "uk", ["CZE", "AUT", "DNK"]),
        ("Банковский прагматичный Данилов выиграл кубок в гавани на Кубани", "ru", []),
        ("Того же мнения тигры и пенсионеры", "ru", []),
        ("Куба, Прага и Дания на Банковой", "ru", ["CUB", "CZE", "DNK", "UKR"]),
        ("Daniel pragnie w ramach planu pragmatyzmu", "pl", []),
        ("Rada Ministrów poparła umowę", "pl", []),
        ("Unia Afrykańska i Rada Europejska o wojnie w Sudanie", "pl", ["AU", "EU", "SDN"]),
        ("Wojska Sudanu Południowego i nigeryjskie samoloty", "pl", ["SSD", "NGA"]),
        ("Die Regierung schweigt pragmatisch, die Katzen auch", "de", []),
        ("Die Schweiz, mexikanische und ugandische Helfer", "de", ["CHE", "MEX", "UGA"]),
        ("La réunion coûte des francs et franchit une étape", "fr", []),
        ("La France défend La Réunion", "fr", ["FRA", "FRA"]),
        ("Руандийцы прибыли", "ru", ["RWA"]),
        ("Урсула фон дер Ляєн приїхала", "uk", ["EU"]),
    ],
)
def test_a_common_word_that_begins_like_a_state_names_nobody(
    article: MakeArticle, text: str, language: str, codes: list[str]
) -> None:
    assert [m.code for m in _headline(article, text, language).mentions] == codes


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Romania's Senate ratifies defence pact with Moldova", "en", ["ROU", "MDA"]),
        ("Japan’s House of Representatives votes on Thursday", "en", ["JPN"]),
        ("The Senate of Romania and Spain's Congress agree", "en", ["ROU", "ESP"]),
        ("Vote in the Senate in Bucharest on Friday", "en", ["ROU"]),
        ("North Korea's Workers' Party Congress opens", "en", ["PRK"]),
        ("China's National People's Congress meets", "en", ["CHN"]),
        ("Members of the African National Congress protest", "en", []),
        ("Canada tells Congress of its plan", "en", ["CAN", "USA"]),
        ("Ukraine's hopes rest on Congress", "en", ["UKR", "USA"]),
        ("Congress in Ukraine aid row", "en", ["USA", "UKR"]),
        ("Сейм Литви схвалив місію", "uk", ["LTU"]),
        ("Бразильський конгрес проти", "uk", ["BRA"]),
        ("Конгрес США схвалив", "uk", ["USA", "USA"]),
        ("El Congress brasileño vota", "es", ["BRA"]),
    ],
)
def test_an_institution_is_its_owners(
    article: MakeArticle, text: str, language: str, codes: list[str]
) -> None:
    assert [m.code for m in _headline(article, text, language).mentions] == codes


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Abbas Araghchi flew to Muscat on Sunday", "en", ["IRN", "OMN"]),
        ("Prime Minister Kim Min-seok spoke in Seoul", "en", ["KOR", "KOR"]),
        ("Kim Tae-hyo met reporters after the talks", "en", []),
        ("Lawrence Wong said that he would sign", "en", ["SGP"]),
        ("Michal Simecka wants early elections soon", "en", []),
        ("Petro Poroshenko warned against the deal", "en", []),
        ("Pavel Durov was questioned by the police", "en", []),
        ("Anwar Gargash praised the summit today", "en", []),
        ("Volker Turk urged both sides to stop", "en", ["UN"]),
        ("Sidewalk tax: Bob Johnson and Mary Wallace object to it", "en", []),
        ("President Petro spoke with Colombia's Petro; Petro left", "en", ["COL"] * 4),
        ("With Abbas and Prime Minister Anwar in the room", "en", ["PSE", "MYS"]),
        (
            "Kristen Michal and Premier Michal; Verteidigungsminister Katz",
            "en",
            ["EST", "EST", "ISR"],
        ),
        ("Petro Promises Troops After Visit by Marcos", "en", ["COL", "PHL"]),
        ("KIM WARNS SEOUL OVER DRILL", "en", ["PRK", "KOR"]),
    ],
)
def test_a_surname_that_a_further_name_touches_is_somebody_elses(
    article: MakeArticle, text: str, language: str, codes: list[str]
) -> None:
    assert [m.code for m in _headline(article, text, language).mentions] == codes


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Talks on a Gulf pact take Shape in Doha", "en", ["QAT"]),
        ("SHAPE sends officers to Mons", "en", ["NATO"]),
        ("TALKS ON PACT TAKE SHAPE IN DOHA", "en", ["QAT"]),
        ("The 27 officers and the 27 others went home", "en", []),
        ("The 27 leaders met; the 27 agreed; a row among the 27.", "en", ["EU"] * 3),
        ("Georgia National Guard trains in Tbilisi", "en", ["GEO"]),
        ("Sofia signs pact with Kyiv", "en", ["BGR", "UKR"]),
        ("Talks in Sofia on Friday", "en", ["BGR"]),
        ("Queen Sofia and Sofia Loren at the opera", "en", []),
        ("Santiago Abascal critica a la ministra", "es", []),
        ("Santiago firma un pacto con Perú", "es", ["CHL", "PER"]),
        ("UN SOLDAT TUÉ AU LIBAN, CAR LES TROUPES RECULENT", "fr", ["LBN"]),
        ("UN ACUERDO CON UCRANIA", "es", ["UKR"]),
        ("FOUR KILLED AS CAR HITS TROOPS IN KYIV", "en", ["UKR"]),
        ("UN TROOPS STAY IN MALI", "en", ["UN", "MLI"]),
        ("Rebels in CAR attack UN base, AU says", "en", ["CAF", "UN", "AU"]),
    ],
)
def test_words_about_a_name_tell_what_it_stands_for(
    article: MakeArticle, text: str, language: str, codes: list[str]
) -> None:
    assert [m.code for m in _headline(article, text, language).mentions] == codes
