"""What customers did and what brought them, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from privdomain.frames._backend import Backend
from privdomain.frames._build import NO_MONEY, build, micros, or_none, records
from privdomain.frames.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from privdomain.calendar import Zone
    from privdomain.models import Event, IdentityKey, Touchpoint

__all__ = ["EVENTS", "TOUCHPOINTS", "events", "touchpoints"]

_NO_KEY: Final = (None, None, None)

_WHO: Final = (
    Column(
        "customer_id", Kind.STRING, "who, as we name them; null until identity has found it", nullable=True
    ),
    Column("key_kind", Kind.STRING, "the kind of key under which the person was seen", nullable=True),
    Column("key_value", Kind.STRING, "that key", nullable=True),
    Column("key_scope", Kind.STRING, "where equal values of it mean one person", nullable=True),
)

EVENTS: Final = Schema(
    "events",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("event_id", Kind.STRING, "one id for one happening"),
        Column("kind", Kind.STRING, "what happened, a word of EventKind or any other"),
        Column("at", Kind.INSTANT, "when it happened", "UTC"),
        Column("received_at", Kind.INSTANT, "when we learned of it", "UTC", nullable=True),
        Column("sequence", Kind.INT, "orders events of one instant", minimum=0),
        *_WHO,
        Column("platform", Kind.STRING, "where: our name of the platform", nullable=True),
        Column("shop_id", Kind.STRING, "where: the shop", nullable=True),
        Column("session_id", Kind.STRING, "the visit", nullable=True),
        Column("order_id", Kind.STRING, "the order it is about", nullable=True),
        Column("product_id", Kind.STRING, "the product it is about", nullable=True),
        Column("sku_id", Kind.STRING, "the variant it is about", nullable=True),
        Column("content_id", Kind.STRING, "the live room, article or film it is about", nullable=True),
        Column("quantity", Kind.INT, "how many units", "units", nullable=True, minimum=0),
        Column("value_minor", Kind.INT, "the money in it", "minor", nullable=True, minimum=0),
        Column("currency", Kind.STRING, "the money's currency", "ISO 4217", nullable=True),
        Column("event_date", Kind.DATE, "day on which it happened, in the business zone", "local day"),
    ),
    doc="One row per thing a customer did.",
    key=("space", "event_id"),
)

TOUCHPOINTS: Final = Schema(
    "touchpoints",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("touchpoint_id", Kind.STRING, "one id for one contact"),
        Column("at", Kind.INSTANT, "when", "UTC"),
        Column("interaction", Kind.STRING, "how near the person came, a word of Interaction or any other"),
        Column("channel", Kind.STRING, "where"),
        *_WHO,
        Column("account_id", Kind.STRING, "the brand's account on the channel", nullable=True),
        Column("staff_id", Kind.STRING, "the member of staff who was met", nullable=True),
        Column("campaign", Kind.STRING, "the campaign", nullable=True),
        Column("medium", Kind.STRING, "the kind of traffic", nullable=True),
        Column("content_kind", Kind.STRING, "live room, article, film …", nullable=True),
        Column("content_id", Kind.STRING, "which one of them", nullable=True),
        Column("term", Kind.STRING, "the search word", nullable=True),
        Column("scene", Kind.STRING, "the platform's scene value", nullable=True),
        Column("code_id", Kind.STRING, "the channel code that was scanned", nullable=True),
        Column("position_id", Kind.STRING, "the alliance's promotion position", nullable=True),
        Column("promoter_id", Kind.STRING, "the KOL, talent or 推客 who promoted", nullable=True),
        Column("referrer_id", Kind.STRING, "the customer who shared, as we name them", nullable=True),
        Column("store_id", Kind.STRING, "the shop floor", nullable=True),
        Column("shelf_id", Kind.STRING, "the place on it", nullable=True),
        Column("cost_minor", Kind.INT, "what this contact cost", "minor", nullable=True, minimum=0),
        Column("currency", Kind.STRING, "the cost's currency", "ISO 4217", nullable=True),
        Column("touch_date", Kind.DATE, "day on which it was, in the business zone", "local day"),
    ),
    doc="One row per inbound contact.",
    key=("space", "touchpoint_id"),
)


def events(
    events: Iterable[Event], *, zone: Zone = "Asia/Shanghai", backend: Backend = "polars"
) -> Any:  # the frame's type is the backend's
    """A frame of `EVENTS`, one row per event; ``properties`` stay with the records.

    ```python
    from datetime import UTC, datetime
    from privdomain import frames
    from privdomain.models import Event

    seen = Event(event_id="e1", kind="page_viewed", at=datetime(2026, 11, 11, tzinfo=UTC), customer_id="c1")
    assert frames.events([seen])["order_id"].to_list() == [None]
    ```
    """
    return build(EVENTS, _event_rows(events), days={"event_date": ("at",)}, zone=zone, backend=backend)


def touchpoints(
    touchpoints: Iterable[Touchpoint], *, zone: Zone = "Asia/Shanghai", backend: Backend = "polars"
) -> Any:  # the frame's type is the backend's
    """A frame of `TOUCHPOINTS`, one row per contact."""
    rows = _touchpoint_rows(touchpoints)
    return build(TOUCHPOINTS, rows, days={"touch_date": ("at",)}, zone=zone, backend=backend)


def _key(key: IdentityKey | None) -> tuple[str | None, ...]:
    return _NO_KEY if key is None else (key.kind, key.value, key.scope)


def _event_rows(events: Iterable[Event]) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Event  # noqa: PLC0415  (the door loads no models)

    for event in records(events, Event, of="frames.events"):
        yield (
            event.space,
            event.event_id,
            event.kind,
            micros(event.at),
            micros(event.received_at),
            event.sequence,
            or_none(event.customer_id),
            *_key(event.key),
            or_none(event.platform),
            or_none(event.shop_id),
            or_none(event.session_id),
            or_none(event.order_id),
            or_none(event.product_id),
            or_none(event.sku_id),
            or_none(event.content_id),
            event.quantity,
            *(NO_MONEY if event.value is None else (event.value.minor, event.value.currency)),
        )


def _touchpoint_rows(touchpoints: Iterable[Touchpoint]) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Touchpoint  # noqa: PLC0415  (the door loads no models)

    for touch in records(touchpoints, Touchpoint, of="frames.touchpoints"):
        yield (
            touch.space,
            touch.touchpoint_id,
            micros(touch.at),
            touch.interaction,
            touch.channel,
            or_none(touch.customer_id),
            *_key(touch.key),
            or_none(touch.account_id),
            or_none(touch.staff_id),
            or_none(touch.campaign),
            or_none(touch.medium),
            or_none(touch.content_kind),
            or_none(touch.content_id),
            or_none(touch.term),
            or_none(touch.scene),
            or_none(touch.code_id),
            or_none(touch.position_id),
            or_none(touch.promoter_id),
            or_none(touch.referrer_id),
            or_none(touch.store_id),
            or_none(touch.shelf_id),
            *(NO_MONEY if touch.cost is None else (touch.cost.minor, touch.cost.currency)),
        )
