"""What narwhals leaves to each engine, one function per operation.

A column is brought to the one form in which polars, DuckDB and Spark compare alike: text as text (an Enum has an
order of its own), floats in 64 bits (0.1 is another number in 32), instants in microseconds of UTC (polars compares
in the coarser unit, and refuses two zones).
"""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

__all__ = ["column", "comparable", "is_spark", "is_void", "widest"]

_SPARK = frozenset({nw.Implementation.PYSPARK, nw.Implementation.PYSPARK_CONNECT, nw.Implementation.SQLFRAME})


def is_spark(frame: nw.LazyFrame[Any]) -> bool:
    """Whether Spark runs this frame."""
    return frame.implementation in _SPARK


def column(frame: nw.LazyFrame[Any], name: str) -> nw.Expr:
    """The column of exactly this name; Spark would read a dot in it as the field of a struct."""
    if is_spark(frame) and not name.isidentifier():
        return nw.col("`" + name.replace("`", "``") + "`")
    return nw.col(name)


def comparable(frame: nw.LazyFrame[Any], name: str, dtype: nw.dtypes.DType) -> nw.Expr:
    """The column in the form in which all engines answer a comparison alike."""
    found = column(frame, name)
    if isinstance(dtype, nw.Categorical | nw.Enum):
        return found.cast(nw.String)
    if isinstance(dtype, nw.Float32):
        return found.cast(nw.Float64)
    polars = frame.implementation is nw.Implementation.POLARS
    if polars and isinstance(dtype, nw.Datetime) and (dtype.time_unit, dtype.time_zone) != ("us", "UTC"):
        return found.cast(nw.Datetime("us", "UTC"))
    return found


def is_void(frame: nw.LazyFrame[Any], name: str, dtype: nw.dtypes.DType) -> bool:
    """Whether the column has no kind because nothing was ever in it (polars ``Null``, Spark ``void``)."""
    if not isinstance(dtype, nw.Unknown):
        return False
    native = frame.to_native()
    if frame.implementation is nw.Implementation.POLARS:
        return str(native.collect_schema()[name]) == "Null"
    return is_spark(frame) and native.schema[name].dataType.typeName() == "void"


def widest(dtype: nw.dtypes.DType) -> int:
    """The largest constant worth comparing a whole column with: beyond it no value lies, or no engine has a literal.

    polars before 1.31 cannot even compare an unsigned column with a constant it has no room for.
    """
    if isinstance(dtype, nw.UInt64):
        return 2**64 - 1
    if isinstance(dtype, nw.Int128 | nw.UInt128):
        return 10**37  # what polars and DuckDB both hold as a literal
    return 2**63 - 1
