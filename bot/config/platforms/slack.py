"""Slack, without its library."""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field, SecretStr

from bot.config.platforms.base import ChatTable, Platform
from bot.config.values import ApiUrl

SLACK = Platform(
    name="slack",
    title="Slack",
    channel=re.compile(r"slack:[CGD][A-Z0-9]+"),
    channel_form='"slack:C..."',
    channel_example="slack:C024BE91L",
    wrong_channel='needs the id of a Slack channel, not its name: "slack:C..." (Slack shows it at'
    " the end of the channel's details)",
    person=re.compile(r"slack:[UW][A-Z0-9]+"),
    person_form='"slack:U..."',
    person_example="slack:U024BE7LH",
    mention=re.compile(r"slack:(!subteam\^[A-Z0-9]+|!here|!channel|!everyone|@[UW][A-Z0-9]+)"),
    mention_form='"slack:!subteam^" and the id of a group, "slack:!here"',
    mention_example="slack:!here",
    links=(
        re.compile(r"https://[\w.-]+\.slack(?:-gov)?\.com/(?:archives|client/T\w+)/([CGD]\w+)\S*"),
    ),
    bare_id=re.compile(r"[CG][A-Z0-9]{8,12}"),
    marked_id=re.compile(r"[CGD]\w+"),
    calls=(
        (re.compile(r"<!subteam\^(\w+)(?:\|[^>]*)?>"), "slack:!subteam^{}"),
        (re.compile(r"!?subteam\^(\w+)"), "slack:!subteam^{}"),
    ),
    everybody="!",
    gap=1.0,
    direct=re.compile(r"slack:D.*"),
    space="workspace",
    loggers=("slack_bolt", "slack_sdk"),
)


class SlackTable(ChatTable):
    """The Slack app; it needs both tokens."""

    platform: ClassVar[Platform] = SLACK
    needs: ClassVar[tuple[str, ...]] = ("bot_token", "app_token")

    bot_token: SecretStr = Field(
        default=SecretStr(""),
        description="The token that begins with xoxb-. Empty: Slack is off.",
    )
    app_token: SecretStr = Field(
        default=SecretStr(""),
        description="The app-level token that begins with xapp-, with connections:write.",
    )
    api_url: ApiUrl = Field(
        default="https://slack.com/api/", description="For GovSlack https://slack-gov.com/api/."
    )
