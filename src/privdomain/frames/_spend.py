"""Money spent on getting and keeping customers, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from privdomain.frames._backend import Backend
from privdomain.frames._build import build, micros, or_none, records
from privdomain.frames.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from privdomain.calendar import Zone
    from privdomain.models import Spend

__all__ = ["SPEND", "spend"]

SPEND: Final = Schema(
    "spend",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("spend_id", Kind.STRING, "one id for one item of spending"),
        Column("channel", Kind.STRING, "where"),
        Column("campaign", Kind.STRING, "the campaign", nullable=True),
        Column("promoter_id", Kind.STRING, "the KOL or talent it went to", nullable=True),
        Column("code_id", Kind.STRING, "the channel code it paid for", nullable=True),
        Column("product_id", Kind.STRING, "the product it was for", nullable=True),
        Column("kind", Kind.STRING, "what it was spent on, a word of SpendKind"),
        Column("amount_minor", Kind.INT, "how much", "minor", minimum=0),
        Column("currency", Kind.STRING, "the amount's currency", "ISO 4217"),
        Column(
            "starts_at", Kind.INSTANT, "the beginning of the period it pays for", "UTC", may_be_future=True
        ),
        Column("ends_at", Kind.INSTANT, "its end, not part of it", "UTC", may_be_future=True),
        Column(
            "first_date", Kind.DATE, "its first day, in the business zone", "local day", may_be_future=True
        ),
        Column("last_date", Kind.DATE, "its last day, in the business zone", "local day", may_be_future=True),
    ),
    doc="One row per item of spending.",
    key=("space", "spend_id"),
)


def spend(
    spend: Iterable[Spend], *, zone: Zone = "Asia/Shanghai", backend: Backend = "polars"
) -> Any:  # the frame's type is the backend's
    """A frame of `SPEND`, one row per item of spending.

    ``zone`` decides which local days the period touches: one from midnight to midnight ends on the day before.
    """
    days = {"first_date": ("starts_at",), "last_date": ("ends_at",)}
    return build(SPEND, _rows(spend), days=days, zone=zone, backend=backend, last_moments={"last_date"})


def _rows(spend: Iterable[Spend]) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Spend  # noqa: PLC0415  (the door loads no models)

    for item in records(spend, Spend, of="frames.spend"):
        yield (
            item.space,
            item.spend_id,
            item.channel,
            or_none(item.campaign),
            or_none(item.promoter_id),
            or_none(item.code_id),
            or_none(item.product_id),
            item.kind.value,
            item.amount.minor,
            item.amount.currency,
            micros(item.starts_at),
            micros(item.ends_at),
        )
