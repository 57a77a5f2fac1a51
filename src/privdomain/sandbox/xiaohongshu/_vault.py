"""Buyer data as ciphers, few decryptions a day, masks and search indexes. xiaohongshu-and-cps.md A3.

The figure of the daily quota is unconfirmed (10); a call counts as one, however much it decrypts.
"""

from __future__ import annotations

import threading
from hashlib import blake2b
from typing import Any

from privdomain.sandbox.xiaohongshu._fields import Fields
from privdomain.sandbox.xiaohongshu._replies import BAD_ARGUMENT, QUOTA, Refusal

__all__ = ["Vault"]

_CHINA_OFFSET_S = 8 * 3600
_UNKNOWN = 1001


class Vault:
    """Ciphers of one shop; a cipher says nothing and belongs to its order."""

    def __init__(self, *, per_day: int) -> None:
        self._per_day = per_day
        self._lock = threading.Lock()
        self._clear: dict[tuple[str, str], str] = {}
        self._day = -1
        self._used = 0

    def cipher(self, order_id: str, text: str) -> str:
        """A text as it is handed out."""
        digest = blake2b(f"{order_id}\n{text}".encode(), digest_size=24).hexdigest()
        cipher = f"#{digest}#1##"
        with self._lock:
            self._clear[order_id, cipher] = text
        return cipher

    def decrypt(self, fields: Fields, *, at: float) -> dict[str, Any]:
        """``data.batchDecrypt``."""
        parts = self._asked(fields)
        day = int((at + _CHINA_OFFSET_S) // 86_400)
        with self._lock:
            if day != self._day:
                self._day, self._used = day, 0
            if self._used >= self._per_day:
                raise Refusal(QUOTA)
            self._used += 1
        return {"dataInfoList": [self._answer(*part, name="decryptedData", mask=False) for part in parts]}

    def mask(self, fields: Fields) -> dict[str, Any]:
        """``data.batchDesensitise``."""
        parts = self._asked(fields)
        return {
            "desensitiseInfoList": [self._answer(*part, name="desensitisedData", mask=True) for part in parts]
        }

    def index(self, fields: Fields) -> dict[str, Any]:
        """``data.batchIndex``: the same for equal texts, and for nobody to be turned round."""
        infos: list[dict[str, str]] = []
        for part in fields.parts("indexBaseInfoList", most=100):
            text, kind = part.text("plainText"), part.whole("type", least=1, most=5)
            digest = blake2b(f"{kind}\n{text}".encode(), digest_size=16).hexdigest()
            infos.append({"plainText": text, "index": digest})
        return {"indexInfoList": infos}

    @staticmethod
    def _asked(fields: Fields) -> list[tuple[str, str]]:
        if fields.text("actionType") not in {"1", "2", "3", "4"}:
            raise Refusal(BAD_ARGUMENT, "actionType must be 1, 2, 3 or 4 as a text")
        fields.text("appUserId")
        parts = fields.parts("baseInfos", most=100)
        return [(part.text("dataTag"), part.text("encryptedData")) for part in parts]

    def _answer(self, tag: str, cipher: str, *, name: str, mask: bool) -> dict[str, Any]:
        text = self._clear.get((tag, cipher))
        base = {"dataTag": tag, "encryptedData": cipher, "errorCode": 0, "errorMsg": ""}
        if text is None:
            return {**base, name: "", "errorCode": _UNKNOWN, "errorMsg": "无法解密"}
        shown = text[:1] + "*" * max(1, len(text) - 2) + text[-1:] if mask else text
        return {**base, name: shown}
