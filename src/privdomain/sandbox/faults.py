"""What can go wrong on the way to a platform and back, on demand or at a rate, and reproducibly.

A fault is drawn from ``(seed, platform, number of the request)``, so a client that sends one request after the
other meets the same faults in every run. `Faults` is the plan, `FaultInjector` the running count of one platform.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from hashlib import blake2b

from attrs import Factory, evolve, field, frozen

from privdomain.errors import ArgumentError, Problem, nearest

__all__ = ["Drawn", "Fault", "FaultInjector", "FaultKind", "Faults", "When"]


class FaultKind(StrEnum):
    """What goes wrong.

    ``SLOW`` answers late, ``TIMEOUT`` holds the answer and then hangs up without one, ``SERVER_ERROR`` is an HTTP
    5xx with a page of HTML, ``RESET`` a TCP reset, ``TRUNCATED`` half a body, ``WRONG_JSON`` a whole body that is no
    JSON, ``CONTROL_CHARACTERS`` a right answer with raw control characters inside its texts, ``CODE`` one of the
    platform's own error codes, ``REVOKED_TOKEN`` takes every token back, ``REPEAT_CURSOR`` answers with the cursor
    that was sent and says there is more, ``EMPTY_PAGE`` answers a page of nothing and says there is more.
    """

    SLOW = "slow"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    RESET = "reset"
    TRUNCATED = "truncated"
    WRONG_JSON = "wrong_json"
    CONTROL_CHARACTERS = "control_characters"
    CODE = "code"
    REVOKED_TOKEN = "revoked_token"  # noqa: S105 — the name of a fault
    REPEAT_CURSOR = "repeat_cursor"
    EMPTY_PAGE = "empty_page"


class When(StrEnum):
    """Whether the platform had already done what was asked when the fault struck; ``EITHER`` is drawn."""

    BEFORE = "before"
    AFTER = "after"
    EITHER = "either"


_EITHER_SIDE = frozenset({FaultKind.TIMEOUT, FaultKind.SERVER_ERROR, FaultKind.RESET})
_FIRST = frozenset({FaultKind.CODE, FaultKind.REVOKED_TOKEN})


def _usual_side(fault: Fault) -> When:
    if fault.kind in _EITHER_SIDE:
        return When.EITHER
    return When.BEFORE if fault.kind in _FIRST else When.AFTER


def _kind(value: str) -> FaultKind:
    if value not in set(FaultKind):
        close = nearest(value, FaultKind)
        hint = f"; did you mean '{close}'?" if close else ""
        raise ArgumentError(f"there is no fault {value!r}{hint} (there are: {', '.join(FaultKind)})")
    return FaultKind(value)


def _side(value: str) -> When:
    if value not in set(When):
        raise ArgumentError(f"a fault strikes {', '.join(When)}, not {value!r}")
    return When(value)


@frozen
class Fault:
    """One thing that goes wrong: at ``rate`` (a share of the requests), or when it is asked for.

    ``path`` narrows it to one path. ``when`` is by default drawn for what may strike on either side of the effect
    (time-out, 5xx, reset), before it for an error code or a revoked token, after it for what spoils an answer.
    ``code`` belongs to `FaultKind.CODE` alone. ``hold_s`` is how long ``SLOW`` and ``TIMEOUT`` keep the client
    waiting; None waits for `Sandbox.release`.

    ```python
    from privdomain.sandbox.faults import Fault, FaultKind, When

    assert Fault("reset", rate=0.01).when is When.EITHER
    assert Fault("code", code="-1").kind is FaultKind.CODE
    ```
    """

    kind: FaultKind = field(converter=_kind)
    rate: float = field(default=0.0, kw_only=True)
    path: str = field(default="", kw_only=True)
    code: str = field(default="", kw_only=True)
    hold_s: float | None = field(default=0.05, kw_only=True)
    when: When = field(default=Factory(_usual_side, takes_self=True), kw_only=True, converter=_side)

    def __attrs_post_init__(self) -> None:
        if not 0.0 <= self.rate <= 1.0:
            raise ArgumentError(f"{self.kind}: a rate is a share from 0 to 1, not {self.rate}")
        if (self.kind is FaultKind.CODE) != bool(self.code):
            raise ArgumentError(
                f"{self.kind}: an error code belongs to 'code' and to nothing else, e.g. Fault('code', code='-1')"
            )
        if self.kind not in _EITHER_SIDE | _FIRST and self.when is not When.AFTER:
            raise ArgumentError(
                f"{self.kind} spoils an answer, so it can only strike after the effect, not {self.when}"
            )
        if self.hold_s is not None and self.hold_s < 0:
            raise ArgumentError(f"{self.kind}: hold_s is a time in seconds or None, not {self.hold_s}")

    def __str__(self) -> str:
        detail = f":{self.code}" if self.code else "" if self.when is When.EITHER else f":{self.when}"
        return f"{self.kind}{detail}"


def _rules(rules: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(rules)


@frozen
class Faults:
    """A plan of faults with their rates, and the seed that decides which request meets which.

    A request meets at most one fault, so the rates add up to at most 1.

    ```python
    from privdomain.sandbox import Fault, Faults

    written = Faults.parse("server_error=0.02, code:-1=0.01, reset:after@/channels/ec/order/get=0.005", seed=7)
    assert written == Faults(
        [
            Fault("server_error", rate=0.02),
            Fault("code", code="-1", rate=0.01),
            Fault("reset", when="after", path="/channels/ec/order/get", rate=0.005),
        ],
        seed=7,
    )
    ```
    """

    rules: tuple[Fault, ...] = field(default=(), converter=_rules)
    seed: int = field(default=0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        total = sum(rule.rate for rule in self.rules)
        if total > 1.0:
            raise ArgumentError(
                f"the rates add up to {total:g}; a request meets at most one fault, so at most 1"
            )

    @classmethod
    def parse(cls, text: str, *, seed: int = 0) -> Faults:
        """The plan from ``kind[:detail][@path]=rate`` entries with commas between; see the class for examples.

        The detail of ``code`` is the code, of any other kind ``before`` or ``after``.
        """
        rules: list[Fault] = []
        problems: list[Problem] = []
        for entry in filter(None, (part.strip() for part in text.split(","))):
            try:
                rules.append(_entry(entry))
            except ArgumentError as error:
                problems.append(Problem(entry, str(error), "kind[:detail][@path]=rate"))
        if problems:
            raise ArgumentError("the faults cannot be read", problems=problems)
        return cls(rules, seed=seed)


def _entry(entry: str) -> Fault:
    left, equals, rate_text = entry.rpartition("=")
    if not equals:
        raise ArgumentError("it has no rate")
    name, _, path = left.partition("@")
    kind, _, detail = name.partition(":")
    try:
        rate = float(rate_text)
    except ValueError:
        raise ArgumentError(f"{rate_text!r} is no rate") from None
    plain = Fault(kind, rate=rate, path=path, code=detail if kind == FaultKind.CODE else "")
    if not detail or plain.kind is FaultKind.CODE:
        return plain
    if detail not in {When.BEFORE, When.AFTER}:
        raise ArgumentError(f"{detail!r} is neither 'before' nor 'after'")
    return evolve(plain, when=detail)


@frozen(kw_only=True)
class Drawn:
    """What one request meets: its number, the fault (None for none), the side, and a share to choose details by."""

    number: int
    fault: Fault | None = None
    when: When = When.BEFORE
    pick: float = 0.0


def _share(*parts: object) -> float:
    digest = blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


class FaultInjector:
    """Counts the requests of one platform and says what each of them meets."""

    def __init__(self, plan: Faults, *, platform: str) -> None:
        self._plan = plan
        self._platform = platform
        self._lock = threading.Lock()
        self._number = 0
        self._asked: deque[Fault] = deque()
        self._released = threading.Event()

    def schedule(self, fault: Fault, *, times: int) -> None:
        """Let the next ``times`` requests that can meet ``fault`` meet it, whatever its rate."""
        with self._lock:
            self._asked.extend([fault] * times)

    def draw(self, path: str, *, shows: Callable[[Fault], bool]) -> Drawn:
        """What the next request meets; ``shows`` says whether a fault can show on it at all."""
        with self._lock:
            self._number += 1
            number = self._number
            fault = self._next_asked(path, shows)
        if fault is None:
            if not self._plan.rules:
                return Drawn(number=number)
            fault = self._at_rate(number)
            if fault is None or not _meets(fault, path, shows):
                return Drawn(number=number)
        seed = self._plan.seed
        when = fault.when
        if when is When.EITHER:
            after = _share(seed, self._platform, number, "side") < 0.5
            when = When.AFTER if after else When.BEFORE
        return Drawn(number=number, fault=fault, when=when, pick=_share(seed, self._platform, number, "pick"))

    def hold(self, seconds: float | None) -> None:
        """Keep the calling thread (a client's connection) for ``seconds``, or until `release`."""
        self._released.wait(seconds)

    def release(self) -> None:
        """Let go of everything that is being held now."""
        with self._lock:
            held, self._released = self._released, threading.Event()
        held.set()

    def close(self) -> None:
        """Let go of everything, and hold nothing from now on."""
        self._released.set()

    def _next_asked(self, path: str, shows: Callable[[Fault], bool]) -> Fault | None:
        for place, fault in enumerate(self._asked):
            if _meets(fault, path, shows):
                del self._asked[place]
                return fault
        return None

    def _at_rate(self, number: int) -> Fault | None:
        return _pick_by_rate(self._plan.rules, _share(self._plan.seed, self._platform, number))


def _meets(fault: Fault, path: str, shows: Callable[[Fault], bool]) -> bool:
    return (not fault.path or fault.path == path) and shows(fault)


def _pick_by_rate(rules: Sequence[Fault], share: float) -> Fault | None:
    for rule in rules:
        if share < rule.rate:
            return rule
        share -= rule.rate
    return None
