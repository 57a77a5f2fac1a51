"""What goes wrong after a sale: refunds, returns, exchanges, repairs. 售后

Money is final only in a `Refund` whose status is ``SUCCEEDED``: a case can be agreed, and its refund fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import (
    Amount,
    Id,
    Instant,
    Model,
    Personal,
    Raw,
    Space,
    instant_micros,
    not_before,
    one_currency,
)
from privdomain.models.order import Buyer, Discount
from privdomain.money import Money

__all__ = [
    "AfterSale",
    "AfterSaleLine",
    "AfterSaleParty",
    "AfterSaleStatus",
    "AfterSaleStep",
    "AfterSaleType",
    "Exchange",
    "Refund",
    "RefundStatus",
    "ReturnParcel",
]


class AfterSaleType(StrEnum):
    """What is asked for: 仅退款, 退货退款, 换货, 价保, 补寄, 维修.

    ``UNKNOWN`` is a kind this release does not know; the platform's own word is in ``AfterSale.platform_type``.
    """

    REFUND_ONLY = "refund_only"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"
    PRICE_PROTECTION = "price_protection"
    RESEND = "resend"
    REPAIR = "repair"
    UNKNOWN = "unknown"


class AfterSaleStatus(StrEnum):
    """Who has to act, or how it ended.

    ``DISPUTED`` is in the platform's hands (平台介入). ``REFUNDING`` is agreed, the money on its way.
    ``UNKNOWN`` is a state this release does not know; the platform's own word is in ``AfterSale.platform_status``.
    """

    WAITING_SHOP = "waiting_shop"
    WAITING_BUYER = "waiting_buyer"
    WAITING_RETURN = "waiting_return"
    WAITING_RETURN_RECEIPT = "waiting_return_receipt"
    WAITING_RESHIP = "waiting_reship"
    WAITING_RESHIP_RECEIPT = "waiting_reship_receipt"
    DISPUTED = "disputed"
    REFUNDING = "refunding"
    REFUND_FAILED = "refund_failed"
    REJECTED = "rejected"
    COMPLETED = "completed"
    CANCELED = "canceled"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class AfterSaleParty(StrEnum):
    """Who acts in a case: 买家, 商家, 平台, nobody (a clock ran out), unknown."""

    BUYER = "buyer"
    SHOP = "shop"
    PLATFORM = "platform"
    CLOCK = "clock"
    UNKNOWN = "unknown"


class RefundStatus(StrEnum):
    """What became of one refund. ``RECOVERED`` was advanced by the platform and taken from the shop later (追缴)."""

    PENDING = "pending"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RECOVERED = "recovered"
    UNKNOWN = "unknown"


class AfterSaleLine(Model):
    """Which goods the case is about, and how many."""

    line_id: str = ""
    """The order's line; empty where the platform names only the SKU."""
    product_id: Id
    """The product (SPU)."""
    sku_id: str = ""
    """The variant (SKU); empty where the platform names only the product."""
    quantity: int = Field(ge=1)
    """How many units."""
    requested: Amount | None = None
    """What is asked back for them; None where the platform says it only for the whole case."""


class Refund(Model):
    """One payment back to the buyer."""

    refund_id: str = ""
    """The payment channel's number of the refund."""
    amount: Amount
    """What goes back to the buyer, freight included."""
    freight: Amount | None = None
    """The part of it that is freight; None where the platform does not say."""
    status: RefundStatus
    """What became of it."""
    platform_status: str = ""
    """The platform's own status, as text."""
    method: str = ""
    """The platform's word for the way back."""
    at: Instant | None = None
    """When it succeeded or failed; None before."""
    returned_discounts: tuple[Discount, ...] = ()
    """Reductions that go back to whoever bore them (平台补贴退回 …)."""


class ReturnParcel(Model):
    """The parcel in which the buyer sends the goods back."""

    waybill_id: Id
    """The carrier's number."""
    carrier_code: str = ""
    """The platform's code of the carrier."""
    carrier_name: str = ""
    """The carrier in words."""
    sent_at: Instant | None = None
    """When the buyer sent it."""
    received_at: Instant | None = None
    """When the shop received it."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        not_before(self.sent_at, self.received_at, names=("sent_at", "received_at"))
        return self


class Exchange(Model):
    """Other goods instead of the bought ones."""

    from_sku_id: Id
    """The variant that was bought."""
    to_sku_id: Id
    """The variant wanted instead."""
    quantity: int = Field(ge=1)
    """How many units."""
    reship_waybill_id: str = ""
    """The parcel with the new goods."""


class AfterSaleStep(Model):
    """Something somebody did in the case: applied, refused, sent evidence, asked the platform in."""

    at: Instant
    """When."""
    party: AfterSaleParty
    """Who."""
    action: str
    """What, in the platform's own word."""
    text: Personal = ""
    """What they wrote."""


class AfterSale(Model):
    """One after-sale case of one order. ``(space, platform, shop_id, aftersale_id)`` identifies it.

    ```python
    from datetime import UTC, datetime
    from privdomain import Money
    from privdomain.models import AfterSale, AfterSaleLine, AfterSaleStatus, AfterSaleType, Refund, RefundStatus

    at = datetime(2026, 11, 14, tzinfo=UTC)
    case = AfterSale(
        platform="wechat_shop", shop_id="s1", aftersale_id="r1", order_id="A1", type=AfterSaleType.REFUND_ONLY,
        status=AfterSaleStatus.COMPLETED, created_at=at, updated_at=at,
        lines=(AfterSaleLine(product_id="p1", sku_id="k1", quantity=1),),
        refunds=(
            Refund(amount=Money.cny("9"), status=RefundStatus.SUCCEEDED, at=at),
            Refund(amount=Money.cny("9"), status=RefundStatus.FAILED, at=at),
        ),
    )
    assert case.refunded("CNY") == Money.cny("9")
    ```

    Raises:
        pydantic.ValidationError: for a negative amount, a second currency, an end before its start.
    """

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform."""
    shop_id: Id
    """The shop, as the platform names it."""
    aftersale_id: Id
    """The case, as the platform names it."""
    order_id: Id
    """The order it is about."""
    type: AfterSaleType
    """What is asked for."""
    platform_type: str = ""
    """The platform's own word for it."""
    status: AfterSaleStatus
    """Who has to act, or how it ended."""
    platform_status: str = ""
    """The platform's own status, as text; tells more than ``UNKNOWN`` does."""
    created_at: Instant
    """When it was opened."""
    updated_at: Instant
    """When the platform last changed it."""
    deadline_at: Instant | None = None
    """When the clock of the present state runs out; None where there is none."""
    completed_at: Instant | None = None
    """When it ended; None while it is open."""
    lines: tuple[AfterSaleLine, ...] = ()
    """Which goods; empty for a case about the whole order."""
    requested: Amount | None = None
    """What is asked back, freight included."""
    requested_freight: Amount | None = None
    """The part of it that is freight."""
    refunds: tuple[Refund, ...] = ()
    """The payments back, tried or done."""
    reason_code: str = ""
    """The buyer's reason, as the platform codes it."""
    reason: str = ""
    """The same in the platform's words."""
    description: Personal = ""
    """What the buyer wrote."""
    reject_reason: str = ""
    """Why the shop refused."""
    opened_by: AfterSaleParty = AfterSaleParty.UNKNOWN
    """Who opened it."""
    goods_received: bool | None = None
    """Whether the buyer says that the goods arrived; None where the platform does not ask."""
    returned: ReturnParcel | None = None
    """The buyer's parcel."""
    exchange: Exchange | None = None
    """What is wanted instead; stays when the case becomes a refund after all (换货转退款)."""
    buyer: Buyer | None = None
    """Who asks; None where the platform does not say."""
    complaint_id: str = ""
    """The dispute (纠纷) it became."""
    evidence: tuple[str, ...] = Field(default=(), repr=False)
    """The platform's ids or addresses of pictures and films."""
    steps: tuple[AfterSaleStep, ...] = ()
    """What happened, oldest first."""
    raw: Raw = Field(default_factory=dict)
    """The platform's own payload."""

    @property
    def version(self) -> int:
        """Which copy is newer: the platform's update time in microseconds since 1970 (UTC)."""
        return instant_micros(self.updated_at)

    def refunded(self, currency: str) -> Money:
        """What the buyer has really got back; a case without refunds has no currency of its own."""
        done = (RefundStatus.SUCCEEDED, RefundStatus.RECOVERED)
        return sum((refund.amount for refund in self.refunds if refund.status in done), Money.zero(currency))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        not_before(self.created_at, self.completed_at, names=("created_at", "completed_at"))
        amounts = list(self._amounts())
        if amounts:
            one_currency(amounts[0][1].currency, amounts)
        return self

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        for name, amount in (("requested", self.requested), ("requested_freight", self.requested_freight)):
            if amount is not None:
                yield name, amount
        for position, line in enumerate(self.lines):
            if line.requested is not None:
                yield f"lines[{position}].requested", line.requested
        for position, refund in enumerate(self.refunds):
            yield f"refunds[{position}].amount", refund.amount
            if refund.freight is not None:
                yield f"refunds[{position}].freight", refund.freight
            for place, discount in enumerate(refund.returned_discounts):
                yield f"refunds[{position}].returned_discounts[{place}].amount", discount.amount
