"""Slash commands and buttons: acknowledged at once, answered when the answer is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.cards import Card, Span, Text, Tone
from bot.chat import Asker, Handlers
from bot.command_table import Command
from bot.discord_chat.commands import Suggest, digest, fill, typed
from bot.discord_chat.drawing import draw, pressed

log = structlog.get_logger(__name__)

__all__ = ["Listener", "Memory", "Suggest"]

_ANSWER_PAGES = 5
_NETWORK = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
_BROKEN = Card(
    "Something went wrong",
    (Text(((Span("It was written to the log; try again, or tell the operator."),),)),),
    Tone.ERROR,
    private=True,
)


class Memory(Protocol):
    """Keeps a short text across restarts."""

    async def read(self) -> str:
        """What was written last, or nothing."""

    async def write(self, text: str) -> None:
        """Keep it."""


class Listener(discord.Client):
    """The client: needs no privileged intent and caches no messages."""

    def __init__(
        self,
        handlers: Handlers,
        *,
        commands: Sequence[Command],
        suggest: Suggest | None,
        memory: Memory | None,
        http_trace: aiohttp.TraceConfig,
    ) -> None:
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
        self._under_way: set[asyncio.Task[Any]] = set()
        self._tree = _Tree(self)
        fill(self._tree, commands, self._run_command, suggest)

    async def setup_hook(self) -> None:
        """Tell Discord our commands if they changed. It may fail: alerts matter more."""
        now = digest(self._tree)
        if self._memory is not None and await self._memory.read() == now:
            return
        try:
            await self._tree.sync()
        except _NETWORK as error:
            log.warning("discord.commands_not_synced", reason=str(error)[:300])
            return
        if self._memory is not None:
            await self._memory.write(now)

    async def on_connect(self) -> None:
        """A new session."""
        self.connected = True

    async def on_ready(self) -> None:
        """The servers are known."""
        log.info("discord.ready", servers=len(self.guilds))

    async def on_resumed(self) -> None:
        """The old session goes on."""
        self.connected = True

    async def on_disconnect(self) -> None:
        """The library is already dialling again."""
        self.connected = False

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """A bug in a handler of ours."""
        log.exception("discord.event", handler=event_method)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Buttons: what they mean stands in their id, so that they work after any restart."""
        if interaction.type is not discord.InteractionType.component:
            return
        data: Mapping[str, Any] = interaction.data or {}
        press = pressed(str(data.get("custom_id", "")))
        if press is None:
            return
        await self._respond(interaction, lambda: self._to.press(press, asker(interaction)), True)

    async def drain(self, seconds: float) -> None:
        """Let the answers under way finish."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def _run_command(
        self, interaction: discord.Interaction, command: Command, options: Mapping[str, Any]
    ) -> None:
        text = typed(command, options)
        await self._respond(
            interaction,
            lambda: self._to.answer(command.root, text, asker(interaction)),
            command.admin,
        )

    async def _respond(
        self,
        interaction: discord.Interaction,
        make: Callable[[], Awaitable[Card]],
        private: bool,
    ) -> None:
        with self._counted():
            try:
                await interaction.response.defer(ephemeral=private, thinking=True)
                try:
                    card = await make()
                except Exception:
                    log.exception("discord.answer", interaction=interaction.id)
                    card = _BROKEN
                await _show(interaction, card, private)
            except _NETWORK as error:
                log.warning("discord.answer_lost", reason=str(error)[:300])

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("interactions are handled in tasks")
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
            text = _BROKEN.headline
        with contextlib.suppress(*_NETWORK):
            if interaction.response.is_done():
                await interaction.followup.send(text, ephemeral=True)
            else:
                await interaction.response.send_message(text, ephemeral=True)


def asker(interaction: discord.Interaction) -> Asker:
    """Who it was. Discord says with each interaction what its user may do there."""
    may = interaction.permissions
    in_server = interaction.guild_id is not None
    return Asker(
        platform="discord",
        user=str(interaction.user.id),
        name=interaction.user.display_name,
        channel=f"discord:{interaction.channel_id}",
        space=str(interaction.guild_id or ""),
        admin=in_server and (may.manage_guild or may.administrator),
        roles=_roles(interaction.user),
    )


def _roles(user: discord.User | discord.Member) -> tuple[str, ...]:
    return tuple(str(role.id) for role in user.roles) if isinstance(user, discord.Member) else ()


async def _show(interaction: discord.Interaction, card: Card, deferred_privately: bool) -> None:
    """The answer, on several messages where it is long. What was deferred in the open cannot turn
    private, so a private answer replaces it."""
    drawing = draw(card, pages=_ANSWER_PAGES)
    private = card.private or deferred_privately
    last = len(drawing.pages) - 1
    for number in range(len(drawing.pages)):
        parts: dict[str, Any] = {"embed": drawing.embed(number)}
        if number == last and drawing.buttons:
            parts["view"] = drawing.view()
        if number:
            await interaction.followup.send(ephemeral=private, **parts)
        elif private and not deferred_privately:
            await interaction.delete_original_response()
            await interaction.followup.send(drawing.content, ephemeral=True, **parts)
        else:
            await interaction.edit_original_response(content=drawing.content, **parts)
