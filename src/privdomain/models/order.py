"""An order as every platform, till and shop of one's own can say it.

Amounts are what the buyer sees: a line's ``paid`` is the line total after every reduction, and
``total = Σ line.paid + freight`` unless a platform says otherwise in ``raw``. Reductions are kept apart by who
pays for them, because a refund, a commission and a margin each need another part of them.
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
    one_currency,
)
from privdomain.models.identity import IdentityKey
from privdomain.models.shipment import Parcel
from privdomain.money import Money

__all__ = [
    "Buyer",
    "Discount",
    "DiscountPayer",
    "Order",
    "OrderLine",
    "OrderSource",
    "OrderStatus",
    "Payment",
    "Receiver",
]


class OrderStatus(StrEnum):
    """Where an order stands, in the words of every platform. 订单状态

    ``ON_HOLD`` is paid but not yet effective: a gift not accepted (礼物待领取), a group still forming (拼团中).
    ``UNKNOWN`` is a state this release does not know; the platform's own word is in ``Order.platform_status``.
    """

    PENDING_PAYMENT = "pending_payment"
    ON_HOLD = "on_hold"
    PAID = "paid"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class DiscountPayer(StrEnum):
    """Who bears a reduction: 商家, 平台, 达人, 积分抵扣, 优惠券 whose payer the platform does not say, unknown."""

    SHOP = "shop"
    PLATFORM = "platform"
    TALENT = "talent"
    POINTS = "points"
    COUPON = "coupon"
    UNKNOWN = "unknown"


class Discount(Model):
    """One reduction: who pays it, and how much. A price that was raised is no reduction: it shows in ``paid``."""

    payer: DiscountPayer
    """Who bears it."""
    amount: Amount
    """How much the buyer pays less, zero or more."""
    name: str = ""
    """The platform's name for it."""
    reference_id: str = ""
    """The coupon, activity or task behind it, where the platform says so."""


class Payment(Model):
    """One payment of an order, as the platform records it."""

    method: str
    """The platform's word for the way of paying, kept as it is."""
    amount: Amount
    """How much was paid this way."""
    paid_at: Instant | None = None
    """When; None while it has not happened."""
    transaction_id: str = ""
    """The payment channel's own number."""


class Buyer(Model):
    """Who ordered: the platform's id, and every key that can identify the person elsewhere."""

    buyer_id: Id
    """The platform's id of the buyer."""
    keys: tuple[IdentityKey, ...] = ()
    """Keys for joining this buyer with the same person elsewhere."""
    nickname: Personal = ""
    """The name shown on the platform."""


class Receiver(Model):
    """Who gets the parcel; often masked by the platform. Nothing of it is shown by ``repr``."""

    name: Personal = ""
    """Who, as written on the parcel."""
    phone: Personal = ""
    """Number or masked number."""
    province: str = ""
    """省."""
    city: str = ""
    """市."""
    district: str = ""
    """区县."""
    address: Personal = ""
    """Street and house."""
    address_key: str = ""
    """The platform's pseudonymous key of this address within the shop (WeChat: ``hash_code``)."""


class OrderSource(Model):
    """What brought the order: channel, account and content, in the platform's own words."""

    channel: str = ""
    """The sales channel."""
    account_kind: str = ""
    """What kind of account: 视频号, 公众号, 企业微信, 达人 …"""
    account_id: str = ""
    """Which account."""
    content_kind: str = ""
    """Live room, short video, article, product card …"""
    content_id: str = ""
    """Which one of them."""
    scene: str = ""
    """The platform's scene value."""
    promoter_id: str = ""
    """Who promoted: 推客, 分享员, 团长 …"""


class OrderLine(Model):
    """One line: a SKU, how many, and what was paid for all of them together."""

    line_id: Id
    """The line within its order."""
    product_id: Id
    """The product (SPU)."""
    sku_id: Id
    """The variant (SKU)."""
    title: str = ""
    """The product's name when it was bought."""
    quantity: int = Field(ge=1)
    """How many units."""
    unit_price: Amount
    """List price of one unit before reductions."""
    paid: Amount
    """Line total after all reductions (not per unit)."""
    discounts: tuple[Discount, ...] = ()
    """The reductions of this line."""
    is_freebie: bool = False
    """A gift that came with another line (赠品): no revenue, no demand signal of its own."""
    merchant_sku: str = ""
    """The merchant's own code (商家编码)."""
    attributes: tuple[tuple[str, str], ...] = ()
    """The variant in words: (颜色, 红), (尺码, M) …"""
    refunding_quantity: int = Field(default=0, ge=0)
    """Units in after-sale now."""
    refunded_quantity: int = Field(default=0, ge=0)
    """Units refunded so far."""
    source: OrderSource | None = None
    """What brought this line, where the platform says it by line."""


class Order(Model):
    """One order of one shop.

    ``platform`` is our name of the platform (``"wechat_shop"``), or ``"own"`` (自营商城) or ``"offline"`` (门店).
    ``(space, platform, shop_id, order_id)`` identifies it; of two copies the one with the larger ``version`` is
    the newer.

    ```python
    from datetime import UTC, datetime
    from privdomain import Money
    from privdomain.models import Buyer, Order, OrderLine, OrderStatus

    at = datetime(2026, 11, 11, tzinfo=UTC)
    line = OrderLine(
        line_id="1", product_id="p1", sku_id="s1", quantity=2, unit_price=Money.cny("10"), paid=Money.cny("18")
    )
    order = Order(
        platform="own", shop_id="mall", order_id="A1", status=OrderStatus.PAID, created_at=at, updated_at=at,
        paid_at=at, lines=(line,), freight=Money.cny("5"), total=Money.cny("23"), buyer=Buyer(buyer_id="b1"),
    )
    assert order.goods_paid == Money.cny("18") and order.version == 1_794_355_200_000_000
    ```

    Raises:
        pydantic.ValidationError: for a negative amount, a second currency, two lines with one id.
    """

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform, or ``own``, or ``offline``."""
    shop_id: Id
    """The shop, as the platform names it."""
    order_id: Id
    """The order, as the platform names it."""
    status: OrderStatus
    """Where it stands."""
    platform_status: str = ""
    """The platform's own status, as text; tells more than ``UNKNOWN`` does."""
    created_at: Instant
    """When it was placed."""
    updated_at: Instant
    """When the platform last changed it."""
    paid_at: Instant | None = None
    """When it was paid; None while it is not."""
    shipped_at: Instant | None = None
    """When everything was shipped; None while it is not."""
    completed_at: Instant | None = None
    """When it was completed; None while it is not."""
    lines: tuple[OrderLine, ...]
    """What was bought."""
    discounts: tuple[Discount, ...] = ()
    """Reductions of the whole order that no line carries."""
    freight: Amount
    """What the buyer pays for delivery."""
    total: Amount
    """What the buyer pays, freight included."""
    payments: tuple[Payment, ...] = ()
    """How it was paid."""
    buyer: Buyer
    """Who ordered; in a gift order the receiver of the gift."""
    receiver: Receiver | None = None
    """Who gets the parcel."""
    parcels: tuple[Parcel, ...] = ()
    """What has been shipped so far, parcel by parcel."""
    source: OrderSource | None = None
    """What brought the order."""
    is_gift: bool = False
    """送礼物: the buyer here is the receiver of the gift; ``giver`` is who paid."""
    giver: Buyer | None = None
    """Who paid for the gift."""
    buyer_note: Personal = ""
    """What the buyer wrote to the shop."""
    raw: Raw = Field(default_factory=dict)
    """The platform's own payload."""

    @property
    def currency(self) -> str:
        """The one currency of the order."""
        return self.total.currency

    @property
    def version(self) -> int:
        """Which copy is newer: the platform's update time in microseconds since 1970 (UTC)."""
        return instant_micros(self.updated_at)

    @property
    def goods_paid(self) -> Money:
        """What was paid for the goods, freight left out."""
        return sum((line.paid for line in self.lines), Money.zero(self.currency))

    @property
    def discounted(self) -> Money:
        """All reductions, of the lines and of the order."""
        reductions = (discount.amount for discount in self.discounts)
        by_line = (discount.amount for line in self.lines for discount in line.discounts)
        return sum(by_line, sum(reductions, Money.zero(self.currency)))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        one_currency(self.currency, self._amounts())
        seen = set[str]()
        for position, line in enumerate(self.lines):
            if line.line_id in seen:
                raise ValueError(
                    f"lines[{position}] has the line_id of an earlier line; ids are unique in an order"
                )
            seen.add(line.line_id)
        return self

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        yield "freight", self.freight
        for position, line in enumerate(self.lines):
            yield f"lines[{position}].unit_price", line.unit_price
            yield f"lines[{position}].paid", line.paid
            for place, discount in enumerate(line.discounts):
                yield f"lines[{position}].discounts[{place}].amount", discount.amount
        for position, discount in enumerate(self.discounts):
            yield f"discounts[{position}].amount", discount.amount
        for position, payment in enumerate(self.payments):
            yield f"payments[{position}].amount", payment.amount
