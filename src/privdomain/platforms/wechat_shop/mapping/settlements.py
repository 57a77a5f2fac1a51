"""Movements of the shop's account. wechat.md §12.2

The rules of the file. ``bookkeeping_time`` is text in Beijing's time. A kind that this release does not know stays in
``platform_kind``; a movement that goes neither in nor out is refused, because its sign is all that matters.

Source: developers.weixin.qq.com/doc/store/shop/API/funds/getfundsflowdetail.html, read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from privdomain.errors import PayloadError, Problem
from privdomain.models import FlowDirection, Settlement, SettlementKind, payload_problems
from privdomain.platforms._payload import Json, read
from privdomain.platforms.wechat_shop.mapping._common import PLATFORM, check_asked, money
from privdomain.platforms.wechat_shop.payloads import FundsFlowReply, RelatedInfo

__all__ = ["read_settlement"]

_KIND = {
    1: SettlementKind.ORDER_INCOME,  # 订单支付收入
    2: SettlementKind.PLATFORM_FEE,  # 手续费
    3: SettlementKind.REFUND,  # 退款
    4: SettlementKind.WITHDRAWAL,  # 提现
    5: SettlementKind.WITHDRAWAL_RETURNED,  # 提现失败退票
    6: SettlementKind.COMMISSION,  # 导购分账
    7: SettlementKind.COMMISSION,  # 联盟分账
    8: SettlementKind.FREIGHT_INSURANCE,  # 运费险分账
    9: SettlementKind.PLATFORM_FEE,  # the platform's cut of the league
    10: SettlementKind.COMMISSION,  # the league's cut
    11: SettlementKind.PLATFORM_FEE,  # the platform's cut
    12: SettlementKind.COMMISSION,  # 团长抽佣
    13: SettlementKind.SUBSIDY,  # 返佣人气卡: fees that are given back
    14: SettlementKind.ADVANCE,  # 极速退款垫付
    15: SettlementKind.ADVANCE_REPAID,
    16: SettlementKind.FREIGHT_INSURANCE,  # 运费险
    99: SettlementKind.COMMISSION,  # 分账 to somebody else
}
_DIRECTION = {1: FlowDirection.IN, 2: FlowDirection.OUT}
_FORM = "%Y-%m-%d %H:%M:%S"


def read_settlement(reply: Json, *, shop_id: str, settlement_id: str = "") -> Settlement:
    """The movement in an answer of getfundsflowdetail.

    Raises:
        PayloadError: with every bad path, and for another movement than ``settlement_id``, where that is given.
    """
    payload = read(FundsFlowReply, reply, kind="settlement", ref=settlement_id).funds_flow
    check_asked(payload.flow_id, settlement_id, kind="settlement", reply=reply)
    raw: Mapping[str, Any] = reply["funds_flow"]
    at = _beijing(payload.bookkeeping_time)
    direction = _DIRECTION.get(payload.flow_type)
    problems: list[Problem] = []
    if at is None:
        problems.append(
            Problem("funds_flow.bookkeeping_time", "is no time", "2026-11-11 08:00:00, in Beijing's time")
        )
    if direction is None:
        problems.append(Problem("funds_flow.flow_type", "is neither in nor out", "1 (in) or 2 (out)"))
    if at is not None and direction is not None:
        related = payload.related_info_list
        try:
            return Settlement(
                platform=PLATFORM,
                shop_id=shop_id,
                settlement_id=payload.flow_id,
                kind=_KIND.get(payload.funds_type, SettlementKind.UNKNOWN),
                platform_kind=str(payload.funds_type),
                direction=direction,
                amount=money(payload.amount),
                balance=None if payload.balance is None else money(payload.balance),
                at=at,
                order_id=_first(related, "order_id"),
                aftersale_id=_first(related, "aftersale_id"),
                transaction_id=_first(related, "transaction_id"),
                note=payload.remark,
                raw=raw,
            )
        except ValidationError as error:
            problems.extend(payload_problems(error, prefix="settlement"))
    # outside the handler: its context would hold what the platform answered
    raise PayloadError(kind="settlement", problems=problems, ref=payload.flow_id, payload=reply)


def _beijing(text: str) -> datetime | None:
    try:
        # Asia/Shanghai is named here and not taken from a policy: it is the platform's own clock
        return datetime.strptime(text, _FORM).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    except ValueError:
        return None


def _first(related: tuple[RelatedInfo, ...], name: str) -> str:
    return next((value for info in related if (value := getattr(info, name))), "")
