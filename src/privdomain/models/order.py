"""An order as every platform, till and shop of one's own can say it.

Amounts are what the buyer sees: a line's ``paid`` is the line total after every reduction, and
``total = Σ line.paid + freight`` unless a platform says otherwise in ``raw``. Reductions are kept apart by who
pays for them, because a refund, a commission and a margin each need another part of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import Field

from privdomain.models._base import Id, Instant, Model, Personal, Raw
from privdomain.models.identity import IdentityKey
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
    "instant_micros",
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
    """One reduction: who pays it, how much (zero or more), and the platform's name for it."""

    payer: DiscountPayer
    amount: Money
    name: str = ""
    reference_id: str = ""
    """The coupon, activity or task behind it, where the platform says so."""


class Payment(Model):
    """One payment of an order, as the platform records it."""

    method: str
    """The platform's word for the way of paying, kept as it is."""
    amount: Money
    paid_at: Instant | None = None
    transaction_id: str = ""


class Buyer(Model):
    """Who ordered: the platform's id, and every key that can identify the person elsewhere."""

    buyer_id: Id
    keys: tuple[IdentityKey, ...] = ()
    nickname: Personal = ""


class Receiver(Model):
    """Who gets the parcel; often masked by the platform. Nothing of it is shown by ``repr``."""

    name: Personal = ""
    phone: Personal = ""
    province: str = ""
    city: str = ""
    district: str = ""
    address: Personal = ""
    address_key: str = ""
    """The platform's pseudonymous key of this address within the shop (WeChat: ``hash_code``)."""


class OrderSource(Model):
    """What brought the order: channel, account and content, in the platform's own words."""

    channel: str = ""
    account_kind: str = ""
    account_id: str = ""
    content_kind: str = ""
    content_id: str = ""
    scene: str = ""
    promoter_id: str = ""


class OrderLine(Model):
    """One line: a SKU, how many, and what was paid for all of them together."""

    line_id: Id
    product_id: Id
    sku_id: Id
    title: str = ""
    quantity: int = Field(ge=1)
    unit_price: Money
    """List price of one unit before reductions."""
    paid: Money
    """Line total after all reductions (not per unit)."""
    discounts: tuple[Discount, ...] = ()
    is_freebie: bool = False
    """A gift that came with another line (赠品): no revenue, no demand signal of its own."""
    merchant_sku: str = ""
    """The merchant's own code (商家编码)."""
    attributes: tuple[tuple[str, str], ...] = ()
    refunding_quantity: int = Field(default=0, ge=0)
    refunded_quantity: int = Field(default=0, ge=0)
    source: OrderSource | None = None


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
    """

    space: str = ""
    platform: Id
    shop_id: Id
    order_id: Id
    status: OrderStatus
    platform_status: str = ""
    """The platform's own status, as text; tells more than ``UNKNOWN`` does."""
    created_at: Instant
    updated_at: Instant
    paid_at: Instant | None = None
    shipped_at: Instant | None = None
    completed_at: Instant | None = None
    lines: tuple[OrderLine, ...]
    discounts: tuple[Discount, ...] = ()
    """Reductions of the whole order that no line carries."""
    freight: Money
    total: Money
    """What the buyer pays, freight included."""
    payments: tuple[Payment, ...] = ()
    buyer: Buyer
    receiver: Receiver | None = None
    source: OrderSource | None = None
    is_gift: bool = False
    """送礼物: the buyer here is the receiver of the gift; ``giver`` is who paid."""
    giver: Buyer | None = None
    buyer_note: Personal = ""
    raw: Raw = Field(default_factory=dict)

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


def instant_micros(at: datetime) -> int:
    """Microseconds since 1970 (UTC) as an exact integer; ``timestamp()`` would go through a float."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
