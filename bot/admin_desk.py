"""What the admins' commands share: who asks, whose routes they see, questions before what
destroys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.argument_values import alike
from bot.arguments import Value
from bot.cards import Button, Tone
from bot.chat import Asker, Chat
from bot.reply import Reply, say_so, with_buttons
from bot.spaces import Spaces, is_operator
from storage.changes import Changes
from storage.errors import Conflict, NotFound
from storage.records import Author, Origin, Route
from storage.store import Store

CONFIRM = "confirm"
CANCEL = "cancel"
VALID = timedelta(minutes=15)
"""How long a question before a change can be answered."""
_QUESTION = "confirm:"


class AdminDesk:
    """Around one store."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        spaces: Spaces,
        chats: Callable[[], Mapping[str, Chat]],
        wake: Callable[[], None],
    ) -> None:
        """`chats` are those that are up. `wake` is called where something may now be sent."""
        self.store = store
        self.clock = clock
        self.spaces = spaces
        self.chats = chats
        self.wake = wake

    def changes(self, asker: Asker) -> Changes:
        """What the asker changes goes into the audit."""
        return self.store.by(Author(asker.user, asker.platform, asker.space, asker.name))

    async def routes(self, asker: Asker) -> list[Route]:
        """Those of the asker's space; all for the operator."""
        return await self.spaces.routes_of(await self.store.routes(), asker)

    async def route(self, name: str, asker: Asker) -> Route:
        """One of them, by its name in any case. Raises NotFound, with the name that is likest."""
        routes = await self.routes(asker)
        wanted = name.strip().casefold()
        called = [r for r in routes if r.name.casefold() == wanted]
        titled = [r for r in routes if r.title.casefold() == wanted]
        for found in (called, titled):
            if len(found) == 1:
                return found[0]
        raise _no_route(name.strip(), [r.title for r in routes])

    async def named_first(self, text: str, asker: Asker) -> tuple[Route | None, str]:
        """The route whose name a text begins with, the longest one, and the rest of the text."""
        text = text.strip()
        quoted, _, rest = text.removeprefix('"').partition('"')
        if text.startswith('"'):
            return await self.route(quoted, asker), rest.strip()
        routes = await self.routes(asker)
        names = {name.casefold(): r for r in routes for name in (r.title, r.name)}
        for name in sorted(names, key=len, reverse=True):
            beginning, after = text[: len(name)], text[len(name) :]
            if beginning.casefold() == name and (not after or after[0].isspace()):
                return names[name], after.strip()
        return None, text

    async def free_name(self, name: str, asker: Asker) -> str:
        """What a new route of the asker's space is kept under: its name, unless another space has
        one that is called so, of which nothing is told. Raises Conflict where it is taken."""
        own = {r.title.casefold() for r in await self.routes(asker)}
        if name.casefold() in own:
            raise Conflict(f"A route is called “{name}” already. Edit that, or name another.")
        taken = {r.name.casefold() for r in await self.store.routes()}
        return f"{name} @{asker.space}" if name.casefold() in taken else name

    async def channels(self, asker: Asker) -> frozenset[str] | None:
        """The channels whose deliveries the asker may see; None: all."""
        if is_operator(asker):
            return None
        routes = {route.channel for route in await self.routes(asker)}
        known = await self.store.recall_names("space:", asker.space) if asker.space else []
        return frozenset(routes | set(known))

    # questions before what destroys

    async def ask(
        self, command: str, values: Mapping[str, Value], question: str, detail: str, label: str
    ) -> Reply:
        """A question with two buttons. The one that says yes runs the command."""
        asked = json.dumps({"command": command, "values": dict(values)}, ensure_ascii=False)
        token = await self.store.keep_view(_QUESTION + asked, now=self.clock())
        until = int((self.clock() + VALID).timestamp())
        reply = say_so(question, detail=detail, tone=Tone.OPEN)
        yes = Button(CONFIRM, f"{token}.{until}", label, danger=True)
        return with_buttons(reply, (yes, Button(CANCEL, "", "Cancel")))

    async def confirmed(self, value: str) -> tuple[str, dict[str, Value]] | None:
        """The command and its values that a button says yes to; None where it is too old."""
        token, _, until = value.partition(".")
        question = await self.store.view(token) or ""
        if not question.startswith(_QUESTION) or self.clock().timestamp() > _number(until):
            return None
        asked = json.loads(question.removeprefix(_QUESTION))
        return asked["command"], asked["values"]


def origin_of(asker: Asker) -> Origin:
    """Where something that the asker adds was set."""
    return Origin.COMMAND if is_operator(asker) else Origin.CHAT


def undo_button(number: int) -> Button:
    """Takes back the change of this number in the audit, and none that came after it."""
    return Button("ask", f"1 pledgewatch undo {number}", "Undo")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _no_route(name: str, names: list[str]) -> NotFound:
    if not names:
        return NotFound("There is no route here yet. Add one with `routes add`.")
    near = alike(name.casefold(), [n.casefold() for n in names])
    meant = [n for n in names if n.casefold() in near] or names[:5]
    listed = ", ".join(f"“{n}”" for n in meant)
    hint = f"Did you mean {listed}?" if near else f"Known here: {listed}."
    return NotFound(f"No route is called “{name[:60]}”. {hint}")
