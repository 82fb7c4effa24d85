"""Channels and mentions as people write them."""

from __future__ import annotations

import pytest

from bot.channel_words import ChannelWords

SLACK = ChannelWords("slack", "slack:C024BE91L")
DISCORD = ChannelWords("discord", "discord:42")


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("here", "slack:C024BE91L"),
        ("<#C0000001>", "slack:C0000001"),
        ("<#C0000001|alerts>", "slack:C0000001"),
        ("C024BE91L", "slack:C024BE91L"),
        ("Slack:C024BE91L", "slack:C024BE91L"),
        ("https://news.slack.com/archives/C0000001/p1700000000000", "slack:C0000001"),
        ("https://app.slack.com/client/T1/C0000001", "slack:C0000001"),
        ("<#123456789012345678>", "discord:123456789012345678"),
        ("123456789012345678", "discord:123456789012345678"),
        ("https://discord.com/channels/1/22", "discord:22"),
        ("https://ptb.discord.com/channels/1/22/333", "discord:22"),
        ("terminal", "terminal"),
        ("Ukraine", ""),
        ("2026", ""),
        ("#alerts", ""),
        ("https://example.org/archives/C0000001", ""),
    ],
)
def test_a_channel_is_found_in_a_word(word: str, channel: str) -> None:
    assert SLACK.read(word) == channel


@pytest.mark.parametrize(
    ("words", "word", "whom"),
    [
        (DISCORD, "<@&123>", "discord:@&123"),
        (DISCORD, "@here", "discord:@here"),
        (DISCORD, "@everyone", "discord:@everyone"),
        (SLACK, "<!subteam^S1|@desk>", "slack:!subteam^S1"),
        (SLACK, "<!here>", "slack:!here"),
        (SLACK, "@channel", "slack:!channel"),
        (SLACK, "slack:!here", "slack:!here"),
    ],
)
def test_whom_to_mention_is_found_in_a_word(words: ChannelWords, word: str, whom: str) -> None:
    assert words.mention(word) == whom
