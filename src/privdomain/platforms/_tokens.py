"""Access tokens: where they are kept, and as what. `_renewal` has the flow that always has a good one.

A store is shared by all clients of an account, or they invalidate each other's tokens. A value has a version, and a
writer says which one it replaces, so that a slow process cannot put an old token over a new one. The value itself is
a text that means nothing to a store: a token, a pair of access and refresh token, or such a pair with the platform's
word that the merchant has withdrawn his authorization.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, cast

from attrs import field, frozen

from privdomain.errors import AuthorizationRevoked

__all__ = [
    "Grant",
    "MemoryTokenStore",
    "StoredToken",
    "StoredTokenLike",
    "TokenStore",
    "lasting",
    "pack",
    "pack_revoked",
    "revocation_in",
    "unpack",
]


class StoredTokenLike(Protocol):
    """What a store gives back, whatever class it makes of it; `StoredToken` is ours."""

    @property
    def value(self) -> str:
        """The text that was put."""
        ...

    @property
    def version(self) -> int:
        """How often this key has been written, from 1."""
        ...

    @property
    def expires_in_s(self) -> float:
        """Seconds by the store's own clock, zero or less once it is stale."""
        ...


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
    never of a secret. An entry stays when it is stale: its refresh token is what the next one is asked for with.
    """

    def get(self, key: str) -> StoredTokenLike | None:
        """What is kept under ``key``, stale or not."""
        ...

    def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
        """Keep a value if the version there is still ``expected_version`` (0: nothing there); ends the lease.

        False, and nothing written, when somebody else has written first.
        """
        ...

    def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
        """Whether ``owner`` may renew now: nobody else has claimed it within his lease.

        Who holds the claim already gets it for ``lease_s`` from now.
        """
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
        # of the kind that its holder may take again: an abandoned flow gives its claim back when it is collected as
        # garbage, which may happen in the middle of any of these methods
        self._lock = threading.RLock()
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


def lasting(expires_in_s: float, *, margin_s: float = 300.0) -> float:
    """How long a token is used: until ``margin_s`` before its end, and never for less than half of its life.

    A margin that is longer than a short-lived token would turn every call into a request for a token.

    ```python
    from privdomain.platforms import lasting

    assert lasting(7200) == 6900
    assert lasting(2) == 1
    assert lasting(-5) == 0
    ```
    """
    return max(0.0, expires_in_s / 2, expires_in_s - margin_s)


def pack(grant: Grant) -> str:
    """A grant as the one text that a store keeps: the token itself, or the pair of it and its refresh token."""
    if not grant.refresh and not grant.value.startswith("{"):
        return grant.value
    return _dump({"access": grant.value, "refresh": grant.refresh})


def pack_revoked(kept: StoredTokenLike | None, error: AuthorizationRevoked) -> str:
    """What is kept, with the platform's word that it is no longer good. Nothing is dropped: platforms take back."""
    access, refresh = unpack(kept)
    said = {
        "message": str(error),
        "platform": error.platform,
        "code": error.code,
        "sub_code": error.sub_code,
        "request_id": error.request_id,
    }
    return _dump({"access": access, "refresh": refresh, "revoked": said})


def unpack(stored: StoredTokenLike | None) -> tuple[str, str]:
    """Access and refresh token of what a store keeps; both empty where there is nothing."""
    if stored is None:
        return "", ""
    if not stored.value.startswith("{"):
        return stored.value, ""
    pair = json.loads(stored.value)
    return pair["access"], pair["refresh"]


def revocation_in(stored: StoredTokenLike | None) -> AuthorizationRevoked | None:
    """What the platform said when the authorization was withdrawn, or None while it is not."""
    if stored is None or not stored.value.startswith("{"):
        return None
    said = json.loads(stored.value).get("revoked")
    if not isinstance(said, dict):
        return None
    fields = cast("dict[str, Any]", said)
    return AuthorizationRevoked(fields.pop("message"), **fields)


def _dump(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
