"""Access tokens: where they are kept, and the flow that always has a good one.

Complaints about WeChat SDKs taught the rules. A store is shared by all clients of an account, or they invalidate
each other's tokens. A value has a version, and a writer says which one it replaces, so that a slow process cannot
put an old token over a new one. Who renews asks for a lease first, and looks again once he has it. A refused token
is renewed once, and only if the store does not already hold another. One account's trouble locks no other account.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from attrs import field, frozen

from privdomain.errors import PrivdomainError
from privdomain.platforms._flow import Flow, ask, wait

__all__ = ["Grant", "MemoryTokenStore", "StoredToken", "TokenSource", "TokenStore", "pack", "unpack"]

_LEASE_S = 10.0
_LOOK_AGAIN_S = 0.1


@frozen(kw_only=True)
class StoredToken:
    """A token as a store keeps it; ``expires_in_s`` is by the store's own clock, zero or less once it is stale.

    A stale entry is still given out, because its ``version`` is what its successor replaces.
    """

    value: str = field(repr=False)
    version: int
    expires_in_s: float


class TokenStore(Protocol):
    """Where tokens are kept, for all clients of an account: in this process, a database or Redis.

    Synchronous; an awaiting client calls it in a worker thread. Keys are made of platform, host, app and shop,
    never of a secret.
    """

    def get(self, key: str) -> StoredToken | None:
        """What is kept under ``key``, stale or not."""
        ...

    def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
        """Keep a value if the version there is still ``expected_version`` (0: nothing there); ends the lease.

        False, and nothing written, when somebody else has written first.
        """
        ...

    def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
        """Whether ``owner`` may renew now: nobody else has claimed it within his lease."""
        ...

    def release(self, key: str, *, owner: str) -> None:
        """Give a claim back; nothing happens if it is somebody else's."""
        ...


@frozen
class _Entry:
    value: str = field(repr=False)
    version: int
    until: float


class MemoryTokenStore:
    """Tokens in this process. Thread-safe; share one among all clients of an account.

    ```python
    from privdomain.platforms import MemoryTokenStore

    store = MemoryTokenStore()
    assert store.put("wechat_shop:wx1", "T1", expires_in_s=7200, expected_version=0)
    assert not store.put("wechat_shop:wx1", "T0", expires_in_s=7200, expected_version=0)
    assert store.get("wechat_shop:wx1").version == 1
    ```
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._leases: dict[str, tuple[str, float]] = {}

    def get(self, key: str) -> StoredToken | None:
        """As `TokenStore.get`."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            left = entry.until - self._monotonic()
            return StoredToken(value=entry.value, version=entry.version, expires_in_s=left)

    def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
        """As `TokenStore.put`."""
        with self._lock:
            entry = self._entries.get(key)
            if (entry.version if entry else 0) != expected_version:
                return False
            self._entries[key] = _Entry(value, expected_version + 1, self._monotonic() + expires_in_s)
            self._leases.pop(key, None)
            return True

    def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
        """As `TokenStore.claim`."""
        with self._lock:
            now = self._monotonic()
            holder, until = self._leases.get(key, (owner, now))
            if holder != owner and until > now:
                return False
            self._leases[key] = (owner, now + lease_s)
            return True

    def release(self, key: str, *, owner: str) -> None:
        """As `TokenStore.release`."""
        with self._lock:
            if self._leases.get(key, ("", 0.0))[0] == owner:
                del self._leases[key]

    def __repr__(self) -> str:
        return f"MemoryTokenStore(<{len(self._entries)} tokens>)"


@frozen
class Grant:
    """A token as a platform hands it out, and how long we use it."""

    value: str = field(repr=False)
    use_for_s: float
    refresh: str = field(default="", repr=False)
    """What the next token is asked for with; empty where the application's secret is enough."""


def pack(grant: Grant) -> str:
    """A grant as the one text that a store keeps: the token itself, or the pair of it and its refresh token."""
    if not grant.refresh:
        return grant.value
    return json.dumps({"access": grant.value, "refresh": grant.refresh}, separators=(",", ":"))


def unpack(stored: StoredToken | None) -> tuple[str, str]:
    """Access and refresh token of what a store keeps; both empty where there is nothing."""
    if stored is None:
        return "", ""
    if not stored.value.startswith("{"):
        return stored.value, ""
    pair = json.loads(stored.value)
    return pair["access"], pair["refresh"]


class TokenSource:
    """Has a good token for one account: its own copy, the store's, or a new one.

    ``fetch`` is given the refresh token that is kept, or an empty text.
    """

    def __init__(
        self,
        *,
        store: TokenStore,
        key: str,
        fetch: Callable[[str], Flow[Grant]],
        monotonic: Callable[[], float],
    ) -> None:
        self._store, self._key, self._fetch, self._monotonic = store, key, fetch, monotonic
        # our copy saves a call of the store (for an awaiting client: a worker thread) per request
        self._copy = ("", 0.0)  # one attribute, so that threads never see half of a change

    def current(self) -> Flow[str]:
        """A token that is good as far as anybody knows."""
        value, until = self._copy
        if value and self._monotonic() < until:
            return value
        return (yield from self._renew(refused=""))

    def replace(self, refused: str) -> Flow[str]:
        """Another token than the one the platform has just refused; perhaps somebody already has one."""
        if self._copy[0] == refused:
            self._copy = ("", 0.0)
        return (yield from self._renew(refused=refused))

    def adopt(self, grant: Grant) -> Flow[None]:
        """Keep what a merchant has just authorized, in place of whatever was there."""
        while True:
            stored = yield from ask(partial(self._store.get, self._key))
            put = partial(
                self._store.put,
                self._key,
                pack(grant),
                expires_in_s=grant.use_for_s,
                expected_version=stored.version if stored else 0,
            )
            if (yield from ask(put)):
                self._keep(grant.value, grant.use_for_s)
                return

    def _renew(self, *, refused: str) -> Flow[str]:
        store, key, owner = self._store, self._key, secrets.token_hex(8)
        waited = 0.0
        while True:
            stored = yield from ask(partial(store.get, key))
            if (good := self._usable(stored, refused)) is not None:
                return good
            try:
                claimed = yield from ask(partial(store.claim, key, owner=owner, lease_s=_LEASE_S))
                # where the other one died: a second request costs little, waiting on costs more
                if claimed or waited >= _LEASE_S:
                    return (yield from self._fetch_as(owner, refused=refused))
            except PrivdomainError:
                yield from ask(partial(store.release, key, owner=owner))
                raise
            except BaseException as failure:  # noqa: BLE001  (raised again, two lines on)
                # cancelled, interrupted or abandoned: nobody performs an effect any more, so the port is called here
                try:
                    store.release(key, owner=owner)
                finally:
                    raise failure  # and not what a broken store says to it
            yield from wait(_LOOK_AGAIN_S)
            waited += _LOOK_AGAIN_S

    def _fetch_as(self, owner: str, *, refused: str) -> Flow[str]:
        """A new token, by who has the claim."""
        store, key = self._store, self._key
        stored = yield from ask(
            partial(store.get, key)
        )  # somebody may have written between our look and our claim
        if (good := self._usable(stored, refused)) is not None:
            yield from ask(partial(store.release, key, owner=owner))
            return good
        grant = yield from self._fetch(unpack(stored)[1])
        version = stored.version if stored else 0
        # kept before it is used: a rotated refresh token that nobody wrote down is lost
        kept = yield from ask(
            partial(store.put, key, pack(grant), expires_in_s=grant.use_for_s, expected_version=version)
        )
        if not kept:
            newer = yield from ask(partial(store.get, key))
            if (good := self._usable(newer, refused)) is not None:
                return good
        return self._keep(grant.value, grant.use_for_s)

    def _usable(self, stored: StoredToken | None, refused: str) -> str | None:
        access, _ = unpack(stored)
        if stored is None or stored.expires_in_s <= 0 or access == refused:
            return None
        return self._keep(access, stored.expires_in_s)

    def _keep(self, value: str, for_s: float) -> str:
        self._copy = (value, self._monotonic() + for_s)
        return value
