"""Which engine runs a plan: polars for every eager frame, its own engine for a lazy one.

An eager frame (polars, pandas, pyarrow) goes through polars lazily and comes back as what it was; a lazy frame
(polars, DuckDB, Spark) stays lazy and nothing of it is collected here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import narwhals.stable.v2 as nw

from privdomain.errors import ArgumentError, FrameError, MissingExtra, Problem
from privdomain.frames._backend import Backend

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Plan", "add_columns", "columns_of", "keep_rows", "make", "run"]

Plan: TypeAlias = Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
"""A computation on a lazy frame: what every frame function of the library is made of."""

_Opened: TypeAlias = nw.DataFrame[Any] | nw.LazyFrame[Any]


def run(native: Any, plan: Plan) -> Any:
    """Run a plan on a frame of any engine and return the same kind of frame.

    pandas frames come back with a fresh index: an index is not a column, and no other engine has one. Their whole
    numbers and truth values stay what they are beside missing ones (pandas' ``Int64`` and ``boolean``), and dates
    come back as Arrow dates, the one form pandas has for them.

    Raises:
        FrameError: when ``native`` is no frame, or holds a column that mixes kinds.
    """
    frame = _open(native)
    if isinstance(frame, nw.LazyFrame):
        return plan(frame).to_native()
    return _as(frame.implementation, plan(_lazily(frame)).collect(backend="polars"))


def add_columns(native: Any, plan: Plan, *, reads: Iterable[str]) -> Any:
    """Run a plan that adds columns row by row: as many rows, in the same order, nothing dropped.

    The frame's own columns are handed back untouched (a pandas index and every dtype included); of an eager frame
    only the columns in ``reads`` are converted, and only they are there for the plan.

    Raises:
        FrameError: as `run`.
    """
    frame = _open(native)
    if isinstance(frame, nw.LazyFrame):
        return plan(frame).to_native()
    if frame.implementation is nw.Implementation.POLARS:
        return plan(_lazily(frame)).collect(backend="polars").to_native()
    read = _read(frame, reads)
    result = plan(_lazily(read)).collect(backend="polars")
    added = [name for name in result.columns if name not in read.columns]
    new = _from(_as(frame.implementation, result.select(added)))
    return frame.with_columns(*(new[name] for name in added)).to_native()


def keep_rows(native: Any, predicate: Callable[[nw.LazyFrame[Any]], nw.Expr], *, reads: Iterable[str]) -> Any:
    """The rows for which an expression is true, with all their columns as they were (pandas: the index too).

    ``predicate`` is handed the frame it will run on, so that it can look at the columns' types.

    Raises:
        FrameError: as `run`.
    """
    frame = _open(native)
    if isinstance(frame, nw.LazyFrame):
        return frame.filter(predicate(frame)).to_native()
    if frame.implementation is nw.Implementation.POLARS:
        lazy = _lazily(frame)
        return lazy.filter(predicate(lazy)).collect(backend="polars").to_native()
    lazy = _lazily(_read(frame, reads))
    mask = lazy.select(predicate(lazy).alias("kept")).collect(backend="polars")
    return frame.filter(_from(_as(frame.implementation, mask))["kept"]).to_native()


def columns_of(native: Any) -> list[str]:
    """The names of a frame's columns; nothing is computed.

    Raises:
        FrameError: when ``native`` is no frame.
    """
    return _open(native).collect_schema().names()


def make(columns: dict[str, Any], *, backend: Backend = "polars") -> Any:
    """A frame of the wished kind from columns that polars understands (lists, series).

    Raises:
        ArgumentError: for a backend that is not an eager one.
        MissingExtra: when the backend is not installed.
    """
    import polars as pl  # noqa: PLC0415  (the engine loads when a frame is made, not before)

    implementation = _BACKENDS.get(backend)
    if implementation is None:
        raise ArgumentError(f"backend={backend!r}; frames are made by {', '.join(map(repr, _BACKENDS))}")
    return _as(implementation, _from(pl.DataFrame(columns)))


_BACKENDS = {
    "polars": nw.Implementation.POLARS,
    "pandas": nw.Implementation.PANDAS,
    "pyarrow": nw.Implementation.PYARROW,
}


def _open(native: Any) -> _Opened:
    try:
        return cast("_Opened", nw.from_native(native))
    except TypeError:
        raise FrameError(
            f"{type(native).__name__} is not a frame; pass polars, pandas, pyarrow, DuckDB or Spark"
        ) from None


def _from(native: Any) -> nw.DataFrame[Any]:
    return cast("nw.DataFrame[Any]", nw.from_native(native, eager_only=True))


def _read(frame: nw.DataFrame[Any], reads: Iterable[str]) -> nw.DataFrame[Any]:
    """The columns that are read and there; what is missing is the plan's to report."""
    wished = frozenset(reads)
    return frame.select([name for name in frame.columns if name in wished])


def _lazily(frame: nw.DataFrame[Any]) -> nw.LazyFrame[Any]:
    """The frame under polars' lazy engine."""
    if frame.implementation is nw.Implementation.POLARS:
        return frame.lazy()
    return nw.from_native(_polars(frame).lazy())


def _polars(frame: nw.DataFrame[Any]) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415  (the engine loads when a frame is run, not before)

    try:
        table = frame.to_polars()
    except (TypeError, ValueError):  # what pyarrow raises for a column of several kinds; it quotes a value
        problems = [
            Problem(name, "holds values of several kinds") for name in frame.columns if _mixed(frame[name])
        ]
        raise FrameError("the frame has columns no engine can hold", problems=problems) from None
    if frame.implementation is not nw.Implementation.PANDAS:
        return table
    # a pandas column of objects in which nothing stands has no kind; the conversion would call it text
    objects = [name for name, dtype in frame.to_native().dtypes.items() if str(dtype) == "object"]
    void = [name for name in objects if table[name].null_count() == table.height]
    return table.with_columns(pl.lit(None).alias(name) for name in void)


def _mixed(series: nw.Series[Any]) -> bool:
    try:
        series.to_polars()
    except (TypeError, ValueError):
        return True
    return False


def _as(implementation: nw.Implementation, frame: nw.DataFrame[Any]) -> Any:
    """A polars result as the kind of frame that was given."""
    if implementation is nw.Implementation.POLARS:
        return frame.to_native()
    try:
        return _pandas(frame) if implementation is nw.Implementation.PANDAS else _arrow(frame)
    except ModuleNotFoundError:
        raise MissingExtra("pandas", needed_for=f"returning a {implementation.value} frame") from None


def _arrow(frame: nw.DataFrame[Any]) -> Any:
    return frame.to_native().to_arrow()


def _pandas(frame: nw.DataFrame[Any]) -> Any:
    """As pandas, without the losses of the plain conversion.

    pandas would turn whole numbers beside a missing one into floats (2^53 + 1 becomes another id), truth values
    into objects and dates into times without a zone.
    """
    table, dtypes = frame.to_native(), dict[str, str]()
    for name, dtype in frame.schema.items():
        if isinstance(dtype, nw.Date):
            dtypes[name] = "date32[day][pyarrow]"
        elif table[name].null_count() and (dtype.is_integer() or isinstance(dtype, nw.Boolean)):
            dtypes[name] = "boolean" if isinstance(dtype, nw.Boolean) else str(dtype)
    plain = table.drop(list(dtypes)).to_pandas()
    for name, wished in dtypes.items():
        plain[name] = table[name].to_pandas(use_pyarrow_extension_array=True).astype(wished)
    return plain[table.columns]
