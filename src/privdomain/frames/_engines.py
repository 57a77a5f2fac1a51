"""Which engine runs a plan: polars for every eager frame, its own engine for a lazy one.

An eager frame (polars, pandas, pyarrow) goes through polars lazily and comes back as what it was; a lazy frame
(polars, DuckDB, Spark) stays lazy and nothing of it is collected here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw

from privdomain.errors import ArgumentError, FrameError, MissingExtra

__all__ = ["Backend", "Plan", "make", "run"]

Backend: TypeAlias = Literal["polars", "pandas", "pyarrow"]
"""The kinds of eager frame that a builder can make."""

Plan: TypeAlias = Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
"""A computation on a lazy frame: what every frame function of the library is made of."""


def run(native: Any, plan: Plan) -> Any:
    """Run a plan on a frame of any engine and return the same kind of frame.

    pandas frames come back with a fresh index: an index is not a column, and no other engine has one.

    Raises:
        FrameError: when ``native`` is no frame.
    """
    try:
        frame = nw.from_native(native)
    except TypeError:
        raise FrameError(
            f"{type(native).__name__} is not a frame; pass polars, pandas, pyarrow, DuckDB or Spark"
        ) from None
    if isinstance(frame, nw.LazyFrame):
        return plan(frame).to_native()
    lazy = nw.from_native(frame.to_polars().lazy())
    result = plan(lazy).collect(backend="polars")
    return _as(frame.implementation, result)


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
    return _as(implementation, nw.from_native(pl.DataFrame(columns), eager_only=True))


_BACKENDS = {
    "polars": nw.Implementation.POLARS,
    "pandas": nw.Implementation.PANDAS,
    "pyarrow": nw.Implementation.PYARROW,
}


def _as(implementation: nw.Implementation, frame: Any) -> Any:
    if implementation is nw.Implementation.POLARS:
        return frame.to_native()
    try:
        return frame.to_pandas() if implementation is nw.Implementation.PANDAS else frame.to_arrow()
    except ModuleNotFoundError:
        raise MissingExtra("pandas", needed_for=f"returning a {implementation.value} frame") from None
