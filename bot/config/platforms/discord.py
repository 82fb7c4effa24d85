"""Discord, without its library."""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field, SecretStr

from bot.config.platforms.base import ChatTable, Platform
from bot.config.values import ApiUrl, Server

DISCORD = Platform(
    name="discord",
    title="Discord",
    channel=re.compile(r"discord:[0-9]{1,20}"),
    channel_form='"discord:" and digits',
    channel_example="discord:1234567890",
    wrong_channel='needs the id of a Discord channel: "discord:" and digits (with developer mode'
    " on, right-click the channel and choose Copy Channel ID)",
    person=re.compile(r"discord:[0-9]{1,20}"),
    person_form='"discord:" and digits',
    person_example="discord:1234567890",
    role=re.compile(r"discord:[0-9]{1,20}"),
    role_form='"discord:" and digits',
    role_example="discord:1234567890",
    mention=re.compile(r"discord:(@&?[0-9]{1,20}|@here|@everyone)"),
    mention_form='"discord:@&" and the id of a role, "discord:@here"',
    mention_example="discord:@&1234567890",
    links=(re.compile(r"https://(?:\w+\.)?discord(?:app)?\.com/channels/\d+/(\d+)\S*"),),
    bare_id=re.compile(r"\d{15,20}"),
    marked_id=re.compile(r"\d+"),
    calls=((re.compile(r"<?@&(\d+)>?"), "discord:@&{}"),),
    everybody="@",
    gap=0.5,
    loggers=("discord",),
)


class DiscordTable(ChatTable):
    """The Discord bot."""

    platform: ClassVar[Platform] = DISCORD
    needs: ClassVar[tuple[str, ...]] = ("token",)

    token: SecretStr = Field(
        default=SecretStr(""), description="The bot's token. Empty: Discord is off."
    )
    api_url: ApiUrl = Field(
        default="https://discord.com/api/v10",
        description="Another address for a proxy; the gateway is what its GET /gateway/bot names.",
    )
    servers: tuple[Server, ...] = Field(
        default=(),
        description="Ids of the servers whose people are answered, in quotation marks. Empty: every"
        " server that the app was added to; the admins of each then administer feeds and the"
        " ledger, so switch Public Bot off, or name your own here.",
    )
