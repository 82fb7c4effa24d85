"""What somebody who follows a development is told when it moves: a direct message. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.alert_card import DEFAULTS
from bot.cards import Button, Card, Span, Text
from bot.claim_words import stage_line
from bot.update_card import Update, update_card
from bot.words import words
from storage.records import Development, Route


def follow_card(development: Development, update: Update, route: Route = DEFAULTS) -> Card:
    """What moved and by whose report, where it stands now, and how to hear no more of it."""
    say = words(route.language)
    told = update_card(development, update, route)
    stands = development.status in {"active", "corrected"}
    now = (Text((stage_line(development.claims[0], say),)),) if stands else ()
    labels = {"details": "details", "sources": "sources_button", "unfollow": "unfollow"}
    return replace(
        told,
        blocks=(*now, *told.blocks),
        buttons=tuple(
            Button(action, development.short_id, say.label(label))
            for action, label in labels.items()
        ),
        footer=(*told.footer, Span(f" · {say('digest', 'follow')}")),
    )
