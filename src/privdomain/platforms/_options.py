"""What every client can be told, whatever the platform, and how that becomes its habits."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from privdomain.calendar import Clock, SystemClock
from privdomain.errors import ArgumentError, Problem
from privdomain.platforms._addresses import split_address
from privdomain.platforms._capabilities import check_accepted
from privdomain.platforms._conversation import Habits, OnRevoked
from privdomain.platforms._limits import Adaptive, Pace, RateLimit
from privdomain.platforms._observe import Observer
from privdomain.platforms._operation import Operation
from privdomain.platforms._renewal import LEASE_S
from privdomain.platforms._retry import Retry
from privdomain.platforms._tokens import MemoryTokenStore, TokenStore

__all__ = ["ShopOptions", "check_account", "clock_of", "habits_of"]


class ShopOptions(TypedDict, total=False):
    """What every client takes by name, all of it optional.

    ``token_store`` shares tokens between processes (those of one process share them anyway). ``observer`` gets a
    record of every attempt. ``accept_unconfirmed`` names capabilities and operations to try although no document
    settles them (an operation of your own by its class). ``random_state`` makes the jitter of waits repeatable;
    ``clock`` and ``monotonic`` are the two clocks a client reads. ``token_lease_s`` is how long one process may
    renew the token before others take it for dead; ``on_revoked`` is called once when a merchant has withdrawn his
    authorization. ``adaptive`` is how a client slows down after throttle answers (None: not at all), ``pace`` lets
    several clients keep to one rate.
    """

    token_store: TokenStore | None
    retry: Retry | None
    rate_limit: RateLimit | None
    observer: Observer | None
    accept_unconfirmed: tuple[str | type[Operation[Any]], ...]
    random_state: int | None
    clock: Clock | None
    monotonic: Callable[[], float]
    token_lease_s: float
    on_revoked: OnRevoked | None
    adaptive: Adaptive | None
    pace: Pace | None


def clock_of(options: ShopOptions) -> Clock:
    """The clock a client reads."""
    return options.get("clock") or SystemClock()


def habits_of(
    options: ShopOptions, *, token_key: str, secret: str, clock: Clock, operations: frozenset[str]
) -> Habits:
    """A client's habits; ``operations`` are the names of the platform's own that nobody confirms."""
    monotonic = options.get("monotonic", time.monotonic)
    store = options.get("token_store")
    return Habits(
        retry=options.get("retry") or Retry(),
        rate_limit=options.get("rate_limit"),
        adaptive=options.get("adaptive", Adaptive()),
        pace=options.get("pace"),
        token_store=_store_of(token_key, secret, monotonic) if store is None else store,
        random_state=options.get("random_state"),
        clock=clock,
        monotonic=monotonic,
        observer=options.get("observer"),
        token_lease_s=_lease(options.get("token_lease_s", LEASE_S)),
        on_revoked=options.get("on_revoked"),
        accept_unconfirmed=check_accepted(tuple(options.get("accept_unconfirmed", ())), operations),
    )


def _lease(seconds: float) -> float:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        raise ArgumentError(f"token_lease_s is {seconds!r}; it is a number of seconds above zero")
    return seconds


def check_account(
    credentials: Mapping[str, object], *, base_url: str, usual: str, optional: Mapping[str, object]
) -> None:
    """Refuse what cannot work before anything is sent: empty credentials, and an address that is none.

    Raises:
        ArgumentError: with everything that is wrong.
    """
    problems = [
        Problem(name, "is empty", "text from the platform's console")
        for name, value in credentials.items()
        if not isinstance(value, str) or not value.strip()
    ]
    problems += [
        Problem(name, "is empty", "a name, or None")
        for name, value in optional.items()
        if value is not None and not value
    ]
    parts = split_address(base_url)
    if parts is None or parts.query or parts.fragment:
        problems.append(Problem("base_url", "is no address of a platform", f"for instance {usual}"))
    elif "@" in parts.netloc:  # not quoted: a password may be in it, and a client's repr shows its address
        problems.append(Problem("base_url", "holds a user name or a password", "an address without them"))
    if problems:
        raise ArgumentError("the shop cannot be reached with these arguments", problems=problems)


# One store per pair of credentials, so that a client made anew for every call does not fetch a token for every
# call, and a wrong secret does not profit from the token of the right one. The key is a digest, not the secret.
_stores: dict[bytes, MemoryTokenStore] = {}
_stores_lock = threading.Lock()


def _store_of(token_key: str, secret: str, monotonic: Callable[[], float]) -> TokenStore:
    if monotonic is not time.monotonic:  # a test's clock: its tokens age by it
        return MemoryTokenStore(monotonic=monotonic)
    digest = hashlib.sha256(f"{token_key}\0{secret}".encode()).digest()
    with _stores_lock:
        return _stores.setdefault(digest, MemoryTokenStore())
