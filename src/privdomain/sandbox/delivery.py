"""Delivering what emulated platforms send by themselves: to an address of yours, with the faults of real deliveries.

A platform hands over an `OutgoingCall` and goes on; one thread per platform delivers, in order. It never sleeps for a
time that stands still: what is late or is to be tried again is due at a moment of the sandbox's clock, and moving the
clock delivers it. `PushDelivery.deliver_now` waits until everything that is due has been delivered.
"""

from __future__ import annotations

import heapq
import http.client
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import urlencode, urlsplit

from attrs import field, frozen

from privdomain.errors import ArgumentError, UsageError
from privdomain.sandbox.clock import SandboxClock
from privdomain.sandbox.pushes import OutgoingCall

__all__ = ["PushAnswer", "PushDelivery", "PushFaults", "PushRecord"]

_REPLY_LIMIT = 64 * 1024
_PATIENCE_S = 5.0
_RETRIES = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
)
_KINDS = ("duplicate", "out_of_order", "late", "lost")


@frozen(kw_only=True)
class PushFaults:
    """What goes wrong with deliveries: each a share of the calls; a call meets one of them at most.

    ``duplicate`` delivers twice, ``out_of_order`` after the next one, ``late`` ``late_by`` later, ``lost`` never.
    Which call meets which is drawn from the seed, the platform and the number of the call.

    ```python
    from privdomain.sandbox import PushFaults

    assert PushFaults(duplicate=0.1, lost=0.05, seed=7).total == 0.15000000000000002
    ```
    """

    duplicate: float = 0.0
    out_of_order: float = 0.0
    late: float = 0.0
    lost: float = 0.0
    late_by: timedelta = timedelta(minutes=10)
    seed: int = 0

    def __attrs_post_init__(self) -> None:
        for kind in _KINDS:
            rate: float = getattr(self, kind)
            if not 0.0 <= rate <= 1.0:
                raise ArgumentError(f"{kind}={rate}; a rate is a share from 0 to 1")
        if self.total > 1.0:
            raise ArgumentError(
                f"the rates add up to {self.total:g}; a call meets at most one fault, so at most 1"
            )
        if self.late_by <= timedelta(0):
            raise ArgumentError(f"late_by={self.late_by}; expected a time above zero")

    @property
    def total(self) -> float:
        """The share of calls that meet a fault."""
        return self.duplicate + self.out_of_order + self.late + self.lost

    def draw(self, platform: str, number: int) -> str:
        """What a call meets; empty for nothing."""
        digest = blake2b(f"{self.seed}/{platform}/push/{number}".encode(), digest_size=8).digest()
        share = int.from_bytes(digest, "big") / 2**64
        for kind in _KINDS:
            rate: float = getattr(self, kind)
            if share < rate:
                return kind
            share -= rate
        return ""


@frozen(kw_only=True)
class PushAnswer:
    """What the program under test answered; ``status`` 0 when it did not."""

    status: int
    body: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class PushRecord:
    """One try to deliver one call: ``number`` counts the calls from 1, ``attempt`` the tries of one of them.

    ``fault`` is what the call met (``duplicate``, ``late`` …; ``lost`` has one record without a status),
    ``accepted`` whether the answer ended it, ``at`` when by the sandbox's clock.
    """

    platform: str
    number: int
    topic: str
    attempt: int
    at: datetime
    status: int
    accepted: bool
    fault: str = ""
    reply: bytes = field(default=b"", repr=False)


@frozen(kw_only=True, order=True)
class _Due:
    at: datetime
    order: int
    number: int = field(order=False)
    attempt: int = field(order=False)
    fault: str = field(order=False)
    call: OutgoingCall = field(order=False)


class PushDelivery:
    """Delivers one platform's calls to one address, until it is closed; `Sandbox.push_to` makes it.

    An answer with HTTP 200 ends a call; anything else is tried again after each of ``retries``, and then given up.
    """

    def __init__(
        self,
        url: str,
        *,
        platform: str,
        clock: Callable[[], datetime],
        faults: PushFaults | None = None,
        retries: Sequence[timedelta] = _RETRIES,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ArgumentError(
                f"{url!r} is no address to deliver to; for instance http://127.0.0.1:8000/hooks"
            )
        self._parts, self._platform, self._clock = parts, platform, clock
        self._faults, self._retries, self._patience_s = faults or PushFaults(), tuple(retries), patience_s
        self._changed = threading.Condition()
        self._queue: list[_Due] = []
        self._held: list[_Due] = []
        self._records: list[PushRecord] = []
        self._numbers = self._orders = 0
        self._busy = self._closed = False
        if isinstance(clock, SandboxClock):
            clock.on_move(self.wake)
        self._thread = threading.Thread(target=self._run, name=f"pushes of {platform}", daemon=True)
        self._thread.start()

    def __call__(self, call: OutgoingCall) -> None:
        """Take a call over; it is delivered by the thread. What a platform's ``on_push`` is set to."""
        with self._changed:
            if self._closed:
                return
            self._numbers += 1
            number, now = self._numbers, self._clock()
            fault = self._faults.draw(self._platform, number)
            if fault == "lost":
                self._records.append(
                    PushRecord(
                        platform=self._platform,
                        number=number,
                        topic=call.topic,
                        attempt=0,
                        at=now,
                        status=0,
                        accepted=False,
                        fault=fault,
                    )
                )
                return
            at = now + self._faults.late_by if fault == "late" else now
            if fault == "out_of_order":
                self._held.append(self._due(call, number, at=at, fault=fault))
                return
            self._push(self._due(call, number, at=at, fault=fault))
            if fault == "duplicate":
                self._push(self._due(call, number, at=at, fault=fault))
            self._let_go()
            self._changed.notify_all()

    @property
    def records(self) -> tuple[PushRecord, ...]:
        """Every try so far, in order."""
        with self._changed:
            return tuple(self._records)

    @property
    def waiting(self) -> int:
        """How many deliveries are still to come: late ones, and those to be tried again."""
        with self._changed:
            return len(self._queue) + len(self._held) + self._busy

    def deliver_now(self, *, timeout_s: float = 30.0) -> int:
        """Wait until everything that is due by the clock has been delivered; returns how many tries that made.

        What was held back to come after another one comes now, if nothing else has come since.

        Raises:
            UsageError: when the program under test keeps the thread busy for longer than ``timeout_s``.
        """
        with self._changed:
            before = len(self._records)
            self._let_go()
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: self._closed or not self._has_work(), timeout_s)
            if not done:
                raise UsageError(
                    f"deliveries to {self._parts.netloc} have not ended within {timeout_s:g} s; "
                    "does the program under test answer while it is waited for?"
                )
            return len(self._records) - before

    def ask(self, call: OutgoingCall) -> PushAnswer:
        """Make a call now, in this thread and without faults, and return the answer: a URL check, an SPI call."""
        return self._send(call)

    def wake(self) -> None:
        """Look at the clock again."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Stop; what has not been delivered is not any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join(self._patience_s + 1)

    # --- the thread ---

    def _due(self, call: OutgoingCall, number: int, *, at: datetime, fault: str, attempt: int = 1) -> _Due:
        return _Due(at=at, order=0, number=number, attempt=attempt, fault=fault, call=call)

    def _push(self, due: _Due) -> None:
        self._orders += 1
        heapq.heappush(
            self._queue,
            _Due(
                at=due.at,
                order=self._orders,
                number=due.number,
                attempt=due.attempt,
                fault=due.fault,
                call=due.call,
            ),
        )

    def _let_go(self) -> None:
        held, self._held = self._held, []
        for due in held:
            self._push(due)

    def _has_work(self) -> bool:
        return self._busy or bool(self._queue and self._queue[0].at <= self._clock())

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not (self._queue and self._queue[0].at <= self._clock()):
                    self._changed.wait(self._until_next())
                if self._closed:
                    return
                due = heapq.heappop(self._queue)
                self._busy = True
            answer = self._send(due.call)
            with self._changed:
                self._note(due, answer)
                self._busy = False
                self._changed.notify_all()

    def _until_next(self) -> float | None:
        """Seconds until the next one is due; None where time does not pass by itself."""
        if not self._queue or (isinstance(self._clock, SandboxClock) and not self._clock.runs):
            return None
        left = (self._queue[0].at - self._clock()).total_seconds()
        # another clock than ours may be moved by hand, and tells nobody
        return max(left, 0.0) if isinstance(self._clock, SandboxClock) else min(max(left, 0.0), 0.2)

    def _note(self, due: _Due, answer: PushAnswer) -> None:
        now, accepted = self._clock(), answer.status == http.client.OK
        self._records.append(
            PushRecord(
                platform=self._platform,
                number=due.number,
                topic=due.call.topic,
                attempt=due.attempt,
                at=now,
                status=answer.status,
                accepted=accepted,
                fault=due.fault,
                reply=answer.body,
            )
        )
        if not accepted and due.attempt <= len(self._retries):
            again = now + self._retries[due.attempt - 1]
            self._push(self._due(due.call, due.number, at=again, fault=due.fault, attempt=due.attempt + 1))

    def _send(self, call: OutgoingCall) -> PushAnswer:
        parts = self._parts
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._patience_s)
        query = "&".join(filter(None, (parts.query, urlencode(call.query))))
        target = (parts.path + call.path or "/") + (f"?{query}" if query else "")
        try:
            connection.request(call.method, target, call.body or None, dict(call.headers))
            reply = connection.getresponse()
            return PushAnswer(status=reply.status, body=reply.read(_REPLY_LIMIT))
        except (OSError, http.client.HTTPException):
            return PushAnswer(status=0)
        finally:
            connection.close()
