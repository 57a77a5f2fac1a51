"""The words of 抖店: its codes, and the envelope every answer is in. douyin.md A3."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from privdomain.sandbox._service import Reply

__all__ = ["MESSAGES", "Refusal", "Speaker"]

MESSAGES: Mapping[str, tuple[int, str]] = {
    "isp.service-error:20005": (20000, "系统繁忙，请稍后重试"),
    "isp.service-error:10000": (20000, "存在无效的售后单"),
    "dop.unknown-error": (90000, "未知错误"),
    "dop.no-permissions": (30001, "暂无权限"),
    "dop.authorization-closed": (30001, "授权已关闭"),
    "isv.parameter-missing": (40001, "缺少必选参数"),
    "isv.signature-missing": (40001, "缺少签名"),
    "isv.app-id-missing": (40001, "缺少app_key"),
    "isv.access-token-missing": (40001, "缺少access_token"),
    "isv.parameter-invalid": (40003, "参数不合法"),
    "isv.signature-invalid": (40003, "签名校验失败"),
    "isv.app-id-invalid": (40003, "app_key不合法"),
    "isv.timestamp-invalid": (40003, "timestamp已过期"),
    "isv.timestamp-format-error": (40003, "timestamp格式错误"),
    "isv.access-token-expired": (40003, "access_token已过期"),
    "isv.access-token-no-existed": (40003, "access_token不存在"),
    "isv.access-token-invalid": (40003, "access_token无效"),
    "isv.idempotent-id-existed": (40003, "幂等ID已存在"),
    "isv.parameter-invalid:20008": (40004, "单次查询订单数超过限制"),
    "isv.parameter-invalid:10035": (40004, "查询订单列表页数不能小于0"),
    "isv.parameter-invalid:20011": (40004, "订单查询开始时间不能为空"),
    "isv.parameter-invalid:20012": (40004, "订单查询状态条件超过限制，只支持1个元素"),
    "isv.parameter-invalid:20013": (40004, "订单查询最多支持查询5万"),
    "isv.parameter-invalid:20022": (40004, "订单查询只支持查询最近90天内的数据"),
    "isv.parameter-invalid:60033": (40004, "未查询到此订单"),
    "dop.token-generate-failed:grant-type-invalid": (50001, "grant_type不合法"),
    "dop.token-generate-failed:code-invalid": (50001, "code不合法"),
    "dop.token-generate-failed:code-expired": (50001, "code已过期"),
    "dop.token-generate-failed:no-authorization": (50001, "店铺未授权"),
    "dop.token-generate-failed:token-expired": (50001, "refresh_token已过期"),
    "dop.token-generate-failed:token-invalid": (50001, "refresh_token不合法"),
    "isv.business-failed:60110": (50002, "订单已发货，不允许再次执行发货"),
    "isv.business-failed:60021": (50002, "订单已取消，不支持发货"),
    "isv.business-failed:20309541": (50002, "售后状态错误"),
    "isv.business-failed:11001": (50002, "暂不支持通过OPEN处理"),
    "isv.business-failed:300003": (50002, "解密失败"),
    "isv.business-failed:300008": (50002, "部分解密失败"),
    "isv.business-failed:1": (50002, "业务处理失败"),
    "isv.traffic-limited": (60000, "接口限流"),
    "isp.api-service-off": (70000, "接口已下线"),
}
"""Every sub code the emulated shop can say, with its code and its words."""


class Refusal(Exception):
    """The platform says no. ``data`` is what stands beside it, where some of the items went well."""

    def __init__(self, sub_code: str, detail: str = "", data: Mapping[str, Any] | None = None) -> None:
        self.sub_code, self.detail, self.data = sub_code, detail, data
        super().__init__(sub_code, detail)


class Speaker:
    """Writes documents as the platform does; ``old_codes`` is for callers who did not ask to be spared them."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def say(self, data: Any, *, at: float, old_codes: bool = False) -> Reply:
        """What was asked for."""
        envelope = {"code": 10000, "msg": "success", "sub_code": "", "sub_msg": "", "data": data}
        if old_codes:
            envelope |= {"err_no": 0, "message": "success"}
        return self._reply(envelope, code="0", at=at)

    def refuse(self, refusal: Refusal, *, at: float, old_codes: bool = False) -> Reply:
        """An error envelope, with the id that its support would ask for."""
        code, words = MESSAGES[refusal.sub_code]
        said = f"{words}: {refusal.detail}" if refusal.detail else words
        envelope: dict[str, Any] = {"code": code, "msg": words, "sub_code": refusal.sub_code, "sub_msg": said}
        envelope["data"] = refusal.data
        if old_codes:
            envelope |= {"err_no": code, "message": words}
        return self._reply(envelope, code=refusal.sub_code, at=at)

    def _reply(self, envelope: dict[str, Any], *, code: str, at: float) -> Reply:
        envelope["log_id"] = f"{int(at):014d}{next(self._count):08d}"
        text = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
        return Reply(code=code, body=text.encode(errors="replace"))
