"""What arrives over the gateway: commands, buttons, forms, and the fate of servers and channels."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.cards import Card
from bot.chat import FORMS, Asker, Handlers, Memory, Press, Submission
from bot.command_table import Command
from bot.discord_chat.answering import (
    FOREIGN,
    NETWORK,
    UNKNOWN,
    again,
    open_form,
    respond,
    tell,
)
from bot.discord_chat.commands import digest, fill, typed
from bot.discord_chat.drawing import pressed
from bot.discord_chat.forms import submission
from bot.discord_chat.places import Places
from bot.reply import BROKEN
from storage.errors import StorageError

log = structlog.get_logger(__name__)

_COMMANDS = "discord.commands"
_LONGEST_TEXT = 4000
_SUGGEST = 2.5


class Listener(discord.Client):
    """The client: needs no privileged intent and caches no messages."""

    def __init__(
        self,
        handlers: Handlers,
        *,
        commands: Sequence[Command],
        memory: Memory | None,
        places: Places,
        http_trace: aiohttp.TraceConfig,
        servers: frozenset[str] = frozenset(),
    ) -> None:
        """`servers`: ids of those that are served; empty: all that the app is in."""
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            max_messages=None,
            http_trace=http_trace,
        )
        self.connected = False
        self._to = handlers
        self._memory = memory
        self._places = places
        self._served = servers
        self._under_way: set[asyncio.Task[Any]] = set()
        self._tree = _Tree(self)
        fill(self._tree, commands, self._run_command, self._suggest)

    async def setup_hook(self) -> None:
        """Tell Discord our commands if they changed. It may fail: alerts matter more."""
        now = f"{self.application_id} {digest(self._tree)}"
        try:
            if self._memory is not None and await self._memory.recall(_COMMANDS) == now:
                return
            await self._tree.sync()
            if self._memory is not None:
                await self._memory.remember(_COMMANDS, now)
        except (*NETWORK, StorageError) as error:
            log.warning("discord.commands_not_synced", reason=str(error)[:300])

    async def _suggest(
        self, interaction: discord.Interaction, kind: str, typed: str
    ) -> Sequence[tuple[str, str]]:
        """Nothing rather than too late: Discord waits for three seconds."""
        if self._is_foreign(interaction):
            return ()
        try:
            async with asyncio.timeout(_SUGGEST):
                return await self._to.suggest(kind, typed, asker(interaction))
        except TimeoutError:
            log.warning("discord.suggest_late", kind=kind)
        except Exception:
            log.exception("discord.suggest", kind=kind)
        return ()

    async def close(self) -> None:
        """Disconnect. The library itself leaves a task behind that waits for more servers."""
        self.connected = False
        waiting = self._connection._ready_task
        if waiting is not None:
            waiting.cancel()
        await super().close()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Pass on what happened, unless disconnected: that task may outlive its cancelling, and
        the library has no event loop any more to pass it on with."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def drain(self, seconds: float) -> None:
        """Let the answers under way finish."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    # the connection

    async def on_connect(self) -> None:
        """A new session."""
        self.connected = True

    async def on_ready(self) -> None:
        """The servers are known."""
        log.info("discord.ready", servers=len(self.guilds))
        await self._servers()

    async def on_resumed(self) -> None:
        """The old session goes on."""
        self.connected = True

    async def on_disconnect(self) -> None:
        """The library is already dialling again."""
        self.connected = False

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """A bug in a handler of ours."""
        log.exception("discord.event", handler=event_method)

    # servers and channels

    async def on_guild_join(self, _guild: discord.Guild) -> None:
        """Somebody added the app to a server."""
        await self._servers()

    async def on_guild_available(self, _guild: discord.Guild) -> None:
        """A server's outage is over."""
        await self._servers()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The app was removed from a server, or the server deleted."""
        with self._counted():
            await self._places.left(guild)

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """A new channel."""
        await self._permissions(channel.guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is no more; its threads follow by events of their own."""
        with self._counted():
            await self._places.deleted(channel.guild, channel.id, channel.name)

    async def on_thread_delete(self, thread: discord.Thread) -> None:
        """A thread is no more."""
        with self._counted():
            await self._places.deleted(thread.guild, thread.id, thread.name)

    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """A new name, or new permissions."""
        with self._counted():
            await self._places.renamed(after.guild, after.id, before.name, after.name)
        await self._permissions(after.guild)

    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """A new name, or a lock; a thread that is archived without one opens when it is written
        to."""
        with self._counted():
            await self._places.renamed(after.guild, after.id, before.name, after.name)
            if before.locked != after.locked:
                await self._places.locked(after)

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """A role's new permissions; perhaps it is the app's."""
        await self._permissions(after.guild)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role is no more; perhaps it was the app's."""
        await self._permissions(role.guild)

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """The app's own roles: Discord tells it nothing of other members'."""
        await self._permissions(after.guild)

    async def _servers(self) -> None:
        with self._counted():
            try:
                await self._places.servers(g for g in self.guilds if self._serves(g.id))
            except StorageError as error:  # asked again when a server is next heard of
                log.warning("discord.servers_not_noted", reason=str(error))

    async def _permissions(self, guild: discord.Guild) -> None:
        with self._counted():
            await self._places.permissions(guild)

    # people

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Buttons and forms: what they mean stands in their id, so that they work after any
        restart."""
        data: Mapping[str, Any] = interaction.data or {}
        kinds = {discord.InteractionType.component, discord.InteractionType.modal_submit}
        with self._answering():
            if interaction.type in kinds and self._is_foreign(interaction):
                await tell(interaction, FOREIGN)
            elif interaction.type is discord.InteractionType.component:
                await self._pressed(interaction, pressed(str(data.get("custom_id", ""))))
            elif interaction.type is discord.InteractionType.modal_submit:
                await self._submitted(interaction, submission(data))

    async def _pressed(self, interaction: discord.Interaction, press: Press | None) -> None:
        who = asker(interaction)
        if press is None:
            await tell(interaction, UNKNOWN)
        elif press.action in FORMS:
            await open_form(interaction, lambda: self._to.form(press, who))
        else:
            await respond(interaction, lambda: self._to.press(press, who), private=True)

    async def _submitted(self, interaction: discord.Interaction, sent: Submission | None) -> None:
        who = asker(interaction)
        if sent is None or sent.action not in FORMS:
            await tell(interaction, UNKNOWN)
            return

        async def submit() -> Card:
            return again(await self._to.submit(sent, who), sent)

        await respond(interaction, submit, private=True)

    async def _run_command(
        self, interaction: discord.Interaction, command: Command, options: Mapping[str, Any]
    ) -> None:
        text, who = typed(command, options)[:_LONGEST_TEXT], asker(interaction)
        with self._answering():
            if self._is_foreign(interaction):
                await tell(interaction, FOREIGN)
                return
            await respond(
                interaction,
                lambda: self._to.answer(command.root, text, who),
                private=command.admin,
            )

    def _serves(self, server: int) -> bool:
        return not self._served or str(server) in self._served

    def _is_foreign(self, interaction: discord.Interaction) -> bool:
        """Whether it comes from a server that the configuration leaves out."""
        return interaction.guild_id is not None and not self._serves(interaction.guild_id)

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """An interaction whose time is over, or a line that breaks, costs the one answer."""
        with self._counted():
            try:
                yield
            except NETWORK as error:
                log.warning("discord.answer_lost", reason=str(error)[:300])

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("events are handled in tasks")
        self._under_way.add(task)
        try:
            yield
        finally:
            self._under_way.discard(task)


class _Tree(app_commands.CommandTree[Listener]):
    """Tells the asker when a command cannot be run."""

    async def on_error(
        self, interaction: discord.Interaction[Listener], error: app_commands.AppCommandError, /
    ) -> None:
        log.error("discord.command", error=str(error)[:300], exc_info=error)
        if interaction.type is discord.InteractionType.autocomplete:
            return
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            text = "This command has changed. Reload Discord (Ctrl+R) and try again."
        else:
            text = BROKEN.headline
        with contextlib.suppress(*NETWORK):
            if interaction.response.is_done():
                await interaction.followup.send(text, ephemeral=True)
            else:
                await interaction.response.send_message(text, ephemeral=True)


def asker(interaction: discord.Interaction) -> Asker:
    """Who it was. Discord says with each interaction what its user may do there; in a server that
    the app is not in, since somebody installed it for themselves, that gives no right over it."""
    may, server = interaction.permissions, interaction.guild_id
    in_server = server is not None and interaction.client.get_guild(server) is not None
    return Asker(
        platform="discord",
        user=str(interaction.user.id),
        name=interaction.user.display_name,
        channel=f"discord:{interaction.channel_id}",
        space=str(server) if in_server else "",
        admin=in_server and (may.manage_guild or may.administrator),
        roles=_roles(interaction.user),
        parent=_parent(interaction.channel),
    )


def _parent(channel: object) -> str:
    return f"discord:{channel.parent_id}" if isinstance(channel, discord.Thread) else ""


def _roles(user: discord.User | discord.Member) -> tuple[str, ...]:
    return tuple(str(role.id) for role in user.roles) if isinstance(user, discord.Member) else ()
