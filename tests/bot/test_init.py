"""`init`: what is asked, and the file that comes of it."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from bot.cli.init import init
from bot.config import ConfigError, load_config
from bot.init import (
    Answers,
    Check,
    ask_all,
    discord_channel,
    discord_link,
    next_steps,
    slack_channel,
    write_config,
)

ROOT = Path(__file__).parents[2]

FULL = Answers(
    discord_token="discord-token",
    discord_channel="1234567890",
    slack_bot_token="xoxb-1",
    slack_app_token="xapp-1",
    slack_channel="C024BE91L",
    countries=("Ukraine", "tw", "Ukraine"),
    feeds=("https://example.org/a.xml", 'https://example.org/"b"'),
)


def _ignored(line: str) -> None:
    """What the wizard explains."""


class Scripted:
    """Answers questions by a word that they contain; the rest is left empty."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.secret: list[str] = []

    def __call__(
        self, question: str, check: Check, *, secret: bool = False, optional: bool = False
    ) -> str:
        self.asked.append(question)
        if secret:
            self.secret.append(question)
        waiting = next((v for k, v in self.answers.items() if k in question), [])
        value = waiting.pop(0) if waiting else ""
        return check(value) if value or not optional else ""


def test_the_file_of_all_answers_loads_and_holds_them(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_config(path, FULL)
    config = load_config(path, {})
    assert config.discord.token.get_secret_value() == "discord-token"
    assert config.slack.app_token.get_secret_value() == "xapp-1"
    assert [f.url for f in config.feed_list()] == list(FULL.feeds)
    assert [(r.channel, r.beneficiaries) for r in config.route_list()] == [
        ("discord:1234567890", ("UKR", "TWN")),
        ("slack:C024BE91L", ("UKR", "TWN")),
    ]


def test_the_file_of_no_answers_sends_everything_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_config(path, Answers())
    (route,) = load_config(path, {}).route_list()
    assert (route.channel, route.beneficiaries) == ("terminal", ())


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch(0o666)
    write_config(path, FULL, overwrite=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[log]\n")
    with pytest.raises(ConfigError, match=r"is there already; use --force"):
        write_config(path, Answers())
    assert path.read_text() == "[log]\n"


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        write_config(tmp_path / "none" / "config.toml", Answers())


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (Answers(slack_bot_token="xoxb-1"), "Slack takes both tokens or neither"),
        (Answers(discord_channel="1234567890"), "Discord takes a token for its channel"),
        (Answers(slack_channel="C1"), "Slack takes a token for its channel"),
        (Answers(starter=("moon",)), "The starter set has no tag “moon”"),
        (
            Answers(discord_token="t", discord_channel="general"),
            "The Discord channel needs the id of a Discord channel",
        ),
        (Answers(countries=("Atlantis",)), 'A country cannot be "Atlantis": no state'),
        (Answers(feeds=("example.org",)), "The address of a feed is no web address"),
        (Answers(feeds=("https://u:s3cr3t@example.org",)), "The address of a feed holds a passw"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, answers: Answers, message: str
) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(ConfigError, match=message) as caught:
        write_config(path, answers)
    assert "s3cr3t" not in str(caught.value)
    assert not path.exists()


def test_with_empty_answers_only_five_questions_are_asked() -> None:
    ask = Scripted()
    assert ask_all(ask, _ignored) == Answers()
    assert len(ask.asked) == 5


def test_the_wizard_says_where_apps_are_made() -> None:
    told: list[str] = []
    ask_all(Scripted(), told.append)
    assert "https://discord.com/developers/applications" in told[0]
    assert "init --slack-link" in told[1]


def test_slack_makes_the_app_of_a_link_with_the_least_it_needs() -> None:
    result = CliRunner().invoke(init, ["--slack-link"])
    assert result.output.startswith("https://api.slack.com/apps?new_app=1&manifest_json=")
    (given,) = parse_qs(urlsplit(result.output.strip()).query)["manifest_json"]
    assert json.loads(given) == json.loads((ROOT / "slack-manifest.json").read_text())


def test_a_channel_is_taken_by_its_link() -> None:
    assert discord_channel("https://discord.com/channels/1/22") == "discord:22"
    assert slack_channel("https://x.slack.com/archives/C024BE91L") == "slack:C024BE91L"
    with pytest.raises(ValueError, match="needs the id of a Slack channel"):
        slack_channel("https://discord.com/channels/1/22")


def test_tokens_without_a_channel_leave_it_to_be_chosen_in_chat(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    answers = Answers(discord_token=f"{_base64('1234567890')}.x.y")
    write_config(path, answers)
    assert load_config(path, {}).route_list() == []
    steps = "\n".join(next_steps(path, answers))
    assert "client_id=1234567890" in steps
    assert "Send alerts here" in steps
    assert answers.discord_token not in steps


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("token", ["", "abc", "äöü.x", "bm9udW1iZXI.x.y"])
def test_a_token_that_does_not_say_whose_it_is_has_no_link(token: str) -> None:
    assert discord_link(token) == ""


def test_starter_feeds_are_subscribed_where_chat_can_remove_them(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    options = ["--config", str(path), "--starter", "nato", "--starter", "baltic"]
    result = CliRunner().invoke(init, options)
    assert result.exit_code == 0, result.output
    assert "Subscribed to 4 feeds." in result.output
    assert load_config(path, {}).feed_list() == []


def test_all_questions_together_give_all_answers() -> None:
    ask = Scripted(
        **{
            "Discord bot": ["discord-token"],
            "Discord channel": ["1234567890"],
            "Slack bot": ["xoxb-1"],
            "app-level": ["xapp-1"],
            "Slack channel": ["slack:C024BE91L"],
            "country": ["Ukraine", "Taiwan"],
            "address of a feed": ["https://example.org/a.xml"],
            "starter": ["nato, ukraine"],
        }
    )
    assert ask_all(ask, _ignored) == Answers(
        discord_token="discord-token",
        discord_channel="discord:1234567890",
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1",
        slack_channel="slack:C024BE91L",
        countries=("UKR", "TWN"),
        feeds=("https://example.org/a.xml",),
        starter=("nato", "ukraine"),
    )
    assert len(ask.secret) == 3


def test_the_next_steps_name_the_file_where_it_is_not_the_usual_one() -> None:
    assert next_steps(Path("config.toml"), FULL)[0].startswith("pledgewatch doctor ")
    assert "pledgewatch run --config a.toml" in "\n".join(next_steps(Path("a.toml"), FULL))


def test_without_a_feed_the_first_step_is_to_add_one() -> None:
    assert next_steps(Path("config.toml"), Answers())[0].startswith("pledgewatch feeds add URL")


def test_the_command_asks_again_until_an_answer_will_do(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    typed = "token\ngeneral\n1234567890\n\nAtlantis\nUkraine\n\n\nhttps://example.org/a.xml\n\n"
    result = CliRunner().invoke(init, ["--config", str(path)], input=typed)
    assert result.exit_code == 0, result.output
    assert "needs the id of a Discord channel" in result.output
    assert "Atlantis" in result.output
    (route,) = load_config(path, {}).route_list()
    assert (route.channel, route.beneficiaries) == ("discord:1234567890", ("UKR",))


def test_the_command_asks_nothing_where_options_say_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    options = ["--config", str(path), "--feed", "https://example.org/a.xml", "--country", "Poland"]
    result = CliRunner().invoke(init, options)
    assert result.exit_code == 0, result.output
    (route,) = load_config(path, {}).route_list()
    assert (route.channel, route.beneficiaries) == ("terminal", ("POL",))


def test_the_command_refuses_before_it_asks(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    result = CliRunner().invoke(init, ["--config", str(path)])
    assert isinstance(result.exception, ConfigError)
    assert result.output == ""


def test_countries_are_asked_for_only_where_a_channel_is_named() -> None:
    tokens = {"Slack bot": ["xoxb-1"], "Slack app": ["xapp-1"]}
    later = Scripted(**tokens)
    ask_all(later, _ignored)
    assert not any("country" in question for question in later.asked)
    named = Scripted(
        **{"Slack bot": ["xoxb-1"], "Slack app": ["xapp-1"], "Slack channel": ["C024BE91L"]}
    )
    ask_all(named, _ignored)
    assert any("country" in question for question in named.asked)
