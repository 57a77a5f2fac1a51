"""The words of 小红书 ARK: its envelope, and codes. xiaohongshu-and-cps.md A1.2.

The platform's table of codes is not public: negative numbers is all that is known. Those here are made up, but for
the two that were seen; a client has to understand the texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from privdomain.sandbox._service import Reply

__all__ = [
    "BAD_ARGUMENT",
    "BAD_CODE",
    "BAD_REFRESH",
    "BAD_SIGN",
    "BAD_TOKEN",
    "BUSY",
    "MESSAGES",
    "NOT_FOUND",
    "NOT_NOW",
    "QUOTA",
    "TOO_FAST",
    "UNKNOWN_METHOD",
    "Refusal",
    "say",
]

BUSY = -1
BAD_SIGN = -2000001
UNKNOWN_METHOD = -2000002
BAD_CODE = -2000010
BAD_TOKEN = -2000400
BAD_REFRESH = -2000401
NOT_FOUND = -2000101
BAD_ARGUMENT = -2000300
NOT_NOW = -2000301
QUOTA = -2000500
TOO_FAST = -2000429

MESSAGES: Mapping[int, str] = {
    BUSY: "system busy, please try again later",
    BAD_SIGN: "sign error",
    UNKNOWN_METHOD: "method not exist",
    BAD_CODE: "code is invalid or expired",
    BAD_TOKEN: "accessToken is invalid or expired",
    BAD_REFRESH: "refreshToken is invalid or expired",
    NOT_FOUND: "包裹不存在",
    BAD_ARGUMENT: "请求参数错误",
    NOT_NOW: "当前状态不支持该操作",
    QUOTA: "今日解密次数已用完",
    TOO_FAST: "请求过于频繁，已限流",
}
"""Every code the emulated platform can say, and how it says it."""


class Refusal(Exception):
    """The platform says no: an answer on its way out."""

    def __init__(self, code: int, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code, detail)

    @property
    def text(self) -> str:
        """What it says."""
        return f"{MESSAGES[self.code]}: {self.detail}" if self.detail else MESSAGES[self.code]


def say(data: Any, *, refusal: Refusal | None = None) -> Reply:
    """The outer envelope, in UTF-8 without escapes."""
    envelope: dict[str, Any] = {"error_code": 0, "success": True, "error_msg": "", "data": data}
    if refusal is not None:
        envelope = {"error_code": refusal.code, "success": False, "error_msg": refusal.text, "data": None}
    return Reply(
        code=str(envelope["error_code"]),
        body=json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"),
        content_type="application/json;charset=utf-8",
    )
