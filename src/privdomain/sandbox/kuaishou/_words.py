"""The words of 快手小店: what it says when it refuses, and the envelope every answer is in. kuaishou.md §3, §4

Throttling, quotas, refused tokens and refused signatures have documented words and no documented number: they are
said with the number 0, so that a client has to read the words.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from privdomain.sandbox._service import Reply

__all__ = ["MESSAGES", "Refusal", "Speaker"]

MESSAGES: Mapping[str, str] = {
    "qps": "Exceed qps limit, KEY [apiId:1;appkey:ks], MAX_QPS [300.0]",
    "quota": "Exceed quota limit, KEY [appkey:ks]",
    "user-quota": "[1017] exceed quota limit,[apiId:1;primaryUserId:1]",
    "auth": "鉴权失败",
    "expired": "TOKEN过期",
    "scope": "token中无scope权限",
    "sign": "签名校验失败",
    "param": "参数错误",
    "verb": "请求方式错误",
    "state": "当前状态不允许该操作",
    "11": "订单不可发货",
    "21": "order operation reject",
    "24": "AUTHORIZATION_REVOKED",
    "26": "主账号不存在",
    "300002": "REFUND ORDER TYPE IS ERROR",
    "300003": "ENDTIME MUST AFTER BEGINTIME",
    "300004": "SEARCH TIME RANGE EXPAND 7 DAYS",
    "300005": "CAN NOT SEARCH BEFORE 90 DAYS",
    "300006": "REFUND ID IS BLANK",
    "300009": "REFUND AMOUNT IS ZERO",
    "300010": "REFUND ORDER STATUS ERROR",
    "300011": "REFUND ORDER NOT FOUND",
    "300014": "REFUND ORDER UPDATED",
    "300017": "REFUND NEGOTIATE STATUS CHANGED",
    "300018": "REFUND ORDER STATUS NOT ALLOW",
    "300019": "SEARCH TIME RANGE EXPAND LIMIT",
    "100200100": "invalid_request",
    "100200101": "unauthorized_client",
    "100200102": "access_denied",
    "100200104": "unsupported_grant_type",
    "100200105": "invalid_grant",
    "100200500": "server_error",
}
"""Every refusal, by its number or by our name of its words."""


class Refusal(Exception):
    """The platform says no: an answer on its way out. ``detail`` takes the place of the usual words."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code, detail)


class Speaker:
    """Writes documents as the platform does: HTTP 200, UTF-8 without escapes, a request id in each."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def say(self, document: Mapping[str, Any]) -> Reply:
        """A success."""
        return self._reply("0", {"result": 1, "error_msg": "SUCCESS", **document})

    def refuse(self, refusal: Refusal) -> Reply:
        """A refusal; those of OAuth name the error beside its text."""
        usual = MESSAGES[refusal.code]
        document: dict[str, Any] = {"result": int(refusal.code) if refusal.code.isdigit() else 0}
        if refusal.code.startswith("100200"):
            document["error"] = usual
        detail = f"{usual}: {refusal.detail}" if refusal.code in {"param", "state"} and refusal.detail else ""
        document["error_msg"] = detail or refusal.detail or usual
        return self._reply(refusal.code, document)

    def _reply(self, code: str, document: Mapping[str, Any]) -> Reply:
        number = next(self._count)
        whole = {**document, "requestId": f"ks-{number:012d}"}
        # lone surrogates in a seeded text must not break the server
        body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        return Reply(code=code, body=body)
