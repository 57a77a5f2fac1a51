"""One call, from the operation to its reply: token, pace, request, answer, and again where that is allowed.

What differs between platforms is a `Dialect`: how a request is made and what an answer means. Requests are made
inside the loop, so that time stamps and signatures are new for every attempt.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from attrs import frozen
from pydantic import BaseModel

from privdomain.calendar import Clock
from privdomain.errors import AuthenticationFailed, RequestRejected, Unconfirmed
from privdomain.platforms._errors import Fault, Policy
from privdomain.platforms._flow import Flow, PageFlow, send, wait
from privdomain.platforms._limits import RateLimit, TokenBuckets
from privdomain.platforms._observe import AttemptRecord, Observer, tell
from privdomain.platforms._operation import KeyPaging, NumberPaging, Operation
from privdomain.platforms._pages import Page
from privdomain.platforms._paging import next_key, next_number, paging_of
from privdomain.platforms._payload import Json, read
from privdomain.platforms._retry import Attempts, Retry
from privdomain.platforms._tokens import Grant, TokenSource, TokenStore
from privdomain.platforms._wire import HttpRequest, HttpResponse, NoAnswer

__all__ = ["Conversation", "Dialect", "Habits"]

logger = logging.getLogger(__name__)

R = TypeVar("R", bound=BaseModel)


class Dialect(Protocol):
    """What one platform's protocol says about requests, answers and tokens."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop that is talked to."""
        ...

    @property
    def token_key(self) -> str:
        """Under which the account's token is stored; no secret is in it."""
        ...

    def request(self, operation: Operation[Any], *, token: str) -> HttpRequest:
        """The request of one attempt."""
        ...

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Json | Fault:
        """What an answer means: its payload, or what went wrong."""
        ...

    def token_operation(self, refresh: str) -> Operation[Any]:
        """What fetches a token; ``refresh`` is the refresh token that is kept, or an empty text.

        Raises:
            AuthenticationFailed: where a merchant has to authorize the application first.
        """
        ...

    def grant(self, payload: Json) -> Grant:
        """The token in the answer to it."""
        ...


@frozen(kw_only=True)
class Habits:
    """How a client behaves, whatever the platform."""

    retry: Retry
    rate_limit: RateLimit | None
    token_store: TokenStore
    random_state: int | None
    clock: Clock
    monotonic: Callable[[], float]
    observer: Observer | None = None
    accept_unconfirmed: frozenset[str] = frozenset()


class Conversation:
    """Sends operations of one account."""

    def __init__(self, dialect: Dialect, habits: Habits) -> None:
        self._dialect, self._habits = dialect, habits
        self._random = random.Random(habits.random_state)  # noqa: S311  (spreads waits, hides nothing)
        limit = habits.rate_limit
        self._buckets = TokenBuckets(limit, monotonic=habits.monotonic) if limit else None
        self._tokens = TokenSource(
            store=habits.token_store,
            key=dialect.token_key,
            fetch=self._fetch_token,
            monotonic=habits.monotonic,
        )

    def send(self, operation: Operation[R]) -> Flow[R]:
        """The reply, read as its type.

        Raises:
            RemoteError: of the branch that fits, when the platform refuses or cannot be reached.
            PayloadError: when its answer has not the documented form.
        """
        payload = yield from self.fetch(operation)
        return cast("R", read(operation.reply, payload, kind=f"the answer to {type(operation).__name__}"))

    def replies(self, operation: Operation[R]) -> PageFlow[R]:
        """Every reply of a listing, one on a page, until its class says that there is no next."""
        paging = paging_of(operation)
        if isinstance(paging, NumberPaging):
            yield from self._numbered(operation, paging)
            return
        asked: set[str] = set()
        while True:
            reply = yield from self.send(operation)
            asked.add(getattr(operation, paging.sends))
            key = next_key(operation, reply, asked=asked, platform=self._dialect.platform)
            yield Page((reply,), (), key)
            if key is None:
                return
            operation = operation.model_copy(update={paging.sends: key} | _counted(operation, paging))

    def _numbered(self, operation: Operation[R], paging: NumberPaging) -> PageFlow[R]:
        while True:
            reply = yield from self.send(operation)
            number = next_number(operation, reply, paging)
            yield Page((reply,), (), None if number is None else str(number))
            if number is None:
                return
            operation = operation.model_copy(update={paging.sends: number})

    def adopt(self, grant: Grant) -> Flow[None]:
        """Keep the tokens that a merchant's authorization has just given."""
        return self._tokens.adopt(grant)

    @property
    def now(self) -> datetime:
        """The present moment, by the client's clock."""
        return self._habits.clock.now()

    @property
    def accepted(self) -> frozenset[str]:
        """What is tried although no document confirms it."""
        return self._habits.accept_unconfirmed

    def fetch(self, operation: Operation[Any]) -> Flow[Json]:
        """The reply as it was decoded; raises `RemoteError`."""
        self._check_confirmed(operation)
        habits = self._habits
        attempts = Attempts(habits.retry, random=self._random, clock=habits.clock)
        token, replaced = "", False
        while True:
            if operation.signed:
                token = yield from self._tokens.current()
            answer = yield from self._once(operation, token, attempt=attempts.number + replaced)
            if not isinstance(answer, Fault):
                return answer
            if answer.policy is Policy.TOKEN and operation.signed and not replaced:
                replaced = True
                yield from self._tokens.replace(token)
                continue
            yield from self._again(operation, answer, attempts, replaced=replaced)

    def _check_confirmed(self, operation: Operation[Any]) -> None:
        name = type(operation).__name__
        if operation.unconfirmed and name not in self._habits.accept_unconfirmed:
            raise Unconfirmed(
                f"{self._dialect.platform}: {name} is not confirmed by documents: {operation.unconfirmed}; "
                f"make the client with accept_unconfirmed=({name!r},) to try it"
            )

    def _once(self, operation: Operation[Any], token: str, *, attempt: int) -> Flow[Json | Fault]:
        dialect, habits = self._dialect, self._habits
        if self._buckets is not None:
            yield from wait(self._buckets.reserve(dialect.token_key))
        began = habits.monotonic()
        answer: Json | Fault
        try:
            response = yield from send(dialect.request(operation, token=token))
        except NoAnswer as failure:
            answer = Fault.of_silence(failure)
        else:
            answer = dialect.answer(operation, response, token=token)
        if habits.observer is not None:
            self._tell(operation, answer, attempt=attempt, seconds=habits.monotonic() - began)
        return answer

    def _tell(self, operation: Operation[Any], answer: Json | Fault, *, attempt: int, seconds: float) -> None:
        fault = answer if isinstance(answer, Fault) else None
        record = AttemptRecord(
            platform=self._dialect.platform,
            shop_id=self._dialect.shop_id,
            operation=type(operation).__name__,
            attempt=attempt,
            seconds=seconds,
            outcome="ok" if fault is None else fault.outcome,
            code="" if fault is None else fault.code,
            request_id="" if fault is None else fault.request_id,
        )
        tell(self._habits.observer, record)

    def _again(
        self, operation: Operation[Any], fault: Fault, attempts: Attempts, *, replaced: bool
    ) -> Flow[None]:
        """Wait for the next attempt, or raise what the last one came to."""
        repeatable = operation.repeat.allows(operation)
        if not repeatable and not fault.refused and fault.policy is Policy.BACKOFF:
            fault = fault.unverified()
        error = fault.to_error(
            platform=self._dialect.platform,
            what=type(operation).__name__,
            attempts=attempts.number + replaced,
        )
        seconds = attempts.pause(fault, error, repeatable=repeatable)
        if seconds is None:
            raise error from fault.cause
        logger.info(
            "%s %s: attempt %d failed (%s %s), again in %.1f s",
            self._dialect.platform,
            operation.path,
            error.attempts,
            fault.code or fault.kind.__name__,
            fault.meaning,
            seconds,
        )
        yield from wait(seconds)

    def _fetch_token(self, refresh: str) -> Flow[Grant]:
        try:
            payload = yield from self.fetch(self._dialect.token_operation(refresh))
        except RequestRejected as error:
            # whatever was to be sent with the token has not been refused: nobody may take it for that
            raise AuthenticationFailed(
                str(error),
                platform=error.platform,
                code=error.code,
                sub_code=error.sub_code,
                request_id=error.request_id,
                attempts=error.attempts,
            ) from error
        return self._dialect.grant(payload)


def _counted(operation: Operation[Any], paging: KeyPaging) -> dict[str, int]:
    """The page number that goes up with the key, where a platform wants one."""
    return {paging.counts: getattr(operation, paging.counts) + 1} if paging.counts else {}
