"""A user's table as polars sees it: its kind remembered, its headings told apart, cells of many kinds made text.

A sheet read without ``dtype=str`` has columns in which text, numbers and dates stand together. pandas holds them
as objects and no other engine can; they become the text that the sheet would have been exported as.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from privdomain.errors import FrameError, Problem
from privdomain.frames._backend import Backend

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import polars as pl

__all__ = ["REJECTED_WITH", "opened"]

REJECTED_WITH: Final = ("reject_row", "reject_reason")
"""What stands beside the rows that could not be read; a repaired table brings it back, and it is of the last import."""


def opened(frame: Any) -> tuple[pl.DataFrame, Backend]:
    """The table and the kind it came in.

    Raises:
        FrameError: for a lazy frame or none, for equal headings, and for columns that no engine can hold.
    """
    import narwhals.stable.v2 as nw  # noqa: PLC0415  (the door stays light)

    frame = _with_headings(frame)
    try:
        eager = nw.from_native(frame, eager_only=True)
    except TypeError:
        raise FrameError(
            f"{type(frame).__name__} is not an eager frame; pass polars, pandas or pyarrow (a lazy one: collect it)"
        ) from None
    kinds: dict[nw.Implementation, Backend] = {
        nw.Implementation.POLARS: "polars",
        nw.Implementation.PANDAS: "pandas",
        nw.Implementation.PYARROW: "pyarrow",
    }
    backend = kinds.get(eager.implementation)
    if backend is None:
        raise FrameError(f"{eager.implementation.value} is not read here; pass polars, pandas or pyarrow")
    kept = eager.drop([name for name in REJECTED_WITH if name in eager.columns])
    return _as_polars(kept, pandas=backend == "pandas"), backend


def _with_headings(frame: Any) -> Any:
    """The frame, its headings text; equal ones are refused before an engine meets them.

    A sheet may have a number or a day for a heading, which pandas keeps as what it is.
    """
    if hasattr(frame, "set_axis"):  # pandas: narwhals would refuse equal headings in words of its own
        headings = [str(heading) for heading in frame.columns]
        _refuse_equal(headings)
        return frame.set_axis(headings, axis=1)
    if hasattr(frame, "column_names"):  # pyarrow
        _refuse_equal(frame.column_names)
    return frame


def _refuse_equal(headings: Sequence[str]) -> None:
    twice = [(heading, times) for heading, times in Counter(headings).items() if times > 1]
    if twice:
        raise FrameError(
            "the table has equal headings, and which column is meant cannot be told",
            problems=[
                Problem(
                    heading, f"is the heading of {times} columns", "each heading once: rename or drop one"
                )
                for heading, times in twice
            ],
        )


def _as_polars(frame: nw.DataFrame[Any], *, pandas: bool) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415

    made: list[pl.Series] = []
    problems: list[Problem] = []
    for name in frame.columns:
        column = frame[name]
        try:
            if pandas and str(column.to_native().dtype) == "object":
                made.append(pl.Series(name, _spelled(column.to_native()), dtype=pl.String))
            else:
                made.append(column.to_polars().alias(name))
        except (TypeError, ValueError):  # what pyarrow raises for cells it has no type for; it quotes one
            problems.append(Problem(name, "cannot be read as cells of a table", "text, numbers or dates"))
    if problems:
        raise FrameError("the frame has columns that no table has", problems=problems)
    return pl.DataFrame(made)


def _spelled(cells: Any) -> list[str | None]:
    """The cells of a pandas column of objects, each as text; NaN, NaT and NA are empty."""
    return [None if empty else _spelling(cell) for cell, empty in zip(cells, cells.isna(), strict=True)]


def _spelling(cell: Any) -> str:
    if isinstance(cell, float):
        # fifteen digits are what a spreadsheet keeps; always as a float, for which it is refused as an id
        written = format(cell, ".15g")
        return written if any(sign in written for sign in ".en") else f"{written}.0"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
