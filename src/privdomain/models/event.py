"""What a customer did. 行为事件

An event is a fact about a person; what an engine decided is an entry of a stream, what a platform told us a notice.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Payload, Space
from privdomain.models.identity import IdentityKey

__all__ = ["Event", "EventKind"]


class EventKind(StrEnum):
    """Names that the library itself gives or reads; any other text may stand in ``Event.kind``."""

    PAGE_VIEWED = "page_viewed"
    PRODUCT_VIEWED = "product_viewed"
    SEARCHED = "searched"
    ADDED_TO_CART = "added_to_cart"
    CHECKOUT_STARTED = "checkout_started"
    ORDERED = "ordered"
    PAID = "paid"
    RECEIVED = "received"
    REFUNDED = "refunded"
    REVIEWED = "reviewed"
    SHARED = "shared"
    COUPON_CLAIMED = "coupon_claimed"
    LIVE_JOINED = "live_joined"
    LIVE_RESERVED = "live_reserved"
    CONTACT_ADDED = "contact_added"
    CONTACT_REMOVED = "contact_removed"
    GROUP_JOINED = "group_joined"
    GROUP_LEFT = "group_left"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    MESSAGE_OPENED = "message_opened"
    MESSAGE_CLICKED = "message_clicked"
    MESSAGE_REPLIED = "message_replied"
    REGISTERED = "registered"


class Event(Model):
    """One thing a customer did, once. ``(space, event_id)`` identifies it.

    ```python
    from datetime import UTC, datetime
    from privdomain.models import Event, EventKind

    viewed = Event(
        event_id="e1", kind=EventKind.PRODUCT_VIEWED, at=datetime(2026, 11, 11, tzinfo=UTC), customer_id="c1",
        product_id="p1", properties={"seconds": 12},
    )
    assert viewed.kind == "product_viewed"
    ```
    """

    space: Space = ""
    """The tenant."""
    event_id: Id
    """One id for one happening: the same event delivered twice carries it twice."""
    kind: Id
    """A word of `EventKind`, or any other text."""
    at: Instant
    """When it happened."""
    received_at: Instant | None = None
    """When we learned of it; later than ``at`` for a late event."""
    sequence: int = Field(default=0, ge=0)
    """Orders events of the same instant, in the order in which they were taken in."""
    customer_id: str = ""
    """Our id of the person, once identity has found it."""
    key: IdentityKey | None = None
    """The key under which the person was seen."""
    platform: str = ""
    """Where: our name of the platform."""
    shop_id: str = ""
    """Where: the shop."""
    session_id: str = ""
    """The visit it belongs to."""
    order_id: str = ""
    """The order it is about."""
    product_id: str = ""
    """The product it is about."""
    sku_id: str = ""
    """The variant it is about."""
    content_id: str = ""
    """The live room, article or film it is about."""
    quantity: int | None = Field(default=None, ge=0)
    """How many units; None where units say nothing."""
    value: Amount | None = None
    """The money in it; None where there is none."""
    properties: Payload = Field(default_factory=dict)
    """Whatever else is known."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.customer_id and self.key is None:
            raise ValueError(
                "nobody did it: give the customer_id, or the key under which the person was seen"
            )
        return self
