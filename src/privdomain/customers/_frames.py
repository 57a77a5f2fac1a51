"""Taking a frame of any engine in hand: opening it with a clear error, and bringing one row of it here."""

from __future__ import annotations

from typing import Any, cast

import narwhals.stable.v2 as nw

from privdomain.frames._engines import Plan, columns_of, run

__all__ = ["as_lazy", "is_lazy", "one_row", "open_frame", "plain"]


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
