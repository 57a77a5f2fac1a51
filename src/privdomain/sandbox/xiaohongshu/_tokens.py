"""Authorization: codes, access tokens of 7 days, refresh tokens of 14. xiaohongshu-and-cps.md A2.

Whether a used refresh token dies at once is not documented. Here it gives the same new pair again for ten minutes, so
that a client whose answer was lost is not locked out, and is refused afterwards.
"""

from __future__ import annotations

import secrets
import threading
from typing import Any

from attrs import define

from privdomain.sandbox.xiaohongshu._replies import BAD_CODE, BAD_REFRESH, BAD_TOKEN, Refusal

__all__ = ["TokenDesk"]

_CODE_S = 600
_AGAIN_S = 600


@define
class _Pair:
    seller_id: str
    access: str
    access_until: float
    refresh: str
    refresh_until: float
    revoked: bool = False
    next: _Pair | None = None
    used_at: float = 0.0


class TokenDesk:
    """Hands tokens out and knows each of them; ``at`` is the sandbox's own time in unix seconds."""

    def __init__(self, *, access_life_s: float, refresh_life_s: float) -> None:
        self._access_life_s, self._refresh_life_s = access_life_s, refresh_life_s
        self._lock = threading.Lock()
        self._codes: dict[str, tuple[str, float]] = {}
        self._by_access: dict[str, _Pair] = {}
        self._by_refresh: dict[str, _Pair] = {}
        self.issued = 0
        self.refreshed = 0

    def code(self, seller_id: str, *, at: float) -> str:
        """A merchant agrees: the code that the platform sends to the redirect address."""
        code = f"code-{secrets.token_hex(16)}"
        with self._lock:
            self._codes[code] = (seller_id, at + _CODE_S)
        return code

    def exchange(self, code: str, *, at: float) -> dict[str, Any]:
        """``oauth.getAccessToken``: once for a code."""
        with self._lock:
            seller_id, until = self._codes.pop(code, ("", 0.0))
            if at >= until:
                raise Refusal(BAD_CODE)
            return _told(self._mint(seller_id, at))

    def renew(self, refresh: str, *, at: float) -> dict[str, Any]:
        """``oauth.refreshToken``."""
        with self._lock:
            old = self._by_refresh.get(refresh)
            if old is None or at >= old.refresh_until:
                raise Refusal(BAD_REFRESH)
            if old.next is not None:
                if at - old.used_at > _AGAIN_S:
                    raise Refusal(BAD_REFRESH)
                if not old.next.revoked:
                    return _told(old.next)
                at_first = old.used_at
            else:
                at_first = at
            old.next, old.used_at = self._mint(old.seller_id, at), at_first
            self.refreshed += 1
            return _told(old.next)

    def seller(self, access: str, *, at: float) -> str:
        """Whose token it is; refused when it is nobody's any more."""
        with self._lock:
            pair = self._by_access.get(access)
            if pair is None or pair.revoked or at >= pair.access_until:
                raise Refusal(BAD_TOKEN)
            return pair.seller_id

    def revoke(self) -> None:
        """Every access token is over; refresh tokens are not."""
        with self._lock:
            for pair in self._by_access.values():
                pair.revoked = True

    def withdraw(self, seller_id: str) -> None:
        """A merchant takes his authorization back: nothing of his is good any more."""
        with self._lock:
            for pair in self._by_access.values():
                if pair.seller_id == seller_id:
                    pair.revoked, pair.refresh_until = True, 0.0

    def _mint(self, seller_id: str, at: float) -> _Pair:
        pair = _Pair(
            seller_id=seller_id,
            access=f"at-{secrets.token_hex(24)}",
            access_until=at + self._access_life_s,
            refresh=f"rt-{secrets.token_hex(24)}",
            refresh_until=at + self._refresh_life_s,
        )
        self._by_access[pair.access] = self._by_refresh[pair.refresh] = pair
        self.issued += 1
        return pair


def _told(pair: _Pair) -> dict[str, Any]:
    return {
        "accessToken": pair.access,
        "accessTokenExpiresAt": int(pair.access_until * 1000),
        "refreshToken": pair.refresh,
        "refreshTokenExpiresAt": int(pair.refresh_until * 1000),
        "sellerId": pair.seller_id,
        "sellerName": f"店铺 {pair.seller_id}",
    }
