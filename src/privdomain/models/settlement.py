"""Money in and out of a shop's account, and money spent on getting and keeping customers."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Raw, Space, one_currency
from privdomain.money import Money

__all__ = [
    "FlowDirection",
    "Settlement",
    "SettlementKind",
    "SettlementPart",
    "Spend",
    "SpendKind",
]


class SettlementKind(StrEnum):
    """What a movement is about: 订单收入, 退款, 提现, 提现退回, 平台手续费, 佣金分账, 运费险, 垫付, 垫付归还, 补贴.

    ``UNKNOWN`` is a kind this release does not know; the platform's own word is in ``platform_kind``.
    """

    ORDER_INCOME = "order_income"
    REFUND = "refund"
    WITHDRAWAL = "withdrawal"
    WITHDRAWAL_RETURNED = "withdrawal_returned"
    PLATFORM_FEE = "platform_fee"
    COMMISSION = "commission"
    FREIGHT_INSURANCE = "freight_insurance"
    ADVANCE = "advance"
    ADVANCE_REPAID = "advance_repaid"
    SUBSIDY = "subsidy"
    PENALTY = "penalty"
    UNKNOWN = "unknown"


class FlowDirection(StrEnum):
    """入账, 出账."""

    IN = "in"
    OUT = "out"


class SettlementPart(Model):
    """What a movement is made of: goods, refunds, fees, each with its sign from the shop's side."""

    kind: SettlementKind
    """What the part is."""
    platform_kind: str = ""
    """The platform's own word for it."""
    amount: Money
    """Positive for the shop, negative against it."""


class Settlement(Model):
    """One movement on a shop's account. ``(space, platform, shop_id, settlement_id)`` identifies it."""

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform."""
    shop_id: Id
    """The shop."""
    settlement_id: Id
    """The movement, as the platform names it."""
    kind: SettlementKind
    """What it is about."""
    platform_kind: str = ""
    """The platform's own word for it."""
    direction: FlowDirection
    """Into the account or out of it."""
    amount: Amount
    """How much, without a sign."""
    balance: Money | None = None
    """What the account holds afterwards, where the platform says it."""
    parts: tuple[SettlementPart, ...] = ()
    """What it is made of, where the platform says it."""
    at: Instant
    """When it was booked."""
    order_id: str = ""
    """The order behind it."""
    aftersale_id: str = ""
    """The after-sale case behind it."""
    transaction_id: str = ""
    """The payment channel's own number."""
    note: str = Field(default="", repr=False)
    """The platform's remark."""
    raw: Raw = Field(default_factory=dict)
    """The platform's own payload."""

    @property
    def signed(self) -> Money:
        """The amount from the shop's side: positive in, negative out."""
        return self.amount if self.direction is FlowDirection.IN else -self.amount

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        parts = ((f"parts[{position}].amount", part.amount) for position, part in enumerate(self.parts))
        one_currency(self.amount.currency, [("balance", self.balance), *parts])
        return self


class SpendKind(StrEnum):
    """What money was spent on: 广告投放, 坑位费, 佣金, 样品/赠品, 补贴, 优惠券, 物料, 人力, 平台费, 短信."""

    ADVERTISING = "advertising"
    KOL_FEE = "kol_fee"
    COMMISSION = "commission"
    GIFT = "gift"
    SUBSIDY = "subsidy"
    COUPON = "coupon"
    MATERIAL = "material"
    LABOR = "labor"
    PLATFORM_FEE = "platform_fee"
    MESSAGING = "messaging"
    OTHER = "other"


class Spend(Model):
    """Money spent on a channel over a period. ``(space, spend_id)`` identifies it.

    ```python
    from datetime import UTC, datetime
    from privdomain import Money
    from privdomain.models import Spend, SpendKind

    november = Spend(
        spend_id="s1", channel="douyin", campaign="double11", kind=SpendKind.KOL_FEE, promoter_id="kol7",
        amount=Money.cny("20000"),
        starts_at=datetime(2026, 11, 1, tzinfo=UTC), ends_at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    assert november.amount == Money.cny("20000")
    ```
    """

    space: Space = ""
    """The tenant."""
    spend_id: Id
    """One id for one item of spending."""
    channel: Id
    """Where: ``douyin``, ``wechat_channels``, ``store`` …"""
    campaign: str = ""
    """The campaign."""
    promoter_id: str = ""
    """The KOL or talent it went to."""
    code_id: str = ""
    """The channel code it paid for."""
    product_id: str = ""
    """The product it was for; empty where it was for all."""
    kind: SpendKind
    """What it was spent on."""
    amount: Amount
    """How much."""
    starts_at: Instant
    """The beginning of the period it pays for."""
    ends_at: Instant
    """The end of the period, itself not part of it."""
    note: str = ""
    """The bookkeeper's remark."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at; a period is half-open and has some length")
        return self
