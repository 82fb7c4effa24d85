"""What is asked of Discord over REST. The errors are discord.py's, but for what stands here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import discord
import structlog

from bot.chat import ChannelGone, SendFailed
from bot.discord_chat.drawing import Drawing, carries
from bot.discord_chat.errors import LOCKED, STAYS_SHUT, THREAD_ARCHIVED, THREAD_EXISTS

log = structlog.get_logger(__name__)

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    read_message_history=True,
)
_IN_THREADS = discord.Permissions(
    view_channel=True,
    send_messages_in_threads=True,
    embed_links=True,
    read_message_history=True,
)
_INVITED = PERMISSIONS | discord.Permissions(attach_files=True)
"""Without Attach Files a message stands with its picture's words instead."""
_CLOCK_MARGIN = timedelta(minutes=5)
_ALWAYS_READ = 200
_MOST_READ = 5000


def invite_url(application_id: int) -> str:
    """The link by which an admin adds the app to a server, with the least it needs."""
    return discord.utils.oauth_url(
        application_id, permissions=_INVITED, scopes=("bot", "applications.commands")
    )


def channel_id(channel: str) -> int:
    """The number in a route's channel. Raises ChannelGone."""
    number = channel.removeprefix("discord:")
    if not number.isdecimal() or len(number) > 20:
        raise ChannelGone(
            f"“{channel}” is no Discord channel",
            remedy='write "discord:" and the channel\'s number (Copy Channel ID in its menu)',
        )
    return int(number)


def is_person(channel: str) -> bool:
    """Whether a channel is somebody's direct messages."""
    return channel.startswith("discord:@")


def user_id(channel: str) -> int:
    """The number in "discord:@<user id>". Raises ChannelGone."""
    number = channel.removeprefix("discord:@")
    if not number.isdecimal() or len(number) > 20:
        raise ChannelGone(
            f"“{channel}” is no Discord user",
            remedy='write "discord:@" and the user\'s number (Copy User ID in their menu)',
        )
    return int(number)


async def direct(client: discord.Client, user: int) -> int:
    """The channel of somebody's direct messages, which is opened where need be."""
    return (await client.create_dm(discord.Object(user))).id


async def whose(client: discord.Client, user: int) -> str:
    """The name of somebody whom the app can write to."""
    await direct(client, user)
    return f"@{(await client.fetch_user(user)).display_name}"


async def look(client: discord.Client, place: int) -> str:
    """The channel's name. Raises ChannelGone where something that an alert needs is not allowed."""
    channel = await client.fetch_channel(place)
    if isinstance(channel, discord.Thread):
        return await _look_at_thread(client, channel)
    if not isinstance(channel, discord.abc.GuildChannel):
        return str(channel)
    here, allowed = await _allowed(client, channel.guild.id, place)
    _demand(PERMISSIONS, allowed, here.name)
    return f"#{here.name} in {here.guild.name}"


async def _look_at_thread(client: discord.Client, thread: discord.Thread) -> str:
    """One that is archived opens when it is written to; one that is locked does so for those alone
    who may manage threads. What is allowed in it, its channel says."""
    here, allowed = await _allowed(client, thread.guild.id, thread.parent_id)
    _demand(_IN_THREADS, allowed, here.name)
    if thread.locked and not allowed.manage_threads:
        reason, remedy = LOCKED
        raise ChannelGone(reason, remedy=remedy)
    return str(thread)


async def _allowed(
    client: discord.Client, server: int, place: int
) -> tuple[discord.abc.GuildChannel | discord.Thread, discord.Permissions]:
    """A channel, and what the app may do there."""
    guild = await client.fetch_guild(server)
    me = await guild.fetch_member(client.user.id if client.user else 0)
    here = await guild.fetch_channel(place)
    return here, here.permissions_for(me)


def _demand(wanted: discord.Permissions, allowed: discord.Permissions, name: str) -> None:
    given = dict(allowed)
    if missing := [right for right, needed in wanted if needed and not given[right]]:
        lacking = ", ".join(right.replace("_", " ").title() for right in missing)
        raise ChannelGone(
            f"Pledgewatch lacks permissions in #{name}", remedy=f"allow it there: {lacking}"
        )


async def post(
    client: discord.Client, place: int, drawing: Drawing, key: str, below: int | None = None
) -> discord.Message:
    """Post a message under a key, which is its nonce; `below` makes it a reply."""
    extra: dict[str, Any] = {}
    if below is not None:
        extra["reference"] = discord.MessageReference(
            message_id=below, channel_id=place, fail_if_not_exists=False
        )
        extra["mention_author"] = False
    extra |= {"allowed_mentions": drawing.allowed_mentions, "nonce": key}
    channel = client.get_partial_messageable(place)
    try:
        return await channel.send(**drawing.parts(key=key), **extra)
    except discord.Forbidden:
        if drawing.picture is None:
            raise
        posted = await channel.send(**drawing.worded().parts(key=key), **extra)
        log.warning("discord.picture", channel=place, remedy="allow Pledgewatch Attach Files there")
        return posted


async def redraw(client: discord.Client, place: int, posted: int, drawing: Drawing) -> None:
    """Edit a message, also in a thread that is archived: posting opens one by itself, editing does
    not (discord-api-docs, pull request 2855). Raises SendFailed where it stays shut."""
    message = client.get_partial_messageable(place).get_partial_message(posted)
    try:
        return await _drawn_into(message, drawing)
    except discord.HTTPException as error:
        if error.code != THREAD_ARCHIVED:
            raise
    thread = await client.fetch_channel(place)
    try:
        if isinstance(thread, discord.Thread):
            await thread.edit(archived=False)
        await _drawn_into(message, drawing)
    except discord.HTTPException as error:
        if error.code not in STAYS_SHUT:
            raise
        if isinstance(thread, discord.Thread) and thread.locked:
            reason, remedy = LOCKED  # then nothing can be posted either, until somebody unlocks it
            raise ChannelGone(reason, remedy=remedy) from error
        raise SendFailed(
            "the message stands in a Discord thread that is archived and does not open",
            retryable=False,
            remedy="open the thread, and allow Pledgewatch Send Messages in Threads there",
        ) from error


async def _drawn_into(message: discord.PartialMessage, drawing: Drawing) -> None:
    try:
        await message.edit(**drawing.parts(edit=True))
    except discord.Forbidden:
        if drawing.picture is None:
            raise
        await message.edit(**drawing.worded().parts(edit=True))


async def create_thread(client: discord.Client, place: int, alert: int, name: str) -> None:
    """Open an alert's thread, whose id is the alert's; it may be open already."""
    channel = await client.fetch_channel(place)
    if not isinstance(channel, discord.TextChannel):
        raise SendFailed("threads are for text channels", retryable=False)
    try:
        await channel.get_partial_message(alert).create_thread(name=name or "Updates")
    except discord.HTTPException as error:
        if error.code != THREAD_EXISTS:
            raise


async def search(
    client: discord.Client, place: int, key: str, since: datetime
) -> discord.Message | None:
    """Newest first, down to `since`; but the newest are always read, since our clock may have
    been wrong when it named the time. What others wrote is not ours, whatever it says."""
    number = 0
    async for message in client.get_partial_messageable(place).history(limit=_MOST_READ):
        if carries(message, key) and message.author == client.user:
            return message
        number += 1
        if number >= _ALWAYS_READ and message.created_at < since - _CLOCK_MARGIN:
            return None
    if number >= _MOST_READ:
        raise SendFailed("too many Discord messages to look through", retryable=True)
    return None
