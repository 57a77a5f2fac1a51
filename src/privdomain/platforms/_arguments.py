"""What every canonical method refuses before it asks the platform, so that all platforms refuse the same."""

from __future__ import annotations

from collections.abc import Sized

from privdomain.calendar import Period
from privdomain.errors import ArgumentError

__all__ = ["check_ids", "check_operator", "check_parcels", "check_period", "check_units"]


def check_ids(method: str, /, **ids: object) -> None:
    """Ids are text: a number loses digits on its way through other programs, and an empty one asks for anything."""
    for name, value in ids.items():
        if not isinstance(value, str):
            raise ArgumentError(
                f"{method}: {name} is {type(value).__name__}; ids are text, for instance '37…'"
            )
        if not value.strip():
            raise ArgumentError(f"{method}: {name} is empty; it is the id as the platform writes it")


def check_operator(operator_id: object) -> None:
    """Who looks at a receiver in clear is said on every platform, also where the platform itself takes no name."""
    if not isinstance(operator_id, str) or not operator_id.strip():
        raise ArgumentError("operator_id is empty; it is who looks at the receiver, for the record of it")


def check_parcels(parcels: Sized) -> None:
    """Something is shipped."""
    if not parcels:
        raise ArgumentError("parcels is empty; ship() tells of one parcel at least")


def check_period(name: str, period: object) -> None:
    """A listing is given a `Period`, whose ends are aware."""
    if not isinstance(period, Period):
        raise ArgumentError(f"{name} is {type(period).__name__}; give a Period, as {name}=Period(start, end)")


def check_units(quantity: object) -> None:
    """A stock is a whole number from zero up."""
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 0:
        raise ArgumentError(f"quantity={quantity!r}; a stock is a whole number from zero up")
