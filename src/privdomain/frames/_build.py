"""How records become a frame: rows in a schema's order, typed by its kinds, local days made once.

Instants travel as whole microseconds, because that is exact and five times faster than handing over datetimes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from privdomain.errors import ArgumentError
from privdomain.frames._backend import Backend
from privdomain.frames.schema import Column, Kind, Schema

if TYPE_CHECKING:
    import polars as pl

    from privdomain.calendar import Zone

__all__ = ["NO_MONEY", "build", "local_day", "micros", "or_none", "records"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

_Record = TypeVar("_Record")

NO_MONEY: Final = (None, None)
"""Amount and currency of a record without money."""


def micros(at: datetime | None) -> int | None:
    """Microseconds since 1970 (UTC)."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def or_none(text: str) -> str | None:
    """Records say "not known" with an empty text, columns with a null that counts, joins and rules understand."""
    return text or None


def records(given: Iterable[_Record], kind: type[_Record], *, of: str) -> Iterator[_Record]:
    """The records a builder was given, each of them one.

    Raises:
        ArgumentError: for a single record, which iterates over its own fields, and for whatever else is no record.
    """
    name = kind.__name__
    if isinstance(given, kind):
        raise ArgumentError(f"{of} takes many records, and this is one {name}; pass [it] in a list")
    if not isinstance(given, Iterable):
        raise ArgumentError(f"{of} takes an iterable of {name} records, not a {type(given).__name__}")
    for position, record in enumerate(given):
        if not isinstance(record, kind):
            raise ArgumentError(
                f"{of}: item {position} is a {type(record).__name__}, not {name} of privdomain.models; "
                f"{name}.model_validate(…) makes one of a dict"
            )
        yield record


def build(
    schema: Schema,
    rows: Iterable[Sequence[Any]],
    *,
    days: Mapping[str, tuple[str, ...]],
    zone: Zone,
    backend: Backend,
    last_moments: Collection[str] = (),
) -> Any:  # the frame's type is the backend's
    """A frame of ``schema`` from rows that hold its required columns in order, the local days left out.

    ``days`` says of which instants, the first that is known, each local day is made; those in ``last_moments``
    are the days of the moment before, because that instant is the end of a period. Instants in ``rows`` are
    microseconds.
    """
    import polars as pl  # noqa: PLC0415  (the engine loads when a frame is made, not before)

    from privdomain.frames._engines import make  # noqa: PLC0415  (narwhals loads with it)

    columns = [column for column in schema if column.required and column.name not in days]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    made = {column.name: _series(column, cells) for column, cells in zip(columns, values, strict=True)}
    for name, instants in days.items():
        at = pl.select(pl.coalesce([made[instant] for instant in instants])).to_series()
        if name in last_moments:
            at -= _MICROSECOND
        made[name] = local_day(at, zone=zone).alias(name)
    return make({name: made[name] for name in schema.names if name in made}, backend=backend)


def local_day(at: pl.Series, *, zone: Zone) -> pl.Series:
    """The date on the wall calendar of ``zone`` at each instant."""
    from privdomain.calendar import find_zone  # noqa: PLC0415  (a schema needs no calendar)

    return at.dt.convert_time_zone(find_zone(zone).key).dt.date()


def _series(column: Column, cells: Sequence[Any]) -> pl.Series:
    import polars as pl  # noqa: PLC0415

    if column.kind is Kind.INSTANT:
        return pl.Series(column.name, cells, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
    dtypes = {
        Kind.STRING: pl.String(),
        Kind.INT: pl.Int64(),
        Kind.FLOAT: pl.Float64(),
        Kind.BOOL: pl.Boolean(),
        Kind.DATE: pl.Date(),
    }
    return pl.Series(column.name, cells, dtype=dtypes[column.kind])
