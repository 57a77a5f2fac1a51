"""Access tokens of the WeChat Store: the stable kind and the classic one, isolated from each other. wechat.md §2."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from math import inf
from typing import Any

from attrs import define

from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._replies import Refusal

__all__ = ["TokenDesk", "TokenKind"]

LIFE_S = 7200
GRACE_S = 300
FORCE_PAUSE_S = 30
FORCE_PER_DAY = 20
_CHINA_OFFSET_S = 8 * 3600
_FORGET_AFTER_S = 86_400
_FORM = re.compile(r"[0-9]{2}_[A-Za-z0-9_-]{64,512}")


class TokenKind(StrEnum):
    """How a token was asked for: ``stable_token`` in normal or in force mode, or the classic ``token``."""

    STABLE = "stable"
    FORCED = "forced"
    CLASSIC = "classic"


@define
class _Token:
    text: str
    family: TokenKind
    expires_at: float
    dies_at: float = inf
    """When a newer token, or a revocation, ends it before its time."""

    def lives(self, at: float) -> bool:
        return at < self.expires_at and at < self.dies_at


class TokenDesk:
    """Hands tokens out and knows each of them; ``at`` is the sandbox's own time in unix seconds."""

    def __init__(self, *, app_id: str, app_secret: str) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._lock = threading.Lock()
        self._known: dict[str, _Token] = {}
        self._current: dict[TokenKind, _Token] = {}
        self._issued: Counter[TokenKind] = Counter()
        self._forced_at = -inf
        self._forced_day = -1
        self._forced_today = 0

    def issued(self) -> Mapping[TokenKind, int]:
        """How many tokens of each kind were minted (a repeated call that returned the same one does not count)."""
        with self._lock:
            return {kind: self._issued[kind] for kind in TokenKind}

    def classic(self, fields: Fields, *, at: float) -> dict[str, Any]:
        """``GET /cgi-bin/token``: every call mints one, and the one before it dies after five minutes."""
        self._authenticate(fields)
        with self._lock:
            self._supersede(self._current.get(TokenKind.CLASSIC), dies_at=at + GRACE_S)
            return self._told(self._mint(TokenKind.CLASSIC, TokenKind.CLASSIC, at), at)

    def stable(self, fields: Fields, *, at: float) -> dict[str, Any]:
        """``POST /cgi-bin/stable_token``: the same token until its last five minutes, or a new one by force."""
        force = fields.flag("force_refresh")
        self._authenticate(fields)
        with self._lock:
            current = self._current.get(TokenKind.STABLE)
            if force and at - self._forced_at >= FORCE_PAUSE_S:
                return self._told(self._forced(current, at), at)
            if current is None or not current.lives(at + GRACE_S):
                # in its last five minutes the old one stays valid beside the new one
                current = self._mint(TokenKind.STABLE, TokenKind.STABLE, at)
            return self._told(current, at)

    def check(self, text: str | None, *, at: float) -> None:
        """Let a valid token pass; anything else is refused with the code that fits."""
        if not text:
            raise Refusal(41001)
        if not _FORM.fullmatch(text):
            raise Refusal(40014)
        with self._lock:
            token = self._known.get(text)
            if token is None or at >= token.dies_at:
                raise Refusal(40001)
            if at >= token.expires_at:
                raise Refusal(42001)

    def lend(self, text: str, *, expires_at: float) -> None:
        """Let a token pass that somebody else handed out: a provider's, by the merchant's authorization."""
        with self._lock:
            self._known[text] = _Token(text, TokenKind.CLASSIC, expires_at)

    def revoke(self, *, at: float) -> None:
        """End every token now; the next call for one mints anew."""
        with self._lock:
            for token in self._known.values():
                self._supersede(token, dies_at=at)
            self._current.clear()

    def _authenticate(self, fields: Fields) -> None:
        app_id, secret = fields.text("appid", default=""), fields.text("secret", default="")
        if fields.text("grant_type", default="") != "client_credential":
            raise Refusal(40002)
        if not app_id:
            raise Refusal(41002)
        if not secret:
            raise Refusal(41004)
        if app_id != self._app_id:
            raise Refusal(40013)
        if not hmac.compare_digest(secret.encode(errors="replace"), self._app_secret.encode()):
            raise Refusal(40125)

    def _forced(self, current: _Token | None, at: float) -> _Token:
        day = int((at + _CHINA_OFFSET_S) // 86_400)
        if day != self._forced_day:
            self._forced_day, self._forced_today = day, 0
        if self._forced_today >= FORCE_PER_DAY:
            raise Refusal(45009, "force_refresh")
        self._forced_today += 1
        self._forced_at = at
        # one call leaves the previous token five minutes of grace, the second ends it: so a leak is closed by two
        for token in self._known.values():
            if token.family is TokenKind.STABLE:
                self._supersede(token, dies_at=at + GRACE_S if token is current else at)
        return self._mint(TokenKind.STABLE, TokenKind.FORCED, at)

    @staticmethod
    def _supersede(token: _Token | None, *, dies_at: float) -> None:
        if token is not None:
            token.dies_at = min(token.dies_at, dies_at)

    def _mint(self, family: TokenKind, kind: TokenKind, at: float) -> _Token:
        self._forget(at)
        token = _Token(f"{len(self._known) % 90 + 10}_{secrets.token_urlsafe(99)}", family, at + LIFE_S)
        self._known[token.text] = token
        self._current[family] = token
        self._issued[kind] += 1
        return token

    def _forget(self, at: float) -> None:
        """A store of tokens that are long dead would grow for ever."""
        if len(self._known) > 1000:
            self._known = {
                text: token for text, token in self._known.items() if at < token.expires_at + _FORGET_AFTER_S
            }

    @staticmethod
    def _told(token: _Token, at: float) -> dict[str, Any]:
        return {"access_token": token.text, "expires_in": int(token.expires_at - at)}
