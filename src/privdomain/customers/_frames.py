"""Taking a frame of any engine in hand: opening it with a clear error, and bringing one row of it here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import narwhals.stable.v2 as nw

from privdomain.errors import FrameError
from privdomain.frames._engines import Plan, columns_of, run

__all__ = ["as_lazy", "is_lazy", "one_row", "open_frame", "plain", "refuse_repeats"]


def open_frame(native: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """The frame as narwhals sees it.

    Raises:
        FrameError: when it is none.
    """
    columns_of(native)
    return cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", nw.from_native(native))


def is_lazy(native: Any) -> bool:
    """Whether the frame is a plan of its engine and not yet values."""
    return isinstance(open_frame(native), nw.LazyFrame)


def as_lazy(native: Any) -> nw.LazyFrame[Any]:
    """The frame inside a plan of `run`: polars for an eager one, its own engine for a lazy one."""
    frame = open_frame(native)
    if isinstance(frame, nw.LazyFrame):
        return frame
    return nw.from_native(frame.to_polars().lazy())


def plain(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """The same rows as plain Python values: pandas has four ways to say missing, pyarrow scalars of its own."""
    if frame.implementation.is_polars():
        return frame
    values: nw.DataFrame[Any] = nw.from_native(frame.to_polars(), eager_only=True)
    return values


def one_row(native: Any, plan: Plan) -> dict[str, Any]:
    """Run a plan that ends in one row, and bring that row here."""
    frame = open_frame(run(native, plan))
    eager = plain(frame.collect() if isinstance(frame, nw.LazyFrame) else frame)
    return dict(zip(eager.columns, eager.row(0), strict=True))


def refuse_repeats(native: Any, *, keys: Sequence[str], message: str) -> None:
    """Refuse an eager frame in which a key stands twice; a lazy one is not looked into.

    Raises:
        FrameError: with the message, how many keys there are more than once, and the first of them.
    """
    if is_lazy(native):
        return

    def counted(lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        texts = lazy.select(*(nw.col(name).cast(nw.String) for name in keys)).filter(
            ~nw.col(keys[0]).is_null()
        )
        times = texts.group_by(*keys).agg(nw.len().alias("_pd_times")).filter(nw.col("_pd_times") > 1)
        return times.select(_pd_repeated=nw.len(), _pd_first=nw.col(keys[0]).min())

    row = one_row(native, counted)
    if row["_pd_repeated"]:
        raise FrameError(
            f"{message}: {row['_pd_repeated']:,} more than once, e.g. of {keys[0]} {row['_pd_first']!r}"
        )
