"""How an answer reaches whoever asked: acknowledged within 3 seconds, shown when it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import aiohttp
import discord
import structlog

from bot.cards import Button, Card, Fields, Form, Span, Tone
from bot.chat import Submission
from bot.discord_chat.drawing import draw
from bot.discord_chat.forms import modal
from bot.reply import BROKEN, failure

log = structlog.get_logger(__name__)

NETWORK = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
_ANSWER_PAGES = 5
_FORM_WITHIN = 2.0
"""Seconds for making a form: Discord waits three for it, and the line takes some of them."""

TOO_SLOW = failure("That took too long", "Pledgewatch is busy. Press the button again.").card
FOREIGN = failure(
    "Pledgewatch does not work in this server", "Its operator has to add the server to its list."
).card
UNKNOWN = failure(
    "I do not know that button", "It may be from another version of Pledgewatch."
).card


async def respond(
    interaction: discord.Interaction, make: Callable[[], Awaitable[Card]], *, private: bool
) -> None:
    """Acknowledge a command, a press or a submission; show the card when it is made. Raises one of
    `NETWORK`."""
    beside = _seen_by_one(interaction)
    if beside:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=private, thinking=True)
    try:
        card = await make()
    except Exception:
        log.exception("discord.answer", interaction=interaction.id)
        card = BROKEN
    await _show(interaction, card, deferred_privately=private, beside=beside)


async def open_form(
    interaction: discord.Interaction, make: Callable[[], Awaitable[Form | Card]]
) -> None:
    """A modal must be the first answer. Raises one of `NETWORK`."""
    try:
        async with asyncio.timeout(_FORM_WITHIN):
            made = await make()
    except TimeoutError:
        made = TOO_SLOW
    except Exception:
        log.exception("discord.form", interaction=interaction.id)
        made = BROKEN
    if isinstance(made, Card):
        await tell(interaction, made)
        return
    try:
        await interaction.response.send_modal(modal(made))
    except discord.NotFound:
        raise  # too late: there is nobody left to tell
    except (discord.HTTPException, ValueError):
        log.exception("discord.form", action=made.action)
        await tell(interaction, BROKEN)


async def tell(interaction: discord.Interaction, card: Card) -> None:
    """An answer at once, to the asker alone."""
    await interaction.response.send_message(ephemeral=True, **draw(card).parts())


def again(card: Card, submission: Submission) -> Card:
    """Discord has closed the form by the time that an answer is found wrong: show what was given,
    so that it can be copied, and open the form again on a press."""
    if card.tone is not Tone.ERROR or not card.field:
        return card
    rows = tuple(
        (name.replace("_", " ").capitalize(), (Span(", ".join(given)),))
        for name, given in submission.answers.items()
        if given
    )
    button = Button(submission.action, submission.value, "Try again")
    shown = (*card.blocks, Fields(rows)) if rows else card.blocks
    return replace(card, blocks=shown, buttons=(*card.buttons, button))


def _seen_by_one(interaction: discord.Interaction) -> bool:
    """Whether the button pressed, or behind the form, is on an answer that only its asker sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _show(
    interaction: discord.Interaction, card: Card, *, deferred_privately: bool, beside: bool
) -> None:
    """The answer, on several messages where it is long. What was deferred in the open cannot turn
    private, so a private answer replaces it; `beside` a private answer stands another, or the one
    that takes its place."""
    drawing = draw(card, pages=1 if card.replaces else _ANSWER_PAGES)
    private = card.private or deferred_privately
    edit: Callable[..., Awaitable[object]] = interaction.edit_original_response
    if beside and not card.replaces:
        edit = (await interaction.followup.send(ephemeral=True, **drawing.parts())).edit
    elif private and not deferred_privately:
        await interaction.delete_original_response()
        edit = (await interaction.followup.send(ephemeral=True, **drawing.parts())).edit
    else:
        await edit(**drawing.parts(edit=True))
    for number in range(1, len(drawing.pages)):
        await interaction.followup.send(ephemeral=private, **drawing.parts(number))
    if card.picture is not None and (picture := await card.picture()):
        await edit(**replace(drawing, picture=picture).parts(edit=True))
