"""One call, from the operation to its reply: token, pace, request, answer, and again where that is allowed.

What differs between platforms is a `Dialect`: how a request is made and what an answer means. Requests are made
inside the loop, so that time stamps and signatures are new for every attempt.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from attrs import frozen
from pydantic import BaseModel

from privdomain.calendar import Clock
from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PlatformUnavailable,
    RateLimited,
    RemoteError,
    RequestRejected,
    Unconfirmed,
    Unverified,
)
from privdomain.platforms._errors import Fault, Policy
from privdomain.platforms._flow import Flow, PageFlow, send, wait
from privdomain.platforms._limits import Adaptive, Pace, RateLimit
from privdomain.platforms._observe import AttemptRecord, Observer, tell
from privdomain.platforms._operation import KeyPaging, NumberPaging, Operation
from privdomain.platforms._pages import Page
from privdomain.platforms._paging import next_key, next_number, paging_of
from privdomain.platforms._payload import Json, read
from privdomain.platforms._renewal import LEASE_S, TokenSource
from privdomain.platforms._retry import Attempts, Retry
from privdomain.platforms._tokens import Grant, TokenStore
from privdomain.platforms._wire import HttpRequest, HttpResponse, NoAnswer

__all__ = ["Conversation", "Dialect", "Habits", "OnRevoked"]

logger = logging.getLogger(__name__)

R = TypeVar("R", bound=BaseModel)

OnRevoked: TypeAlias = Callable[[str, AuthorizationRevoked], None]
"""Called with the shop and what the platform said, once for every withdrawal, whichever process meets it first."""


class Dialect(Protocol):
    """What one platform's protocol says about requests, answers and tokens.

    A dialect may also have ``quota_left(response)``, the calls that an answer says are left of the day (None where it
    does not say); observers get it.
    """

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
    adaptive: Adaptive | None = None
    pace: Pace | None = None
    token_lease_s: float = LEASE_S
    on_revoked: OnRevoked | None = None


class Conversation:
    """Sends operations of one account."""

    def __init__(self, dialect: Dialect, habits: Habits) -> None:
        self._dialect, self._habits = dialect, habits
        self._random = random.Random(habits.random_state)  # noqa: S311  (spreads waits, hides nothing)
        pace = habits.pace
        if pace is None and (habits.rate_limit or habits.adaptive):
            pace = Pace(habits.rate_limit, adaptive=habits.adaptive, monotonic=habits.monotonic)
        self._pace = pace
        self._quota_left: Callable[[HttpResponse], int | None] = getattr(dialect, "quota_left", _says_nothing)
        self._tokens = TokenSource(
            store=habits.token_store,
            key=dialect.token_key,
            fetch=self._fetch_token,
            monotonic=habits.monotonic,
            platform=dialect.platform,
            lease_s=habits.token_lease_s,
            on_revoked=self._tell_revoked,
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

    def revoke(self, error: AuthorizationRevoked) -> Flow[None]:
        """Remember that the merchant has withdrawn the authorization, as a notice of the platform says."""
        return self._tokens.revoke(error)

    def reinstate(self) -> Flow[None]:
        """Forget a withdrawal that is remembered, because a notice tells of a new authorization."""
        return self._tokens.reinstate()

    def _tell_revoked(self, error: AuthorizationRevoked) -> None:
        shop_id = self._dialect.shop_id
        logger.warning("%s: shop %s has to authorize the application again", self._dialect.platform, shop_id)
        if self._habits.on_revoked is not None:
            try:
                self._habits.on_revoked(shop_id, error)
            except Exception:
                logger.exception("on_revoked failed for shop %s", shop_id)

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
        token, replaced, final = "", 0, False
        while True:
            if operation.signed:
                token = yield from self._tokens.current()
            answer = yield from self._once(operation, token, attempt=attempts.number + replaced)
            if not isinstance(answer, Fault):
                return answer
            if answer.policy is Policy.TOKEN and operation.signed and not final:
                replaced += 1
                # what somebody else has fetched may have been taken back meanwhile; what we fetched ourselves is new
                _, fetched = yield from self._tokens.replace(token)
                final = fetched or replaced > 1
                continue
            try:
                yield from self._again(operation, answer, attempts, replaced=replaced)
            except AuthorizationRevoked as error:
                if operation.signed:
                    yield from self._tokens.revoke(error, token=token)
                raise

    def _check_confirmed(self, operation: Operation[Any]) -> None:
        name = type(operation).__name__
        if operation.unconfirmed and name not in self._habits.accept_unconfirmed:
            raise Unconfirmed(
                f"{self._dialect.platform}: {name} is not confirmed by documents: {operation.unconfirmed}; "
                f"make the client with accept_unconfirmed=({name!r},) to try it"
            )

    def _once(self, operation: Operation[Any], token: str, *, attempt: int) -> Flow[Json | Fault]:
        dialect, habits = self._dialect, self._habits
        if self._pace is not None:
            self._check_held(operation, self._pace)
            yield from wait(self._pace.reserve(dialect.token_key))
        began = habits.monotonic()
        sent_at = self._pace.now() if self._pace is not None else began
        answer: Json | Fault
        quota_left: int | None = None
        try:
            response = yield from send(dialect.request(operation, token=token))
        except NoAnswer as failure:
            answer = Fault.of_silence(failure)
        else:
            answer = dialect.answer(operation, response, token=token)
            quota_left = self._quota_left(response)
        if self._pace is not None and isinstance(answer, Fault) and _is_too_fast(answer):
            self._pace.throttled(dialect.token_key, sent_at=sent_at, retry_after_s=answer.retry_after_s)
        if habits.observer is not None:
            seconds = habits.monotonic() - began
            self._tell(operation, answer, attempt=attempt, seconds=seconds, quota_left=quota_left)
        return answer

    def _check_held(self, operation: Operation[Any], pace: Pace) -> None:
        """Do not wait silently for longer than a call may take: the platform's wish becomes the caller's matter."""
        held_s = pace.held(self._dialect.token_key)
        if held_s > self._habits.retry.total_wait_s:
            raise RateLimited(
                f"{self._dialect.platform}, {type(operation).__name__}: not sent, because the platform has asked for "
                f"a pause of {held_s:.0f} s more",
                platform=self._dialect.platform,
                retryable=True,
                retry_after_s=held_s,
            )

    def _tell(
        self,
        operation: Operation[Any],
        answer: Json | Fault,
        *,
        attempt: int,
        seconds: float,
        quota_left: int | None,
    ) -> None:
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
            quota_left=quota_left,
        )
        tell(self._habits.observer, record)

    def _again(
        self, operation: Operation[Any], fault: Fault, attempts: Attempts, *, replaced: int
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
        yield from self._pause(seconds)

    def _pause(self, seconds: float) -> Flow[None]:
        began = self._habits.monotonic()
        yield from wait(seconds)
        left = seconds - (self._habits.monotonic() - began)
        if (
            self._pace is not None and left > seconds / 2
        ):  # `waiting_off`: what was skipped counts as time that passed
            self._pace.skip(left)

    def _fetch_token(self, refresh: str) -> Flow[Grant]:
        try:
            payload = yield from self._fetch_token_once_more(refresh)
        except RequestRejected as error:
            # whatever was to be sent with the token has not been refused: nobody may take it for that
            raise _instead_of(error, AuthenticationFailed) from error
        except Unverified as error:
            # and nobody may take it for a write of his own: it has not been sent
            raise _instead_of(error, PlatformUnavailable, retryable=True) from error
        return self._dialect.grant(payload)

    def _fetch_token_once_more(self, refresh: str) -> Flow[Json]:
        """A refresh whose answer was lost is asked for again with the same token: what the platform says then holds."""
        operation = self._dialect.token_operation(refresh)
        try:
            return (yield from self.fetch(operation))
        except Unverified:
            return (yield from self.fetch(operation))


def _says_nothing(_: HttpResponse) -> int | None:
    return None


def _is_too_fast(fault: Fault) -> bool:
    # a quota of the day is not stretched by being slower
    return fault.outcome == "throttled" and fault.policy in {Policy.BACKOFF, Policy.MINUTE}


def _instead_of(error: RemoteError, kind: type[RemoteError], *, retryable: bool = False) -> RemoteError:
    return kind(
        str(error),
        platform=error.platform,
        code=error.code,
        sub_code=error.sub_code,
        request_id=error.request_id,
        retryable=retryable,
        attempts=error.attempts,
    )


def _counted(operation: Operation[Any], paging: KeyPaging) -> dict[str, int]:
    """The page number that goes up with the key, where a platform wants one."""
    return {paging.counts: getattr(operation, paging.counts) + 1} if paging.counts else {}
