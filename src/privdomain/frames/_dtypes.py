"""How a column that has no kind is told to whoever must change it: its dtype as the engine calls it, and a way out."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from privdomain.frames.schema import Kind, kind_of

__all__ = ["said", "way_out"]


def said(dtype: nw.dtypes.DType) -> str:
    """The column's kind, or its dtype where it has none."""
    kind = kind_of(dtype)
    return str(dtype) if kind is Kind.OTHER else str(kind)


def way_out(dtype: nw.dtypes.DType) -> str:
    """What gives a column without a kind one; empty for a column that has one."""
    if kind_of(dtype) is not Kind.OTHER:
        return ""
    if isinstance(dtype, nw.Datetime):
        return (
            "a time without a zone names no moment: give it the zone of its clock (polars .dt.replace_time_zone, "
            "pandas .dt.tz_localize), or keep its day as a date"
        )
    if isinstance(dtype, nw.Decimal):
        return (
            "decimals are compared alike on no two engines: cast to whole minor units (Int64), or to Float64"
        )
    return "cast the column"
