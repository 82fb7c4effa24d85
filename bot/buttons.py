"""What the buttons under an alert do. Each answer is for the presser alone.

All that a button needs stands in its id, so that it works after a restart and months later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot import answers, corrections
from bot.admin_desk import undo_button
from bot.alert_card import headline
from bot.arguments import Value
from bot.cards import Button, Card, Form, Tone
from bot.chat import Asker, Press, Submission
from bot.claim_words import named
from bot.config.platforms import BY_NAME
from bot.outside_text import cut
from bot.questions import Handler, personal_channel
from bot.reply import Reply, ask_again, at_fault, failure, say_so, with_buttons
from bot.routing import plan
from bot.spaces import heard_in
from classifiers.actors import resolve
from classifiers.assessment import Claim
from storage.records import Development, Filter, StoredFeedback
from storage.store import Store

_MOST_PAIRS = 4
_MOST_MEANT = 4
_SHOWN = 60
_NEWEST = 20
"""Changes of the audit among which one of a moment ago is."""
_WANTED = "Give the id of a development, such as UKR-142; it stands under each alert."

OnButton = Callable[[Development, Asker], Awaitable[Reply]]


class Buttons:
    """Answers presses and forms on developments, and the commands that do the same."""

    READING = frozenset({"details", "sources", "timeline"})
    """They change nothing, so that turning a page may ask them again."""
    REPLACING = frozenset({"unfollow", "mute_yes", "unmute"})
    """Their answer takes the place of the one under which they stood."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        may_administer: Callable[[Asker], bool],
        timeline: Handler,
        wake: Callable[[], None],
    ) -> None:
        """`timeline` answers the command of that name. `wake` is called where there may be
        something new to send."""
        self._store = store
        self._clock = clock
        self._may_administer = may_administer
        self._timeline_of = timeline
        self._wake = wake
        self._handlers: Mapping[str, OnButton] = {
            "details": self._details,
            "sources": self._sources,
            "timeline": self._timeline,
            "not_relevant": self._not_relevant,
            "follow": self._follow,
            "unfollow": self._unfollow,
            "mute": self._mute,
            "mute_yes": self._mute_yes,
            "unmute": self._unmute,
        }
        self.handlers: dict[str, Handler] = {
            "pledges follow": self._follow_command,
            "pledges unfollow": self._unfollow_command,
            "pledges mute": self._mute_command,
            "pledges unmute": self._unmute_command,
        }

    async def press(self, press: Press, asker: Asker) -> Reply:
        """What a press is answered. Raises StorageError."""
        handler = self._handlers.get(press.action)
        if handler is None:
            return failure("I do not know that button.", "It may be from a newer version.")
        development = await self._store.development(press.value)
        if development is None:
            return failure(f"I no longer know {press.value}.")
        return await handler(development, asker)

    async def _named(self, action: str, reference: str, asker: Asker) -> Reply:
        """As a press of this button under the development of that name."""
        if await self._store.development(reference) is not None:
            return await self.press(Press(action, reference), asker)
        code = resolve(reference)
        found = (
            await self._store.latest(Filter(beneficiary=code), limit=_MOST_MEANT) if code else []
        )
        reply = failure(f"I do not know “{cut(reference, _SHOWN)}”.", _WANTED)
        buttons = (Button(action, d.short_id, f"{action.title()} {d.short_id}") for d in found)
        return with_buttons(reply, tuple(buttons))

    # what can be read

    async def _details(self, development: Development, asker: Asker) -> Reply:
        article = await self._store.article(str(development.lead.article_id))
        muted = await self._is_muted(development, await heard_in(asker, self._store))
        return await asyncio.to_thread(
            answers.details, development, article, now=self._clock(), muted=muted
        )

    async def _sources(self, development: Development, asker: Asker) -> Reply:
        return await asyncio.to_thread(answers.sources, development)

    async def _timeline(self, development: Development, asker: Asker) -> Reply:
        """Of the first two actors; the other pairs by buttons."""
        claim = development.claims[0]
        pairs = [(c, b) for c in claim.committers for b in claim.beneficiaries if c != b]
        if not pairs:
            alone = (*claim.committers, *claim.beneficiaries)
            values: dict[str, Value] = {"actor": alone[0]} if alone else {}
            if not values:
                return failure(f"{development.short_id} names nobody to draw a timeline of.")
            return await self._timeline_of(values, asker)
        (first, other), *more = pairs
        reply = await self._timeline_of({"actor": first, "beneficiary": other}, asker)
        buttons = tuple(
            ask_again("pledges", f"timeline {c} {b}", f"{named(c)} → {named(b)}")
            for c, b in more[:_MOST_PAIRS]
        )
        return with_buttons(reply, buttons)

    # what is said of an alert

    async def _not_relevant(self, development: Development, asker: Asker) -> Reply:
        name = development.short_id
        if development.status == "withdrawn":
            return say_so(f"{name} was found not relevant already.")
        given = await self._say(development, "not_relevant", asker)
        if given.state != "applied":
            return _noted(f"Thank you: {name} is noted as not relevant.", asker)
        self._wake()
        detail = "It is withdrawn: its messages are struck through, the ledger forgets it."
        reply = say_so(f"Thank you: {name} is noted as not relevant.", detail=detail)
        return with_buttons(reply, await self._undo_of(given, asker))

    async def _undo_of(self, given: StoredFeedback, asker: Asker) -> tuple[Button, ...]:
        """A button that takes back what an admin said, however many say something meanwhile."""
        newest = await self._store.audit(space=asker.space, limit=_NEWEST)
        numbers = [e.id for e in newest if (e.before or {}).get("feedback") == given.id]
        return tuple(undo_button(number) for number in numbers[-1:])

    async def form(self, press: Press, asker: Asker) -> Form | Card:
        """The form that corrects a development. A press may name the state in which it was seen
        ("UKR-1@700f1e9f"); what is opened shows the present one. Raises StorageError."""
        name, _, _ = press.value.partition("@")
        development = await self._store.development(name)
        if development is None:
            return failure(f"I no longer know {name}.").card
        return corrections.form(development)

    async def correct(self, submission: Submission, asker: Asker) -> Card:
        """Take a correction in: an admin's changes the development at once, another member's waits.
        Raises StorageError."""
        name, _, seen = submission.value.partition("@")
        development = await self._store.development(name)
        if development is None:
            return failure(f"I no longer know {name}.").card
        before, *others = development.claims
        if corrections.fingerprint(before) != seen:
            text = f"{development.short_id} has changed since this form was opened."
            return failure(text, "Close the form and open it again.").card
        try:
            right = corrections.corrected(before, submission.answers)
        except corrections.CorrectionError as error:
            return at_fault(failure(str(error), error.remedy), error.field).card
        given = await self._say(development, "corrected", asker, (right, *others))
        what = corrections.difference(before, right)
        text = f"Thank you: {development.short_id} is noted as corrected: {what}."
        if given.state != "applied":
            return _noted(text, asker).card
        self._wake()
        return say_so(text, detail="It is applied: the ledger and its messages follow.").card

    async def _say(
        self,
        development: Development,
        verdict: str,
        asker: Asker,
        claims: tuple[Claim, ...] = (),
    ) -> StoredFeedback:
        return await self._store.feedback(
            development.short_id,
            verdict,
            plan,
            by=asker.user,
            platform=asker.platform,
            now=self._clock(),
            admin=self._may_administer(asker),
            space=asker.space,
            corrected=claims,
        )

    # follow and mute

    async def _follow(self, development: Development, asker: Asker) -> Reply:
        name, person = development.short_id, personal_channel(asker)
        if not person:
            return failure("A terminal gets no direct messages.", "Follow it in a chat.")
        here = await heard_in(asker, self._store)
        new = await self._store.follow(name, person, now=self._clock(), asked_in=here)
        text = f"You follow {name}." if new else f"You follow {name} already."
        reply = say_so(text, detail="You get a direct message when it moves.", tone=Tone.POLITICAL)
        return with_buttons(reply, (Button("unfollow", name, "Unfollow"),))

    async def _unfollow(self, development: Development, asker: Asker) -> Reply:
        name, person = development.short_id, personal_channel(asker)
        followed = bool(person) and await self._store.unfollow(name, person)
        text = f"You no longer follow {name}." if followed else f"You did not follow {name}."
        return with_buttons(say_so(text), (Button("follow", name, "Follow"),))

    async def _mute(self, development: Development, asker: Asker) -> Reply:
        """Asks first: it is for everybody in the channel."""
        name = development.short_id
        if not _is_shared(asker):
            return failure(
                "Only a channel can be muted.", f"Here, unfollow it: /pledges unfollow {name}"
            )
        here = await heard_in(asker, self._store)
        if await self._is_muted(development, here):
            reply = say_so(f"{name} is muted in this channel.")
            return with_buttons(reply, (Button("unmute", name, "Unmute"),))
        where = "this channel" if here == asker.channel else "the channel of this thread"
        reply = say_so(
            f"Mute {name} for everybody in {where}?",
            detail=f"{headline(development)}. Nobody here is told when it moves; the message that "
            "is here is still kept up to date.",
            tone=Tone.OPEN,
        )
        yes = Button("mute_yes", name, "Mute for this channel", danger=True)
        return with_buttons(reply, (yes,))

    async def _mute_yes(self, development: Development, asker: Asker) -> Reply:
        if not _is_shared(asker):
            return await self._mute(development, asker)
        name = development.short_id
        here = await heard_in(asker, self._store)
        await self._store.mute(name, here, by=asker.user, now=self._clock())
        reply = say_so(f"{name} is muted in this channel.", detail="Anybody here can unmute it.")
        return with_buttons(reply, (Button("unmute", name, "Unmute"),))

    async def _unmute(self, development: Development, asker: Asker) -> Reply:
        name = development.short_id
        was = await self._store.unmute(name, await heard_in(asker, self._store))
        text = f"{name} is no longer muted here." if was else f"{name} was not muted here."
        return with_buttons(say_so(text), (Button("mute", name, "Mute"),))

    async def _follow_command(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values.get("reference", ""))
        if reference:
            return await self._named("follow", reference, asker)
        found = await self._store.following(personal_channel(asker))
        nothing = "You follow nothing yet: press Follow under an alert, or /pledges follow UKR-142."
        return answers.listed("You follow", found, nothing, "unfollow")

    async def _unfollow_command(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values.get("reference", ""))
        if not reference:
            return await self._follow_command({}, asker)
        if reference != "all":
            return await self._named("unfollow", reference, asker)
        count = await self._store.unfollow_all(personal_channel(asker))
        return say_so(f"You no longer follow anything; it was {count}.", data={"unfollowed": count})

    async def _mute_command(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values.get("reference", ""))
        if reference:
            return await self._named("mute", reference, asker)
        found = await self._store.muted(await heard_in(asker, self._store))
        return answers.listed(
            "Muted in this channel", found, "Nothing is muted in this channel.", "unmute"
        )

    async def _unmute_command(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values.get("reference", ""))
        if reference:
            return await self._named("unmute", reference, asker)
        return await self._mute_command({}, asker)

    async def _is_muted(self, development: Development, channel: str) -> bool:
        return any(d.id == development.id for d in await self._store.muted(channel))


def _noted(text: str, asker: Asker) -> Reply:
    who = "The operator"
    if asker.space:
        who = f"An admin of this {BY_NAME[asker.platform].space}"
    return say_so(text, detail=f"{who} decides on it: /pledgewatch feedback list.")


def _is_shared(asker: Asker) -> bool:
    """Whether the place is a channel, and not a conversation with one person."""
    direct = BY_NAME[asker.platform].direct
    return bool(asker.space) and not (direct and direct.fullmatch(asker.channel))
