"""A card's picture as Discord takes it: an attachment with a description, shown in the embed."""

from __future__ import annotations

import io
import re

import discord

from bot.cards import Picture
from bot.outside_text import clean, cut

_ALT = 1024
_PLAIN_NAME = re.compile(r"[\w-]{1,40}\.png", re.ASCII)


def attachment(picture: Picture) -> discord.File:
    """To be sent once: the library closes it. The name is one that an embed can refer to."""
    name = picture.name if _PLAIN_NAME.fullmatch(picture.name) else "picture.png"
    description = cut(clean(picture.alt), _ALT)
    return discord.File(io.BytesIO(picture.png), name, description=description)
