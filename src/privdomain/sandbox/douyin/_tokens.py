"""Tokens of 抖店: three ways to get one, and what becomes of the one before. douyin.md A2."""

from __future__ import annotations

import secrets
import threading
from typing import Any

from attrs import define

from privdomain.sandbox.douyin._fields import Fields
from privdomain.sandbox.douyin._words import Refusal

__all__ = ["TokenDesk"]

LIFE_S = 7 * 86_400
REFRESH_LIFE_S = 14 * 86_400
OVERLAP_S = 3600
CODE_LIFE_S = 600
_FAILED = "dop.token-generate-failed"


@define
class _Pair:
    shop_id: str
    access: str
    refresh: str
    issued_at: float
    life_s: float
    dies_at: float = float("inf")
    revoked: bool = False

    @property
    def expires_at(self) -> float:
        return self.issued_at + self.life_s


class TokenDesk:
    """Hands out pairs by shop. ``own`` are the shops of the app's owner, the first of them the earliest authorized.

    A shop has one current pair: asked for more than an hour before its end it comes again, later a new one, and the
    old one stays good until its end.
    """

    def __init__(self, own: tuple[str, ...], *, life_s: float = LIFE_S) -> None:
        self._own, self._life_s = own, life_s
        self._lock = threading.Lock()
        self._authorized: set[str] = set(own)
        self._current: dict[str, _Pair] = {}
        self._by_access: dict[str, _Pair] = {}
        self._by_refresh: dict[str, _Pair] = {}
        self._codes: dict[str, tuple[str, float]] = {}
        self.issued = 0
        self.refreshed = 0

    def code(self, shop_id: str, *, at: float) -> str:
        """A merchant agrees: the code that the redirect carries."""
        with self._lock:
            self._authorized.add(shop_id)
            code = secrets.token_hex(16)
            self._codes[code] = (shop_id, at + CODE_LIFE_S)
            return code

    def withdraw(self, shop_id: str) -> None:
        """A merchant withdraws what he agreed to."""
        with self._lock:
            self._authorized.discard(shop_id)
            self._current.pop(shop_id, None)

    def revoke(self) -> None:
        """Every access token handed out so far is refused from now on."""
        with self._lock:
            for pair in self._by_access.values():
                pair.revoked = True
            self._current.clear()

    def create(self, fields: Fields, *, at: float) -> dict[str, Any]:
        """``token.create``."""
        grant = fields.text("grant_type", default="")
        with self._lock:
            if grant == "authorization_self":
                shop_id = fields.text("shop_id", default="") or (self._own[0] if self._own else "")
                if shop_id not in self._own:
                    raise Refusal(f"{_FAILED}:no-authorization")
            elif grant == "authorization_code":
                shop_id = self._redeem(fields.text("code"), at)
            else:
                raise Refusal(f"{_FAILED}:grant-type-invalid")
            if shop_id not in self._authorized:
                raise Refusal(f"{_FAILED}:no-authorization")
            return self._told(self._pair(shop_id, at), at)

    def refresh(self, fields: Fields, *, at: float) -> dict[str, Any]:
        """``token.refresh``."""
        if fields.text("grant_type", default="") != "refresh_token":
            raise Refusal(f"{_FAILED}:grant-type-invalid")
        with self._lock:
            pair = self._by_refresh.get(fields.text("refresh_token"))
            if pair is None:
                raise Refusal(f"{_FAILED}:token-invalid")
            if pair.shop_id not in self._authorized:
                raise Refusal(f"{_FAILED}:no-authorization")
            if at >= min(pair.issued_at + REFRESH_LIFE_S, pair.dies_at):
                raise Refusal(f"{_FAILED}:token-expired")
            self.refreshed += 1
            return self._told(self._pair(pair.shop_id, at), at)

    def check(self, text: str, *, at: float) -> str:
        """The shop a token opens; anything else is refused with the code that fits."""
        if not text:
            raise Refusal("isv.access-token-missing")
        with self._lock:
            pair = self._by_access.get(text)
            if pair is None:
                raise Refusal("isv.access-token-no-existed")
            if pair.shop_id not in self._authorized:
                raise Refusal("dop.authorization-closed")
            if pair.revoked:
                raise Refusal("isv.access-token-invalid")
            if at >= pair.expires_at:
                raise Refusal("isv.access-token-expired")
            return pair.shop_id

    def _redeem(self, code: str, at: float) -> str:
        shop_id, until = self._codes.pop(code, ("", 0.0))
        if not shop_id:
            raise Refusal(f"{_FAILED}:code-invalid")
        if at >= until:
            raise Refusal(f"{_FAILED}:code-expired")
        return shop_id

    def _pair(self, shop_id: str, at: float) -> _Pair:
        current = self._current.get(shop_id)
        overlap = min(OVERLAP_S, self._life_s / 4)
        if current is not None and at < current.expires_at - overlap:
            return current
        if current is not None:
            # whoever lost the answer with the new pair may ask once more with the old refresh token
            current.dies_at = current.expires_at + OVERLAP_S
        pair = _Pair(shop_id, secrets.token_hex(18), secrets.token_hex(18), at, self._life_s)
        self._current[shop_id] = pair
        self._by_access[pair.access] = self._by_refresh[pair.refresh] = pair
        self.issued += 1
        return pair

    @staticmethod
    def _told(pair: _Pair, at: float) -> dict[str, Any]:
        return {
            "access_token": pair.access,
            "expires_in": int(pair.expires_at - at),
            "refresh_token": pair.refresh,
            "scope": "SCOPE",
            "shop_id": int(pair.shop_id),
            "shop_name": f"店铺{pair.shop_id}",
            "authority_id": pair.shop_id,
            "auth_subject_type": "",
        }
