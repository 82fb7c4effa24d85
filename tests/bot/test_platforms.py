"""A platform's description agrees with itself, and is taken for no other's."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bot.channel_words import ChannelWords
from bot.config.platforms import BY_NAME, PLATFORMS, ChatTables
from bot.config.platforms.base import Platform

every_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: p.name)


@every_platform
def test_its_examples_are_written_as_it_says(platform: Platform) -> None:
    for example, pattern in (
        (platform.channel_example, platform.channel),
        (platform.person_example, platform.person),
        (platform.role_example, platform.role),
        (platform.mention_example, platform.mention),
    ):
        assert bool(example) == bool(pattern), f"{platform.name}: example and pattern go together"
        assert pattern is None or pattern.fullmatch(example), example
        assert example.partition(":")[0] in ("", platform.name)


@every_platform
def test_its_channels_are_no_other_platforms(platform: Platform) -> None:
    others = [other for other in PLATFORMS if other is not platform]
    assert not [o.name for o in others if o.channel.fullmatch(platform.channel_example)]


@every_platform
def test_a_channel_is_understood_as_a_route_names_it(platform: Platform) -> None:
    example = platform.channel_example
    assert ChannelWords(platform.name, "").read(example) == example
    bare = example.partition(":")[2]
    if platform.bare_id is not None and platform.bare_id.fullmatch(bare):
        assert ChannelWords(platform.name, "").read(bare) == example


@pytest.mark.parametrize("name", ChatTables.model_fields)
def test_it_stands_in_the_configuration_under_its_own_name(name: str) -> None:
    table = getattr(ChatTables(), name)
    assert table.platform.name == name
    assert not table.on
    assert set(table.needs) <= set(type(table).model_fields)
    assert name in BY_NAME


@every_platform
def test_there_is_a_package_that_makes_it(platform: Platform) -> None:
    place = f"bot.{platform.name}_chat"
    assert find_spec(place), f"{place} is missing: docs/guides/chat-platform.md, step 3"
