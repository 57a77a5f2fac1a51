"""The flow that always has a good token, whoever else works for the account.

Complaints about WeChat SDKs and the rotating refresh tokens of 抖店, 快手 and 小红书 taught the rules. Who renews asks
for a lease first, looks again once he has it, and keeps the lease while he is at it. A new pair is stored before it is
used, and the old one stays until then: whatever fails half-way, the platform's next word decides. That word is
remembered when it says that the merchant has withdrawn his authorization, so that nobody asks in a loop. A refused
token is renewed once, and only if the store does not already hold another. One account's trouble locks no other.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from attrs import evolve, field, frozen

from privdomain.errors import AuthorizationRevoked, PlatformUnavailable, PrivdomainError
from privdomain.platforms._flow import Effect, Flow, Send, Wait, ask, wait
from privdomain.platforms._tokens import (
    Grant,
    StoredTokenLike,
    TokenStore,
    pack,
    pack_revoked,
    revocation_in,
    unpack,
)

__all__ = ["LEASE_S", "TokenSource"]

LEASE_S = 40.0
"""Longer than an answer is waited for with the usual time-outs; who dies in it blocks his account for so long."""

_FIRST_LOOK_S = 0.05
_LONGEST_LOOK_S = 0.5
_REMEMBERED_S = 3600.0
"""How long a withdrawn authorization is believed without asking again, where there is a refresh token to ask with."""
_REMEMBERED_WITHOUT_REFRESH_S = 60.0
_WRITES = 3
_BETWEEN_WRITES_S = 0.2


@frozen
class _Unkept:
    """A grant that no store took yet, and the refresh token it was given for."""

    grant: Grant = field(repr=False)
    good_until: float
    replaces: str = field(repr=False)


class _LeaseLost(Exception):
    """Somebody else renews: this process had stopped for longer than its lease."""


class TokenSource:
    """Has a good token for one account: its own copy, the store's, or a new one.

    ``fetch`` is given the refresh token that is kept, or an empty text; ``on_revoked`` is called once, by the process
    that wrote the platform's word down first.
    """

    def __init__(
        self,
        *,
        store: TokenStore,
        key: str,
        fetch: Callable[[str], Flow[Grant]],
        monotonic: Callable[[], float],
        platform: str = "",
        lease_s: float = LEASE_S,
        on_revoked: Callable[[AuthorizationRevoked], None] | None = None,
    ) -> None:
        self._store, self._key, self._fetch, self._monotonic = store, key, fetch, monotonic
        self._platform, self._lease_s, self._on_revoked = platform, lease_s, on_revoked
        # our copy saves a call of the store (for an awaiting client: a worker thread) per request
        self._copy = ("", 0.0)  # one attribute, so that threads never see half of a change
        self._unkept: _Unkept | None = None

    def current(self) -> Flow[str]:
        """A token that is good as far as anybody knows.

        Raises:
            AuthorizationRevoked: when the platform has said so, without asking it again.
            PlatformUnavailable: when somebody else has been renewing for too long.
        """
        value, until = self._copy
        if value and self._monotonic() < until:
            return value
        return (yield from self._renew(refused=""))[0]

    def replace(self, refused: str) -> Flow[tuple[str, bool]]:
        """Another token than the one the platform has just refused, and whether it was fetched for this.

        Perhaps somebody already has one.
        """
        self._forget(refused)
        return (yield from self._renew(refused=refused))

    def adopt(self, grant: Grant) -> Flow[None]:
        """Keep what a merchant has just authorized, in place of whatever was there, a withdrawal included."""
        self._unkept = None
        while True:
            stored = yield from ask(partial(self._store.get, self._key))
            if (yield from self._put(grant, stored, use_for_s=grant.use_for_s)):
                self._keep(grant.value, grant.use_for_s)
                return

    def revoke(self, error: AuthorizationRevoked, *, token: str = "") -> Flow[None]:
        """Remember that the authorization was withdrawn; with ``token``, only if that one is still what is kept."""
        while True:
            stored = yield from ask(partial(self._store.get, self._key))
            if token and unpack(stored)[0] != token:
                return
            if _is_remembered(stored) or (yield from self._remember(error, stored)):
                self._copy = ("", 0.0)
                return

    def reinstate(self) -> Flow[None]:
        """Forget a withdrawal that is remembered: the next call renews with the refresh token that is kept."""
        while True:
            stored = yield from ask(partial(self._store.get, self._key))
            if stored is None or revocation_in(stored) is None:
                return
            access, refresh = unpack(stored)
            if (yield from self._put(Grant(access, 0.0, refresh=refresh), stored, use_for_s=0.0)):
                return

    # --- who renews ---

    def _renew(self, *, refused: str) -> Flow[tuple[str, bool]]:
        store, key, owner = self._store, self._key, secrets.token_hex(8)
        claim = partial(store.claim, key, owner=owner, lease_s=self._lease_s)
        waited, pause = 0.0, _FIRST_LOOK_S
        while True:
            stored = yield from ask(partial(store.get, key))
            if (good := self._good(stored, refused)) is not None:
                return good, False
            # a token that the secret alone fetches: a second request costs little, waiting on costs more
            alone = waited >= self._lease_s and not unpack(stored)[1]
            with _given_back(store, key, owner):
                claimed = yield from ask(claim)
                try:
                    if claimed or alone:
                        found = yield from self._renew_as(owner if claimed else "", refused=refused)
                        if found is not None:
                            return found
                except PrivdomainError:
                    with contextlib.suppress(
                        Exception
                    ):  # the lease runs out; why the fetch failed is what counts
                        yield from ask(partial(store.release, key, owner=owner))
                    raise
            if waited >= 2 * self._lease_s:
                raise PlatformUnavailable(
                    f"{self._platform}: another process has been renewing the token of this account for "
                    f"{waited:.0f} s; try again, and look at what that process waits for",
                    platform=self._platform,
                    retryable=True,
                )
            # never past the moment at which something else is to be decided
            limit = self._lease_s if waited < self._lease_s else 2 * self._lease_s
            pause = min(pause, limit - waited)
            yield from wait(pause)
            waited, pause = waited + pause, min(pause * 2, _LONGEST_LOOK_S)

    def _renew_as(self, owner: str, *, refused: str) -> Flow[tuple[str, bool] | None]:
        """A new token, by who has the claim; None to look once more."""
        store, key = self._store, self._key
        # somebody may have written between our look and our claim
        stored = yield from ask(partial(store.get, key))
        if (good := self._good(stored, refused)) is not None:
            yield from ask(partial(store.release, key, owner=owner))
            return good, False
        refresh = unpack(stored)[1]
        unkept = self._unkept
        if unkept is None or unkept.replaces != refresh:
            try:
                grant, asked_at = yield from self._holding(self._fetch(refresh), owner, whole=bool(refresh))
            except _LeaseLost:
                return None
            except AuthorizationRevoked as error:
                if (yield from self._remember(error, stored)):
                    raise
                return None  # somebody has written meanwhile, perhaps a new authorization
            unkept = _Unkept(grant, asked_at + grant.use_for_s, refresh)
        return (yield from self._store_new(unkept, stored, refused=refused)), True

    def _holding(self, fetch: Flow[Grant], owner: str, *, whole: bool) -> Flow[tuple[Grant, float]]:
        """The grant and when it was asked for; before every step that takes time the lease is made longer.

        Raises:
            _LeaseLost: when somebody else has the lease, before anything more is sent.
        """
        asked_at = claimed_at = self._monotonic()
        step: Callable[[], Effect] = partial(next, fetch)
        try:
            while True:
                try:
                    effect = step()
                except StopIteration as stop:
                    return stop.value, asked_at
                pause = effect.seconds if isinstance(effect, Wait) else 0.0
                if owner and (pause or self._monotonic() - claimed_at > self._lease_s / 4):
                    lease_s = self._lease_s + pause
                    if not (
                        yield from ask(partial(self._store.claim, self._key, owner=owner, lease_s=lease_s))
                    ):
                        raise _LeaseLost
                    claimed_at = self._monotonic()
                if isinstance(effect, Send):
                    # a token's life is counted from here: the answer may have been long on its way
                    asked_at = self._monotonic()
                    if whole:
                        effect = evolve(effect, whole_within_s=self._lease_s * 0.75)
                step = yield from _performed(effect, fetch)
        finally:
            fetch.close()

    # --- what is written ---

    def _store_new(self, new: _Unkept, stored: StoredTokenLike | None, *, refused: str) -> Flow[str]:
        """Keep a new grant before anybody uses it: a rotated refresh token that nobody wrote down is lost."""
        self._unkept = new if new.grant.refresh else None
        while True:
            left = max(0.0, new.good_until - self._monotonic())
            if (yield from self._put(new.grant, stored, use_for_s=left)):
                self._unkept = None
                return self._keep(new.grant.value, left)
            stored = yield from ask(partial(self._store.get, self._key))
            # what is good was written by who was given it later; a withdrawal or a stale pair knows less than we do
            if not _is_remembered(stored) and (good := self._good(stored, refused)) is not None:
                self._unkept = None
                return good

    def _put(self, grant: Grant, stored: StoredTokenLike | None, *, use_for_s: float) -> Flow[bool]:
        """Write a grant, again where the store fails, and even if whoever waits for it is cancelled."""
        version = stored.version if stored else 0
        put = partial(
            self._store.put, self._key, pack(grant), expires_in_s=use_for_s, expected_version=version
        )
        for failed in range(1, _WRITES + 1):
            try:
                return (yield from ask(put))
            except Exception:
                if failed == _WRITES:
                    raise
            except BaseException:
                # nobody performs an effect any more; writing the same version twice changes nothing
                with contextlib.suppress(Exception):
                    put()
                raise
            yield from self._wait_or_put(_BETWEEN_WRITES_S * failed, put)
        raise AssertionError("unreachable: the last write returns or raises")

    def _wait_or_put(self, seconds: float, put: Callable[[], bool]) -> Flow[None]:
        try:
            yield from wait(seconds)
        except BaseException:
            with contextlib.suppress(Exception):
                put()
            raise

    def _remember(self, error: AuthorizationRevoked, stored: StoredTokenLike | None) -> Flow[bool]:
        """Write the platform's word down; False when somebody else has written first."""
        for_s = _REMEMBERED_S if unpack(stored)[1] else _REMEMBERED_WITHOUT_REFRESH_S
        put = partial(
            self._store.put,
            self._key,
            pack_revoked(stored, error),
            expires_in_s=for_s,
            expected_version=stored.version if stored else 0,
        )
        if not (yield from ask(put)):
            return False
        if self._on_revoked is not None and revocation_in(stored) is None:
            self._on_revoked(error)
        return True

    # --- what is good ---

    def _good(self, stored: StoredTokenLike | None, refused: str) -> str | None:
        if stored is None or stored.expires_in_s <= 0:
            return None
        access, refresh = unpack(stored)
        if (revoked := revocation_in(stored)) is not None:
            unkept = self._unkept
            if unkept is not None and unkept.replaces == refresh:
                return None  # said of a refresh token whose successor we have
            raise revoked
        return None if access == refused else self._keep(access, stored.expires_in_s)

    def _keep(self, value: str, for_s: float) -> str:
        self._copy = (value, self._monotonic() + for_s)
        return value

    def _forget(self, value: str) -> None:
        if self._copy[0] == value:
            self._copy = ("", 0.0)


def _is_remembered(stored: StoredTokenLike | None) -> bool:
    return stored is not None and stored.expires_in_s > 0 and revocation_in(stored) is not None


def _performed(effect: Effect, flow: Flow[Any]) -> Generator[Effect, Any, Callable[[], Effect]]:
    """Have an effect performed; how its flow goes on, with the result or with the failure."""
    try:
        result = yield effect
    except BaseException as failure:  # noqa: BLE001  (raised again inside the flow, where it was asked for)
        return partial(flow.throw, failure)
    return partial(flow.send, result)


@contextlib.contextmanager
def _given_back(store: TokenStore, key: str, owner: str) -> Generator[None]:
    """Give the lease back when the block is cancelled, interrupted or abandoned: the port is called here then."""
    try:
        yield
    except PrivdomainError:
        raise  # given back as an effect, where it was raised
    except BaseException as failure:  # noqa: BLE001  (raised again, four lines on)
        try:
            store.release(key, owner=owner)
        finally:
            raise failure  # and not what a broken store says to it
