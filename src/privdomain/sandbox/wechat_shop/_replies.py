"""The words of the WeChat Store: its error codes, and the envelope every answer is in.

Source: wechat.md §3.1–3.2 (doc/store/shop/dev_before/commErrCode and doc/channels/API/product/get_qrcode, read
2026-11-24 for the two product codes; product/stock_update, aftersale/acceptapply and aftersale/genaftersaleorder, read
2026-11-24, for those of stock and after-sales).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from privdomain.sandbox._service import Reply

__all__ = ["MESSAGES", "Refusal", "Speaker"]

MESSAGES: Mapping[int, str] = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    48001: "api unauthorized",
    61003: "component is not authorized by this account",
    61005: "component ticket is expired",
    61006: "component ticket is invalid",
    61009: "code is invalid",
    61010: "code is expired",
    61011: "invalid component",
    61023: "refresh_token is invalid",
    100002: "order not exist",
    100003: "order changed, try again",
    10020001: "售后单状态不合法",
    10020003: "非法的openid参数",
    10020004: "非法的时间区间，不得大于24小时",
    10020051: "参数有误",
    10020052: "商品不存在",
    10020067: "商品正在异步上传",
    10020218: "增加减少数量为0",
    10020219: "库存不足以减扣",
    10021041: "当前售后单不支持此操作，请检查售后单状态",
    10021050: "售后单不存在",
    10021059: "当前平台退款请求太频繁，请稍后重试",
    10021089: "request_id对应的售后单已经发起",
    10100003: "非会员",
}
"""Every code the emulated shop can say, and how it says it."""


class Refusal(Exception):
    """The platform says no: an answer on its way out. ``detail`` is what it adds to the message of the code."""

    def __init__(self, code: int, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code, detail)


class Speaker:
    """Writes documents as the platform does: UTF-8 without escapes, now and then called ``text/plain``."""

    def __init__(self, *, text_plain_every: int) -> None:
        self._every = text_plain_every
        self._count = itertools.count(1)

    def say(self, document: Mapping[str, Any]) -> Reply:
        """One document as a reply."""
        number = next(self._count)
        plain = self._every > 0 and number % self._every == 0
        return Reply(
            code=str(document.get("errcode", 0)),
            # lone surrogates in a seeded text must not break the server
            body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"),
            content_type="text/plain" if plain else "application/json; charset=utf-8",
        )

    def refuse(self, refusal: Refusal, *, at: float) -> Reply:
        """An error envelope, with the request id that its support would ask for."""
        number = next(self._count)
        rid = (
            f"{int(at) & 0xFFFFFFFF:08x}-{number * 2_654_435_761 & 0xFFFFFFFF:08x}-{number & 0xFFFFFFFF:08x}"
        )
        detail = f": {refusal.detail}" if refusal.detail else ""
        return self.say({"errcode": refusal.code, "errmsg": f"{MESSAGES[refusal.code]}{detail} rid: {rid}"})
