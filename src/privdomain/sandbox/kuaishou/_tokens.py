"""OAuth of 快手小店: codes, rotating pairs, and the end of an authorization after 180 days. kuaishou.md §3"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import define

from privdomain.sandbox.kuaishou._words import Refusal

__all__ = ["ACCESS_S", "AUTHORIZATION_S", "CODE_S", "TokenDesk"]

CODE_S = 120
ACCESS_S = 172_800
AUTHORIZATION_S = 180 * 86_400


@define
class _Authorization:
    """What one seller has given the application."""

    seller_id: str
    ends_at: float
    refresh_token: str = ""
    access_token: str = ""
    access_ends_at: float = 0.0
    withdrawn: bool = False


@define
class _Access:
    authorization: _Authorization | None
    ends_at: float
    revoked: bool = False


class TokenDesk:
    """Hands tokens out and knows each of them; ``at`` is the sandbox's own time in seconds."""

    def __init__(self, *, app_key: str, app_secret: str, access_s: int, authorization_s: int) -> None:
        self._app_key, self._app_secret = app_key, app_secret
        self._access_s, self._authorization_s = access_s, authorization_s
        self._lock = threading.Lock()
        self._codes: dict[str, tuple[str, float]] = {}
        self._authorizations: dict[str, _Authorization] = {}
        self._refresh: dict[str, tuple[_Authorization, bool]] = {}
        self._access: dict[str, _Access] = {}
        self._served: Counter[str] = Counter()

    def served(self) -> Mapping[str, int]:
        """How many requests succeeded, by grant type."""
        with self._lock:
            return dict(self._served)

    def consent(self, seller_id: str, *, at: float) -> str:
        """The merchant presses the button: the code that his browser carries to the application."""
        code = secrets.token_hex(20)
        with self._lock:
            self._codes[code] = (seller_id, at + CODE_S)
        return code

    def issue(self, seller_id: str, *, at: float) -> dict[str, Any]:
        """A pair, as if a code had been exchanged."""
        with self._lock:
            return self._authorized(seller_id, at)

    def get(self, sent: Mapping[str, str], *, at: float) -> dict[str, Any]:
        """``GET /oauth2/access_token``."""
        self._authenticate(sent)
        grant_type = sent.get("grant_type", "")
        with self._lock:
            if grant_type == "client_credentials":
                self._served[grant_type] += 1
                token = secrets.token_urlsafe(40)
                self._access[token] = _Access(None, at + self._access_s)
                return {"access_token": token, "expires_in": self._access_s}
            if grant_type != "code":
                raise Refusal("100200104")
            seller_id, until = self._codes.pop(sent.get("code", ""), ("", 0.0))
            if not seller_id or at >= until:
                raise Refusal("100200102", "code is invalid")
            self._served[grant_type] += 1
            return self._authorized(seller_id, at)

    def refresh(self, sent: Mapping[str, str], *, at: float) -> dict[str, Any]:
        """``POST /oauth2/refresh_token``: a new pair, and the old refresh token is discarded."""
        self._authenticate(sent)
        if sent.get("grant_type") != "refresh_token":
            raise Refusal("100200104")
        with self._lock:
            authorization, fresh = self._refresh.get(sent.get("refresh_token", ""), (None, False))
            if authorization is None or at >= authorization.ends_at:
                raise Refusal("100200102", "refreshToken.invalid")
            if authorization.withdrawn:
                raise Refusal("100200102", "revokedAuthorization")
            if not fresh:
                raise Refusal("100200102", "refreshToken.discarded")
            self._served["refresh_token"] += 1
            self._rotate(authorization, at)
            return self._pair(authorization, at)

    def seller_of(self, token: str, *, at: float) -> str:
        """Whose token it is; an application's own belongs to nobody."""
        with self._lock:
            access = self._access.get(token)
            if access is None or access.revoked:
                raise Refusal("auth")
            if access.authorization is None:
                raise Refusal("26")
            if access.authorization.withdrawn:
                raise Refusal("24")
            if at >= access.ends_at:
                raise Refusal("expired")
            return access.authorization.seller_id

    def revoke(self) -> None:
        """Every access token handed out so far is refused; refresh tokens still work."""
        with self._lock:
            for access in self._access.values():
                access.revoked = True
            for authorization in self._authorizations.values():
                authorization.access_token = ""

    def withdraw(self, seller_id: str) -> None:
        """The merchant takes his authorization back."""
        with self._lock:
            authorization = self._authorizations.pop(seller_id, None)
            if authorization is not None:
                authorization.withdrawn = True

    def _authenticate(self, sent: Mapping[str, str]) -> None:
        secret = sent.get("app_secret", "").encode(errors="replace")
        if sent.get("app_id") != self._app_key or not hmac.compare_digest(secret, self._app_secret.encode()):
            raise Refusal("100200101")

    def _authorized(self, seller_id: str, at: float) -> dict[str, Any]:
        authorization = self._authorizations.get(seller_id)
        if authorization is None or at >= authorization.ends_at:
            authorization = _Authorization(seller_id, at + self._authorization_s)
            self._authorizations[seller_id] = authorization
            self._rotate(authorization, at)
        elif not authorization.access_token or at >= authorization.access_ends_at:
            self._rotate(authorization, at)
        # otherwise the same user, application and scopes have one pair, however often they authorize
        return self._pair(authorization, at) | {"open_id": f"open-{seller_id}"}

    def _rotate(self, authorization: _Authorization, at: float) -> None:
        if authorization.refresh_token:
            self._refresh[authorization.refresh_token] = (authorization, False)
        authorization.refresh_token = secrets.token_urlsafe(40)
        authorization.access_token = secrets.token_urlsafe(40)
        authorization.access_ends_at = at + self._access_s
        self._refresh[authorization.refresh_token] = (authorization, True)
        self._access[authorization.access_token] = _Access(authorization, authorization.access_ends_at)

    def _pair(self, authorization: _Authorization, at: float) -> dict[str, Any]:
        return {
            "access_token": authorization.access_token,
            "expires_in": max(1, int(authorization.access_ends_at - at)),
            "refresh_token": authorization.refresh_token,
            "refresh_token_expires_in": int(authorization.ends_at - at),
            "scopes": ["merchant_item", "merchant_order", "merchant_refund", "user_info"],
        }
