"""A person's wish to be forgotten: by themselves in chat, or by the operator on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog

from bot.arguments import Value
from bot.cards import Button, Tone
from bot.chat import Asker
from bot.questions import Handler
from bot.reply import Reply, failure, replacing, say_so, with_buttons
from storage.erasure import Erased
from storage.store import Store

log = structlog.get_logger(__name__)

ACTION = "forget_me"
VALID = timedelta(minutes=15)
"""How long the question can be answered."""

_WORDS = {
    "feedback": "said or decided on alerts",
    "submissions": "articles handed in",
    "follows_and_mutes": "follows and mutes",
    "messages": "direct messages",
    "audit": "entries of the audit",
    "ledger": "decisions on the ledger",
    "routes": "routes made",
    "feeds": "feeds added",
}


def in_words(erased: Erased) -> str:
    """What was taken away or made nameless; "nothing" where there was none."""
    found = [f"{count} {_WORDS[name]}" for name, count in asdict(erased).items() if count]
    return ", ".join(found) or "nothing"


class Forgetting:
    """Asks first; the answer is bound to who asked, and to a quarter of an hour."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self.handlers: dict[str, Handler] = {"pledges forget-me": self._ask}

    async def _ask(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        until = int((self._clock() + VALID).timestamp())
        reply = say_so(
            "Forget who you are?",
            detail="Your name goes from what you said of alerts, decided and set up here; that"
            " stays, nameless. What you follow and the messages sent to you are deleted. This"
            " cannot be undone.",
            tone=Tone.OPEN,
        )
        yes = Button(ACTION, f"{asker.user}.{until}", "Forget me", danger=True)
        return with_buttons(reply, (yes,))

    async def forget(self, value: str, asker: Asker) -> Reply:
        """The presser's own traces, and nobody else's. Raises StorageError."""
        user, _, until = value.partition(".")
        if user != asker.user:
            return failure("That question was somebody else's.", "Ask with /pledges forget-me.")
        if not until.isdecimal() or self._clock().timestamp() > int(until):
            return replacing(failure("That question is too old.", "Give the command again."))
        erased = await self._store.erase_person(asker.user, asker.platform)
        # Nobody is named here: the log would keep what the database has just forgotten.
        log.info("person.erased", platform=asker.platform, **asdict(erased))
        detail = f"Taken away or made nameless: {in_words(erased)}. Backups and logs of the service"
        detail += " keep older traces until they are rotated away; its operator can say when."
        return replacing(say_so("You are forgotten.", detail=detail, data=asdict(erased)))
