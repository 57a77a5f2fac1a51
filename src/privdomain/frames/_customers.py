"""Customers as columns, without what names them: no name, number or address is in this frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from privdomain.frames._backend import Backend
from privdomain.frames._build import build, micros, or_none, records
from privdomain.frames.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from privdomain.calendar import Zone
    from privdomain.models import Customer

__all__ = ["CUSTOMERS", "customers"]

CUSTOMERS: Final = Schema(
    "customers",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("customer_id", Kind.STRING, "who, as we name them"),
        Column("status", Kind.STRING, "active, merged, restricted or erased"),
        Column("merged_into", Kind.STRING, "the survivor of a merged one", nullable=True),
        Column("gender", Kind.STRING, "as stated"),
        Column("birth_year", Kind.INT, "of birth", "year", nullable=True, minimum=1900),
        Column(
            "birth_month", Kind.INT, "of the birthday, in its calendar", "1 to 12", nullable=True, minimum=1
        ),
        Column(
            "birth_day", Kind.INT, "of the birthday, in its calendar", "1 to 31", nullable=True, minimum=1
        ),
        Column("birth_calendar", Kind.STRING, "solar or lunar", nullable=True),
        Column("province", Kind.STRING, "省", nullable=True),
        Column("city", Kind.STRING, "市", nullable=True),
        Column("district", Kind.STRING, "区县", nullable=True),
        Column("zone", Kind.STRING, "the person's time zone", "IANA name", nullable=True),
        Column("key_count", Kind.INT, "how many keys lead to the person", "keys", minimum=0),
        Column("first_seen_at", Kind.INSTANT, "when any key was first seen", "UTC", nullable=True),
        Column("registered_at", Kind.INSTANT, "when they became a member", "UTC", nullable=True),
        Column("updated_at", Kind.INSTANT, "when the record last changed", "UTC"),
        Column(
            "registered_date",
            Kind.DATE,
            "day of registered_at, in the business zone",
            "local day",
            nullable=True,
        ),
    ),
    doc="One row per customer.",
    key=("space", "customer_id"),
)


def customers(
    customers: Iterable[Customer], *, zone: Zone = "Asia/Shanghai", backend: Backend = "polars"
) -> Any:  # the frame's type is the backend's
    """A frame of `CUSTOMERS`, one row per customer."""
    days = {"registered_date": ("registered_at",)}
    return build(CUSTOMERS, _rows(customers), days=days, zone=zone, backend=backend)


def _rows(customers: Iterable[Customer]) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Customer  # noqa: PLC0415  (the door loads no models)

    for customer in records(customers, Customer, of="frames.customers"):
        born = customer.birthday
        yield (
            customer.space,
            customer.customer_id,
            customer.status.value,
            or_none(customer.merged_into),
            customer.gender.value,
            *((None,) * 4 if born is None else (born.year, born.month, born.day, born.calendar.value)),
            or_none(customer.province),
            or_none(customer.city),
            or_none(customer.district),
            or_none(customer.zone),
            len(customer.keys),
            micros(customer.first_seen_at),
            micros(customer.registered_at),
            micros(customer.updated_at),
        )
