"""Second opinions in the service: limits of time, calls and cost, and a rest after failures.

Whatever happens here, an article keeps at least the pipeline's own assessment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from bot.config import Config
from classifiers.assessment import Assessment
from classifiers.second_opinion.answer import BadAnswer, Opinion, opinion
from classifiers.second_opinion.question import Question, question
from classifiers.second_opinion.service import Answer, NoAnswer, Service
from classifiers.second_opinion.verdict import Band, settled, unasked
from feeds.article import Article
from storage.errors import StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

_FAILURES = 3
"""In a row; then the service is left alone for a while."""
_REST = timedelta(minutes=5)
_LONGEST_REST = timedelta(hours=1)
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class OpinionSettings:
    """Limits. Times in seconds, prices for a million tokens, all in one currency."""

    below: float = 0.3
    above: float = 0.2
    timeout: float = 30.0
    longest: int = 6000
    at_once: int = 1
    calls_per_day: int = 200
    cost_per_day: float | None = None
    prompt_price: float = 0.0
    completion_price: float = 0.0

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """The price of a call."""
        prompt = prompt_tokens * self.prompt_price
        return (prompt + completion_tokens * self.completion_price) / _MILLION


def opinion_settings(config: Config) -> OpinionSettings:
    """As configured."""
    table = config.second_opinion
    return OpinionSettings(
        below=table.below,
        above=table.above,
        timeout=table.timeout,
        longest=table.max_text,
        at_once=table.at_once,
        calls_per_day=table.calls_per_day,
        cost_per_day=table.cost_per_day or None,
        prompt_price=table.prompt_price,
        completion_price=table.completion_price,
    )


@dataclass(frozen=True, slots=True)
class Breaker:
    """Failures in a row, and until when the service is left alone for them."""

    failures: int = 0
    until: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether nobody is to be asked now."""
        return self.until is not None and now < self.until


def after_failure(breaker: Breaker, now: datetime, retry_after: float | None = None) -> Breaker:
    """The third failure in a row brings a rest, each further one a longer rest, up to an hour. A
    service that asks for a rest gets it at once."""
    failures = breaker.failures + 1
    rest = timedelta()
    if failures >= _FAILURES:
        rest = min(_REST * 2 ** min(failures - _FAILURES, 10), _LONGEST_REST)
    if retry_after is not None:
        rest = max(rest, min(timedelta(seconds=retry_after), _LONGEST_REST))
    return Breaker(failures, now + rest if rest else None)


@dataclass(frozen=True, slots=True)
class OpinionFigures:
    """For monitoring."""

    given: int
    failed: int
    paused: str
    """Why nobody is asked at present; empty where somebody is."""


class _NotAsked(Exception):
    """The model was not asked, for a reason that is no fault of it."""


class SecondOpinions:
    """Asks a language model about articles that the pipeline is unsure of."""

    def __init__(
        self,
        service: Service,
        store: Store,
        clock: Callable[[], datetime],
        settings: OpinionSettings,
    ) -> None:
        self._service = service
        self._store = store
        self._clock = clock
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.at_once)
        self._breaker = Breaker()
        self._reason = ""
        self._full: date | None = None
        self._given = 0
        self._failed = 0

    async def close(self) -> None:
        """Close the connections; may be called twice."""
        await self._service.close()

    async def models(self) -> tuple[str, ...]:
        """What the service offers. Raises NoAnswer."""
        return await self._service.models()

    def figures(self) -> OpinionFigures:
        """What has been asked since the start."""
        until = self._breaker.until
        resting = f"{self._reason}; asked again from {until:%H:%M} UTC" if until else ""
        paused = resting if self._breaker.open(self._clock()) else ""
        return OpinionFigures(self._given, self._failed, paused)

    async def on(self, article: Article, own: Assessment, threshold: float) -> Assessment:
        """The assessment after a second look, or the pipeline's own with a note in its trail;
        untouched where the pipeline is sure. Takes no longer than the timeout."""
        settings = self._settings
        band = Band(threshold, settings.below, settings.above)
        if not band.holds(own.score):
            return own
        try:
            given = await self._opinion(question(article, own.language, settings.longest))
            self._succeeded()
            return settled(own, given, self._service.endpoint.model, band)
        except _NotAsked as reason:
            return unasked(own, str(reason))
        except (NoAnswer, BadAnswer) as error:
            self._note_failure(error)
            return unasked(own, f"{self._service.endpoint.model} was asked; {error}")
        except Exception:
            # Others' texts meet others' answers here: a bug must not cost the feed its poll.
            log.exception("second_opinion.bug", url=article.url)
            self._note_failure(BadAnswer("the program failed on the answer"))
            return unasked(own, "the program failed on the answer")

    async def _opinion(self, asked: Question) -> Opinion:
        if asked.addresses_a_model:
            raise _NotAsked("the text speaks to a language model, so it was not sent to one")
        deadline = asyncio.get_running_loop().time() + self._settings.timeout
        await self._turn(deadline)
        try:
            return opinion(await self._answer(self._service.body(asked), deadline), asked)
        finally:
            self._slots.release()

    async def _turn(self, deadline: float) -> None:
        """Wait for one's turn; one that comes too late for an answer is let go."""
        timeout = self._settings.timeout
        try:
            async with asyncio.timeout_at(deadline - timeout / 2):
                await self._slots.acquire()
        except TimeoutError:
            raise _NotAsked("other articles were before it for too long") from None

    async def _answer(self, body: bytes, deadline: float) -> str:
        self._check_breaker()
        settings, day = self._settings, self._clock().date()
        # No tokeniser makes more tokens than there are bytes.
        reserved = settings.cost(len(body), self._service.endpoint.max_tokens)
        await self._reserve(day, reserved)
        try:
            async with asyncio.timeout_at(deadline):
                answer = await self._service.ask(body)
        except TimeoutError:
            raise NoAnswer(f"no answer within {settings.timeout:g} s") from None
        await self._pay(day, reserved, answer)
        return answer.content

    def _check_breaker(self) -> None:
        if self._breaker.open(self._clock()):
            raise _NotAsked(f"the service is left alone for a while ({self._reason})")

    async def _reserve(self, day: date, cost: float) -> None:
        settings = self._settings
        try:
            full = await self._store.reserve_opinion(
                day,
                most_calls=settings.calls_per_day,
                cost=cost,
                most_cost=settings.cost_per_day,
            )
        except StorageError as error:
            raise _NotAsked("the database could not count the call") from error
        if full is None:
            return
        if self._full != day:
            self._full = day
            log.warning("second_opinion.limit", calls=full[0], cost=round(full[1], 4))
        raise _NotAsked(f"the day's limit is reached ({full[0]} calls, cost {full[1]:.4f})")

    async def _pay(self, day: date, reserved: float, answer: Answer) -> None:
        """What was reserved becomes what was used; it stays where the service counts nothing."""
        prompt, completion = answer.prompt_tokens, answer.completion_tokens
        if not reserved or prompt is None or completion is None:
            return
        try:
            cost = self._settings.cost(prompt, completion)
            await self._store.correct_opinion(day, cost - reserved)
        except StorageError as error:
            log.warning("second_opinion.uncounted", error=str(error))

    def _succeeded(self) -> None:
        if self._breaker.until is not None:
            log.info("second_opinion.back", url=self._service.endpoint.url)
        self._breaker, self._reason = Breaker(), ""
        self._given += 1

    def _note_failure(self, error: NoAnswer | BadAnswer) -> None:
        """The log tells of the first rest, and then of the end of the last."""
        told = self._breaker.until is not None
        wait = error.retry_after if isinstance(error, NoAnswer) else None
        self._breaker = after_failure(self._breaker, self._clock(), wait)
        self._reason = str(error)
        self._failed += 1
        if self._breaker.until is None or told:
            log.debug("second_opinion.failed", reason=self._reason)
            return
        remedy = error.remedy if isinstance(error, NoAnswer) else ""
        log.warning(
            "second_opinion.paused",
            url=self._service.endpoint.url,
            reason=self._reason,
            remedy=remedy or "nothing depends on it; it is asked again by itself",
            until=self._breaker.until,
        )
