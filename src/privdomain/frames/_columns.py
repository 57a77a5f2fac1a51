"""Rows of a database into a frame, column by column: no object a row, no guessing of types.

What comes in is what a database driver hands over cheaply: text, integers, instants as microseconds since 1970,
booleans as 0 and 1. What goes out has the kinds of a `Schema`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from privdomain.frames._backend import Backend
from privdomain.frames._engines import make
from privdomain.frames.schema import Kind, Schema

if TYPE_CHECKING:
    import polars as pl

__all__ = ["frame_from_rows", "local_day_sources"]

_DAY_OF = {"order_date": ("paid_at", "created_at")}
"""A local day → the instants it is made of, the first that is known."""


def frame_from_rows(
    batches: Iterable[Sequence[Sequence[Any]]],
    *,
    schema: Schema,
    names: Sequence[str],
    wanted: Sequence[str],
    constants: Mapping[str, str],
    zone: str,
    backend: Backend,
) -> Any:
    """A frame with the ``wanted`` columns of a schema from batches of rows whose columns are ``names``.

    ``constants`` are columns with one value for all rows; a local day is made of the instants among ``names``.
    """
    import polars as pl  # noqa: PLC0415  (a store is opened where polars must not load)

    make({}, backend=backend)  # a backend that cannot be is said before a history is read
    physical = {name: _physical(schema[name].kind) for name in names}
    parts = [_part(rows, physical) for rows in batches]
    read = pl.concat(parts, rechunk=True) if parts else pl.DataFrame(schema=physical)
    columns = [_column(name, schema, constants, zone) for name in wanted]
    # constants take the height of what was read, which a bare select would not give them
    filled = read.with_columns(columns).select(wanted)
    return make({column.name: column for column in filled.get_columns()}, backend=backend)


def local_day_sources(name: str) -> tuple[str, ...]:
    """The instants that a local day is made of; none for a column that is kept as it is."""
    return _DAY_OF.get(name, ())


def _physical(kind: Kind) -> pl.DataType:
    import polars as pl  # noqa: PLC0415

    # drivers say booleans as 0 and 1, or as False and True: both are read, and made booleans afterwards
    return pl.String() if kind is Kind.STRING else pl.Int64()


def _part(rows: Sequence[Sequence[Any]], physical: Mapping[str, pl.DataType]) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415

    columns = zip(physical.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([pl.Series(name, values, dtype=dtype) for (name, dtype), values in columns])


def _column(name: str, schema: Schema, constants: Mapping[str, str], zone: str) -> pl.Expr:
    import polars as pl  # noqa: PLC0415

    if name in constants:
        return pl.lit(constants[name], dtype=pl.String).alias(name)
    instant = pl.Datetime("us", "UTC")
    if sources := local_day_sources(name):
        moment = pl.coalesce([pl.col(source) for source in sources]).cast(instant)
        return moment.dt.convert_time_zone(zone).dt.date().alias(name)
    kind = schema[name].kind
    if kind is Kind.INSTANT:
        return pl.col(name).cast(instant)
    return pl.col(name).cast(pl.Boolean) if kind is Kind.BOOL else pl.col(name)
