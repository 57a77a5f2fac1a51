"""Orders that others brought, and what they get for it: one view of every alliance. CPS 联盟订单

Only settled amounts are money; estimates change with every partial refund until settlement, and what is refunded
after it is clawed back in a later month. Rows are pulled by update time and replaced by the newer ``version``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import (
    Amount,
    BasisPoints,
    Id,
    Instant,
    Model,
    Raw,
    Space,
    instant_micros,
    one_currency,
)
from privdomain.models.order import Buyer
from privdomain.money import Money

__all__ = [
    "CommissionAdjustment",
    "CommissionDirection",
    "CommissionOrder",
    "CommissionParty",
    "CommissionShare",
    "CommissionStatus",
]


class CommissionStatus(StrEnum):
    """The life of a commission: created → paid → received → approved → settled | invalid | clawed back.

    ``UNKNOWN`` is a state this release does not know; the alliance's own word is in ``platform_status``.
    """

    CREATED = "created"
    PAID = "paid"
    RECEIVED = "received"
    APPROVED = "approved"
    SETTLED = "settled"
    INVALID = "invalid"
    CLAWED_BACK = "clawed_back"
    UNKNOWN = "unknown"


class CommissionParty(StrEnum):
    """Who shares in it; any other text may stand in ``CommissionShare.party``.

    达人, 推客/分享员, 团长, 机构, 平台, 商家.
    """

    TALENT = "talent"
    PROMOTER = "promoter"
    LEADER = "leader"
    AGENCY = "agency"
    PLATFORM = "platform"
    SHOP = "shop"


class CommissionDirection(StrEnum):
    """Whether the owner of the view receives or pays it."""

    INCOME = "income"
    EXPENSE = "expense"


class CommissionShare(Model):
    """One party's part of the commission."""

    party: Id
    """A word of `CommissionParty`, or any other text."""
    party_id: str = ""
    """Who, as the alliance names them."""
    rate_bp: BasisPoints | None = None
    """Their rate in basis points; None while the alliance is still computing it."""
    estimated: Amount | None = None
    """What they may expect."""
    settled: Amount | None = None
    """What they have got."""
    settled_at: Instant | None = None
    """When they got it."""


class CommissionAdjustment(Model):
    """A later change of a settled commission: a clawback is negative, a supplement positive."""

    at: Instant
    """When it was booked."""
    amount: Money
    """By how much, with its sign."""
    reason: str = ""
    """The alliance's word for it."""


class CommissionOrder(Model):
    """One row of an alliance: one SKU of one order that somebody brought.

    ``(space, alliance, row_id, role, direction)`` identifies it.

    ```python
    from datetime import UTC, datetime
    from decimal import Decimal
    from privdomain import Money
    from privdomain.models import CommissionOrder, CommissionShare, CommissionStatus

    at = datetime(2026, 11, 11, tzinfo=UTC)
    row = CommissionOrder(
        alliance="wechat_league", row_id="A1/k1", order_id="A1", sku_id="k1", status=CommissionStatus.SETTLED,
        base=Money.cny("175"), updated_at=at,
        shares=(
            CommissionShare(party="talent", rate_bp=Decimal(1000), settled=Money.cny("17.50"), settled_at=at),
            CommissionShare(party="agency", rate_bp=Decimal(500), settled=Money.cny("8.75"), settled_at=at),
        ),
    )
    assert row.settled("CNY") == Money.cny("26.25")
    ```
    """

    space: Space = ""
    """The tenant."""
    alliance: Id
    """Our name of the alliance."""
    row_id: Id
    """The row, as the alliance names it; order and SKU where it has no name."""
    role: str = ""
    """In whose view the row was read: ``shop``, ``talent``, ``leader``, ``agency``, ``promoter``."""
    direction: CommissionDirection = CommissionDirection.INCOME
    """Whether the viewer receives or pays it."""
    order_id: Id
    """The order, as the selling platform names it."""
    parent_order_id: str = ""
    """The order it was split from."""
    shop_id: str = ""
    """The selling shop."""
    product_id: str = ""
    """The product (SPU)."""
    sku_id: str = ""
    """The variant (SKU)."""
    title: str = ""
    """The product's name."""
    quantity: int = Field(default=1, ge=0)
    """How many units."""
    returned_quantity: int = Field(default=0, ge=0)
    """How many of them came back."""
    status: CommissionStatus
    """Where it stands."""
    platform_status: str = ""
    """The alliance's own status, as text."""
    invalid_reason: str = ""
    """Why nothing is paid, in the alliance's word."""
    paid_amount: Amount | None = None
    """What the buyer paid for it."""
    base: Amount | None = None
    """What the rate is applied to: at first an estimate, recomputed at completion."""
    rate_bp: BasisPoints | None = None
    """The whole rate in basis points; None while the alliance is still computing it."""
    service_fee: Amount | None = None
    """What the alliance keeps for itself."""
    shares: tuple[CommissionShare, ...] = ()
    """Who gets what; up to five parties share one row."""
    adjustments: tuple[CommissionAdjustment, ...] = ()
    """Changes after settlement."""
    ordered_at: Instant | None = None
    """When the order was placed."""
    paid_at: Instant | None = None
    """When it was paid."""
    received_at: Instant | None = None
    """When the buyer confirmed receipt."""
    settled_at: Instant | None = None
    """When the commission was settled."""
    settle_on: date | None = None
    """The day on which settlement is expected."""
    updated_at: Instant
    """When the alliance last changed the row."""
    position_id: str = ""
    """The promotion position (PID)."""
    custom: str = ""
    """The promoter's own parameter, echoed by the alliance."""
    content_kind: str = ""
    """Live room, short video, shop window …"""
    content_id: str = ""
    """Which one of them."""
    buyer: Buyer | None = None
    """Who bought, where the alliance says so."""
    raw: Raw = Field(default_factory=dict)
    """The alliance's own row."""

    @property
    def version(self) -> int:
        """Which copy is newer: the update time in microseconds since 1970 (UTC)."""
        return instant_micros(self.updated_at)

    def estimated(self, currency: str) -> Money:
        """What all parties may expect together."""
        return sum((share.estimated or Money.zero(currency) for share in self.shares), Money.zero(currency))

    def settled(self, currency: str) -> Money:
        """What all parties have got together, later adjustments included."""
        later = sum((change.amount for change in self.adjustments), Money.zero(currency))
        return sum((share.settled or Money.zero(currency) for share in self.shares), later)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        amounts = list(self._amounts())
        if amounts:
            one_currency(amounts[0][1].currency, amounts)
        return self

    def _amounts(self) -> Iterator[tuple[str, Money]]:
        whole = (("paid_amount", self.paid_amount), ("base", self.base), ("service_fee", self.service_fee))
        yield from ((name, amount) for name, amount in whole if amount is not None)
        for position, share in enumerate(self.shares):
            if share.estimated is not None:
                yield f"shares[{position}].estimated", share.estimated
            if share.settled is not None:
                yield f"shares[{position}].settled", share.settled
        for position, change in enumerate(self.adjustments):
            yield f"adjustments[{position}].amount", change.amount
