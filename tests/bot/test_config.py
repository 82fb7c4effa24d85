"""config.toml: what it may hold, what overrules it, and how its faults are told."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from bot.config import Config, ConfigError, load_config
from bot.config.feeds_and_routes import FeedTable, RouteTable
from bot.config.lines import key_lines, line_of, unfinished_line
from bot.config.table import Table
from bot.logs import secrets_of
from classifiers.assessment import Direction, Head, Obligation, Stage
from storage.records import Mode, Origin, Route, Style

ROOT = Path(__file__).parents[2]
FEED = '[[feeds]]\nurl = "https://example.org/a.xml"\n'
ROUTE = '[[routes]]\nname = "desk"\nchannel = "slack:C024BE91L"\n'

Load = Callable[..., Config]
Fault = Callable[..., str]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Reads a text as config.toml, with variables of the environment as keywords."""

    def read(text: str = "", **environ: str) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load_config(path, environ)

    return read


@pytest.fixture
def fault(load: Load, tmp_path: Path) -> Fault:
    """The message for a wrong text, without the folder."""

    def read(text: str = "", **environ: str) -> str:
        with pytest.raises(ConfigError) as caught:
            load(text, **environ)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return read


# --- what it may hold


def test_blanks_around_a_name_do_not_count(load: Load) -> None:
    route = ROUTE.replace("desk", " News desk ") + 'sources = ["Gazette "]\n'
    config = load(FEED + 'name = " Gazette "\ntags = ["baltic "]\n' + route)
    assert (config.feeds[0].name, config.feeds[0].tags) == ("Gazette", ("baltic",))
    assert (config.routes[0].name, config.routes[0].sources) == ("News desk", ("Gazette",))


def test_no_file_and_an_empty_file_give_the_same_sensible_defaults(load: Load) -> None:
    config = load_config(None, {})
    assert config == load().model_copy(update={"storage": config.storage})
    assert config.storage.path == Path("pledgewatch.db")
    assert not config.chat_on


def test_without_tokens_and_routes_everything_goes_to_the_terminal(load: Load) -> None:
    (route,) = load().route_list()
    assert (route.channel, route.min_stage, route.mode) == ("terminal", Stage.TALK, Mode.INSTANT)


def test_with_a_token_nothing_goes_to_the_terminal_unasked(load: Load) -> None:
    assert load('[discord]\ntoken = "t"\n').route_list() == []


def test_a_relative_database_path_starts_at_the_folder_of_the_file(
    load: Load, tmp_path: Path
) -> None:
    assert load().storage.path == tmp_path / "pledgewatch.db"
    assert load('[storage]\npath = "data/p.db"\n').storage.path == tmp_path / "data" / "p.db"
    assert load('[storage]\npath = "/var/p.db"\n').storage.path == Path("/var/p.db")


def test_a_feed_table_becomes_a_feed(load: Load) -> None:
    (feed,) = load(
        FEED + 'name = "Example"\ntags = ["a", "b"]\ninterval = "15m"\nfull_text = false\n'
    ).feed_list()
    assert feed.url == "https://example.org/a.xml"
    assert feed.name == "Example"
    assert feed.tags == ("a", "b")
    assert feed.interval == timedelta(minutes=15)
    assert not feed.full_text
    assert feed.headers == ()


def test_user_and_password_become_a_basic_authorization_header(load: Load) -> None:
    (feed,) = load(FEED + 'user = "us"\npassword = "pw"\nheaders = { X-Key = "k" }\n').feed_list()
    wanted = "Basic " + base64.b64encode(b"us:pw").decode()
    assert feed.headers == (("X-Key", "k"), ("Authorization", wanted))


def test_a_route_table_becomes_a_route_of_the_file(load: Load) -> None:
    (route,) = load(
        ROUTE + 'beneficiaries = ["Ukraine", "nato"]\ncommitters = ["GBR"]\n'
        'directions = ["new", "refused"]\nmin_stage = 2\nmin_confidence = 0.4\nmode = "daily"\n'
    ).route_list()
    assert route.beneficiaries == ("UKR", "NATO")
    assert route.committers == ("GBR",)
    assert route.directions == (Direction.NEW, Direction.REFUSED)
    assert route.min_stage is Stage.PLEDGE
    assert route.min_confidence == pytest.approx(0.4)
    assert route.mode is Mode.DAILY
    assert route.origin is Origin.FILE


def test_every_setting_of_a_route_can_stand_in_the_file(load: Load) -> None:
    text = """
        obligations = ["troop_deployment"]
        heads = ["signed", "withdrawn"]
        sources = ["BBC News"]
        languages = ["en", "uk"]
        words = "nuclear|ядерн"
        mode = "weekly"
        at = "06:30"
        zone = "Europe/Kyiv"
        weekday = "Friday"
        quiet = "22:00-06:30"
        ceiling = 12
        urgent = ["withdrawn"]
        mention = "slack:!subteam^S1"
        mention_heads = ["signed"]
        mention_min_stage = "signed_binding"
        style = "compact"
        fields = ["quotation", "change"]
        language = "uk"
    """
    assert load(ROUTE + text).routes[0].route() == Route(
        name="desk",
        channel="slack:C024BE91L",
        obligations=(Obligation.TROOP_DEPLOYMENT,),
        heads=(Head.SIGNED, Head.WITHDRAWN),
        sources=("BBC News",),
        languages=("en", "uk"),
        words="nuclear|ядерн",
        mode=Mode.WEEKLY,
        at="06:30",
        zone="Europe/Kyiv",
        weekday=4,
        quiet="22:00-06:30",
        ceiling=12,
        urgent=(Head.WITHDRAWN,),
        mention="slack:!subteam^S1",
        mention_heads=(Head.SIGNED,),
        mention_min_stage=Stage.SIGNED_BINDING,
        style=Style.COMPACT,
        fields=("quotation", "change"),
        language="uk",
    )


def test_a_route_of_the_file_can_be_set_in_every_way_that_one_of_chat_can() -> None:
    set_elsewhere = {"origin", "disabled", "muted_until", "space"}
    settings = {field.name for field in fields(Route)} - set_elsewhere
    assert set(RouteTable.model_fields) == settings


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('words = "(troops"', "words is no regular expression that can be used: unclosed group."),
        ('words = "(?=a)"', "words is no regular expression that can be used: look-around"),
        ('at = "7"', 'at must be a time of day, such as "07:00".'),
        ('quiet = "22-7"', 'quiet must be two times of day, such as "22:00-07:00".'),
        ('zone = "Kiew"', 'zone knows no time zone called "Kiew"; write "Europe/Kiev".'),
        ('zone = "Europe"', 'zone knows no time zone called "Europe"; write "'),
        ('weekday = "someday"', 'weekday must be a day of the week, such as "monday".'),
        ("weekday = 7", 'weekday must be a day of the week, such as "monday".'),
        ('heads = ["agreed"]', "heads must be one of 'discussed',"),
        ('languages = ["English"]', 'languages must be two small letters, such as "uk".'),
        ('language = "xx"', "language must be one of "),
        ('fields = ["colour"]', "fields must be some of quotation, obligations,"),
        ("ceiling = -1", "ceiling must be at least 0."),
        ('mention = "@all"', 'mention must be "discord:@&" and the id of a role,'),
        (
            'mention = "discord:@&7"',
            "mention calls nobody in slack:C024BE91L; name somebody there.",
        ),
        ('mention = "slack:!here"', "mention_heads must say for which head words mention calls"),
    ],
)
def test_a_wrong_setting_of_a_route_is_told_with_the_remedy(
    fault: Fault, line: str, told: str
) -> None:
    message = fault(ROUTE + line + "\n")
    assert message.startswith("config.toml, line ")
    assert f"[[routes]] {told}" in message


def test_a_stage_may_be_given_by_its_name(load: Load) -> None:
    (route,) = load(ROUTE + 'min_stage = "signed_binding"\n').route_list()
    assert route.min_stage is Stage.SIGNED_BINDING


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[fetch]\nper_host = 3\n")
    assert load_config(path, {}).fetch.per_host == 3


def test_a_config_cannot_be_changed_after_it_was_read(load: Load) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().fetch.per_host = 5


# --- the environment


def test_the_environment_wins_over_the_file(load: Load) -> None:
    config = load("[fetch]\nper_host = 3\n", PLEDGEWATCH_FETCH__PER_HOST="4")
    assert config.fetch.per_host == 4


def test_a_list_comes_from_the_environment_with_commas(load: Load) -> None:
    config = load(PLEDGEWATCH_FETCH__ALLOW_NETWORKS="10.0.0.0/8, 192.168.0.0/16")
    assert config.fetch.allow_networks == (ip_network("10.0.0.0/8"), ip_network("192.168.0.0/16"))


def test_the_secrets_of_a_feed_can_come_from_the_environment(load: Load) -> None:
    (feed,) = load(
        FEED + 'user = "us"\n[feeds.headers]\nX-Api-Key = ""\n',
        PLEDGEWATCH_FEEDS__0__PASSWORD="pw",
        PLEDGEWATCH_FEEDS__0__HEADERS__X_API_KEY="key",
    ).feed_list()
    assert dict(feed.headers)["X-Api-Key"] == "key"
    assert base64.b64decode(dict(feed.headers)["Authorization"][6:]) == b"us:pw"


def test_whole_feeds_can_come_from_the_environment_in_the_order_of_their_numbers(
    load: Load,
) -> None:
    environ = {f"PLEDGEWATCH_FEEDS__{n}__URL": f"https://example.org/{n}" for n in range(12)}
    assert [f.url for f in load(**environ).feed_list()] == list(environ.values())


def test_an_empty_variable_counts_as_not_set(load: Load) -> None:
    assert load("[fetch]\nper_host = 3\n", PLEDGEWATCH_FETCH__PER_HOST="").fetch.per_host == 3


def test_variables_that_kubernetes_sets_are_none_of_ours(load: Load) -> None:
    load(PLEDGEWATCH_PORT="tcp://10.0.0.1:80", PLEDGEWATCH_SERVICE_HOST="10.0.0.1")


def test_a_wrong_variable_is_named(fault: Fault) -> None:
    assert fault(PLEDGEWATCH_FETCH__PER_HOST="two") == (
        "environment variable PLEDGEWATCH_FETCH__PER_HOST: [fetch] per_host must be a whole number."
    )


def test_an_unknown_variable_is_refused_with_the_nearest_key(fault: Fault) -> None:
    assert fault(PLEDGEWATCH_DISCORD__TOKN="t") == (
        "environment variable PLEDGEWATCH_DISCORD__TOKN: [discord] tokn is not a known key;"
        " perhaps token is meant."
    )


def test_a_variable_with_one_underscore_too_few_is_told_and_not_ignored(fault: Fault) -> None:
    assert fault(PLEDGEWATCH_DISCORD_TOKEN="s3cr3t") == (
        "environment variable PLEDGEWATCH_DISCORD_TOKEN: [discord] token takes two underscores"
        " after the table; write PLEDGEWATCH_DISCORD__TOKEN."
    )


def test_a_variable_cannot_leave_a_gap_in_a_list(fault: Fault) -> None:
    assert "PLEDGEWATCH_FEEDS__2__URL" in fault(FEED, PLEDGEWATCH_FEEDS__2__URL="https://b.org/")


@pytest.mark.parametrize(
    "variable",
    ["PLEDGEWATCH_FETCH__ALLOW_NETWORKS__0", "PLEDGEWATCH_FEEDS__0", "PLEDGEWATCH_LOG__LEVEL__X"],
)
def test_a_variable_that_names_no_single_value_is_refused(fault: Fault, variable: str) -> None:
    assert variable in fault(FEED, **{variable: "x"})


# --- faults


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[fetch]\n\nper_hots = 2\n",
            "line 3: [fetch] per_hots is not a known key; perhaps per_host is meant.",
        ),
        ('path = "x"\n', "line 1: path is not a known key here; it belongs in [storage]."),
        (
            '[storage]\ncolour = "x"\n',
            "line 2: [storage] colour is not a known key; known here are path, backup_folder,"
            " backup_hours, keep_backups, keep_text_days.",
        ),
        ('[fetch]\nper_host = "two"\n', "line 2: [fetch] per_host must be a whole number."),
        ("[fetch]\nper_host = 0\n", "line 2: [fetch] per_host must be at least 1."),
        ("[discord]\ntoken = 5\n", "line 2: [discord] token must be text in quotes."),
        ("fetch = 1\n", "line 1: [fetch] must be a table; begin it with [fetch]."),
        (
            '[feeds]\nurl = "https://example.org/"\n',
            "line 1: [[feeds]] must be a list of tables; begin each with [[feeds]].",
        ),
        (
            FEED + '\n[[feeds]]\nurl = "example.org/b"\n',
            "line 5: [[feeds]] url is no web address;"
            " write it whole, such as https://example.org/feed.xml.",
        ),
        (
            FEED + "\n" + FEED,
            'line 5: [[feeds]] url repeats "https://example.org/a.xml"; remove or rename one of'
            " the two.",
        ),
        (ROUTE + ROUTE, 'line 5: [[routes]] name repeats "desk"; remove or rename one of the two.'),
        (
            ROUTE + ROUTE.replace("desk", " desk\\t"),
            'line 5: [[routes]] name repeats "desk"; remove or rename one of the two.',
        ),
        (
            ROUTE + ROUTE.replace("desk", " DESK "),
            'line 5: [[routes]] name "DESK" differs from "desk" in its capitals alone;'
            " rename one of the two.",
        ),
        (ROUTE.replace("desk", "  "), "line 2: [[routes]] name must not be empty."),
        (FEED + '[[feeds]]\nname = "b"\n', "line 3: [[feeds]] url is missing; add it."),
        (
            FEED + "interval = 900\n",
            'line 3: [[feeds]] interval must be a duration, such as "90s", "15m", "2h" or "1d".',
        ),
        (FEED + 'interval = "5s"\n', 'line 3: [[feeds]] interval must lie between "1m" and "31d".'),
        (
            FEED + 'headers = { "X Y" = "1" }\n',
            "line 3: [[feeds]] headers.X Y must be the name of an HTTP header: letters, digits,"
            " hyphens.",
        ),
        (FEED + 'password = "x"\n', "line 3: [[feeds]] password needs user beside it."),
        (
            ROUTE + 'mode = "often"\n',
            "line 4: [[routes]] mode must be one of 'instant', 'hourly', 'daily' or 'weekly'.",
        ),
        (
            ROUTE + 'beneficiaries = [\n  "UKR",\n  "Atlantis",\n]\n',
            'line 4: [[routes]] beneficiaries cannot be "Atlantis": no state or organisation'
            " is called so;"
            ' write a name or a code such as "UKR".',
        ),
        (
            ROUTE + 'committers = ["Ukrane"]\n',
            'line 4: [[routes]] committers cannot be "Ukrane": no state or organisation'
            " is called so;"
            ' perhaps "Ukraine" is meant.',
        ),
        (
            '[slack]\nbot_token = "x"\n',
            "line 2: [slack] bot_token needs app_token beside it; Slack takes both or neither.",
        ),
        (
            '[discord]\ntoken = "x\n',
            "line 2: this is not TOML (illegal character '\\n'); correct that line.",
        ),
        (
            "[fetch]\nallow_networks = [\n\n",
            "line 2: this is not TOML (invalid value); correct that line.",
        ),
        (
            "[log]\n[fetch]\n[log]\n",
            "line 3: this is not TOML (cannot declare ('log',) twice); correct that line.",
        ),
    ],
)
def test_a_fault_is_one_sentence_with_file_line_key_and_remedy(
    fault: Fault, text: str, message: str
) -> None:
    assert fault(text) == f"config.toml, {message}"


def test_of_several_faults_the_first_in_the_file_is_told(fault: Fault) -> None:
    assert "line 2" in fault('[log]\nlevel = "loud"\n[fetch]\nper_host = 0\n')


def test_a_missing_file_is_told_with_the_way_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: there is no such file; make one with"):
        load_config(tmp_path / "nowhere.toml", {})


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path, {})


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'[log]\nlevel = "caf\xe9"\n')
    with pytest.raises(ConfigError, match="byte 18 is no UTF-8"):
        load_config(path, {})


@pytest.mark.parametrize(
    "channel",
    ["slack:#general", "slack:c024", "discord:general", "discord:", "email:x", "Terminal"],
)
def test_a_channel_must_be_an_id_that_its_platform_uses(fault: Fault, channel: str) -> None:
    assert "[[routes]] channel" in fault(f'[[routes]]\nname = "a"\nchannel = "{channel}"\n')


@pytest.mark.parametrize(
    "url",
    ["ftp://a.org/x", "https://", "https:///x", "a.org", "https://a b/", "https://[", "http://a:b"],
)
def test_a_feed_needs_a_whole_web_address(fault: Fault, url: str) -> None:
    assert "is no web address" in fault(f'[[feeds]]\nurl = "{url}"\n')


def test_no_fault_repeats_a_secret(fault: Fault) -> None:
    secret = "s3cr3t"
    texts = [
        f'[[feeds]]\nurl = "https://us:{secret}@example.org/"\n',
        f'[fetch]\nproxy = "us:{secret}@proxy"\n',
        f'[fetch]\nproxy = ["{secret}"]\n',
        f'[discord]\ntoken = ["{secret}"]\n',
        FEED + f'password = "{secret}"\n',
        FEED + f'headers = {{ X-Key = "{secret}\\n" }}\n',
        FEED + f'headers = {{ X-Key = ["{secret}"] }}\n',
        f'[slack]\napp_token = "{secret}"\n',
        f'[discord]\ntoken = "{secret}\n',
    ]
    assert [text for text in texts if secret in fault(text)] == []


def test_a_printed_config_shows_no_secret(load: Load) -> None:
    config = load(
        f'{FEED}user = "u"\npassword = "s3cr3t"\nheaders = {{ X = "s3cr3t" }}\n'
        '[discord]\ntoken = "s3cr3t"\n[slack]\nbot_token = "s3cr3t"\napp_token = "s3cr3t"\n'
        '[fetch]\nproxy = "http://u:s3cr3t@proxy:3128"\n'
    )
    assert "s3cr3t" not in repr(config) + str(config) + config.model_dump_json()


# --- second opinions

OPINION = '[second_opinion]\nurl = "http://localhost:11434/v1/"\nmodel = "reader"\n'


def test_nobody_is_asked_for_a_second_opinion_by_default(load: Load) -> None:
    assert load().second_opinion.url == ""


def test_the_key_of_a_second_opinion_comes_from_the_environment_and_is_not_shown(
    load: Load,
) -> None:
    config = load(OPINION, PLEDGEWATCH_SECOND_OPINION__API_KEY="s3cr3t")
    assert config.second_opinion.api_key.get_secret_value() == "s3cr3t"
    assert config.second_opinion.url == "http://localhost:11434/v1"
    assert "s3cr3t" not in repr(config) + config.model_dump_json()
    assert "s3cr3t" in secrets_of(config)


def test_a_variable_of_a_table_of_two_words_needs_two_underscores(fault: Fault) -> None:
    told = fault(PLEDGEWATCH_SECOND_OPINION_API_KEY="s3cr3t")
    assert "write PLEDGEWATCH_SECOND_OPINION__API_KEY" in told
    assert "s3cr3t" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (OPINION + "modle = 1\n", "modle is not a known key; perhaps model is meant"),
        ('[second_opinion]\nurl = "http://localhost/v1"\n', "url needs model beside it"),
        ('[second_opinion]\nmodel = "m"\n', "model needs url beside it"),
        (OPINION + "cost_per_day = 1.5\n", "cost_per_day needs prompt_price"),
        (OPINION + "timeout = 0\n", "timeout must be more than 0"),
        (OPINION + 'api_key = "a\\nb"\n', "api_key holds a line break"),
        ('[second_opinion]\nurl = "localhost:11434"\n', "url is no web address"),
        ('[second_opinion]\nurl = "http://u:s3cr3t@h/v1"\n', "url must be a bare address"),
        ('[second_opinion]\nurl = "http://h/v1?key=s3cr3t"\n', "url must be a bare address"),
    ],
)
def test_a_wrong_second_opinion_is_refused(fault: Fault, text: str, told: str) -> None:
    assert told in fault(text)
    assert "s3cr3t" not in fault(text)


# --- lines

DOCUMENT = """\
top = 1
text = \"\"\"
[not.a.table]
key = 2
\"\"\"
# comment = 3

[plain]
a.b = 1 # "#"
"c d" = [
  1,
  "]",
]
[[feeds]]
url = 'x'
[feeds.headers]
X = "1"
[[feeds]]

[[feeds.parts]]
p = 1
[[feeds.parts]]
inline = { deep = [ { x = 1 } ] }
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("text",), 2),
        (("plain",), 8),
        (("plain", "a", "b"), 9),
        (("plain", "c d", 1), 10),
        (("feeds", 0, "url"), 15),
        (("feeds", 0, "headers"), 16),
        (("feeds", 0, "headers", "X"), 17),
        (("feeds", 1), 18),
        (("feeds", 1, "parts", 0, "p"), 21),
        (("feeds", 1, "parts", 1, "inline", "deep", 0, "x"), 23),
        (("feeds", 0, "missing"), 14),
    ],
)
def test_every_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(key_lines(DOCUMENT), path) == line


def test_what_is_nowhere_in_the_document_has_no_line() -> None:
    assert line_of(key_lines(DOCUMENT), ("not", "a")) is None


def test_every_key_of_the_example_is_found_on_a_line_that_names_it() -> None:
    text = uncommented()
    lines = text.split("\n")
    wrong = {
        path: lines[number - 1]
        for path, number in key_lines(text).items()
        if isinstance(path[-1], str) and path[-1] not in lines[number - 1]
    }
    assert wrong == {}


def test_carriage_returns_and_other_separators_do_not_shift_the_lines() -> None:
    assert key_lines("a = 1\r\n\r\nb = '\u2028'\r\nc = 2\r\n")[("c",)] == 4


def test_an_unfinished_statement_is_found_where_it_begins() -> None:
    assert unfinished_line("a = 1\nb = [\n 1,\n\n\n") == 2


# --- config.example.toml


def uncommented() -> str:
    """The example with its samples in force: lines that begin with "#" and no blank. The starter
    set below them is tested with the set itself."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    return re.sub(r"(?m)^#(?=[^\s:])", "", text.partition("# The starter set")[0])


def declared(table: type[Table]) -> dict[str, Any]:
    return {
        name: field.default
        for name, field in table.model_fields.items()
        if field.default is not PydanticUndefined
    }


def test_the_example_as_it_stands_equals_the_defaults(load: Load) -> None:
    assert load((ROOT / "config.example.toml").read_text(encoding="utf-8")) == load()


def test_the_example_holds_every_key(load: Load) -> None:
    config = load(uncommented())
    missing = {
        f"{name}.{key}"
        for name in Config.model_fields
        for table in [getattr(config, name)]
        for each in (table if isinstance(table, tuple) else [table])
        for key in type(each).model_fields.keys() - each.model_fields_set
    }
    assert missing == set()


def test_the_samples_of_the_example_show_the_defaults(load: Load) -> None:
    config = load(uncommented())
    assert config.fetch.ca_file is not None  # no default that TOML could write
    shown: dict[type[Table], tuple[Table, ...]] = {
        FeedTable: config.feeds,
        RouteTable: config.routes,
    }
    for table, (sample,) in shown.items():
        defaults = declared(table) | {"interval": timedelta(minutes=15)}
        differing = {k for k in declared(table) if getattr(sample, k) != defaults[k]}
        assert differing == set()


def test_every_key_of_the_example_has_a_comment() -> None:
    lines = uncommented().splitlines()
    keys = [line for line in lines if re.match(r"[a-z_]+ = ", line)]
    bare = [line for line in keys if " # " not in line]
    assert bare == []
