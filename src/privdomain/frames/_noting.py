"""What a person should look at in a table that could be read: nothing here stops an import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["notes_of"]

_SHOWN: Final = 20
"""How many words or rows a note lists."""


def notes_of(
    table: pl.DataFrame, read: pl.DataFrame, good: pl.DataFrame, chosen: Mapping[str, str]
) -> tuple[str, ...]:
    """The notes of a table, of its cells as they were ``read``, and of the lines that came of it."""
    repeats = _repeats(table, good)
    return (
        *_blank_rows(read),
        *_unknown_states(table, read, chosen),
        *_equal_rows(good.filter(repeats)),
        *_repeated_amounts(good.filter(~repeats), chosen),
    )


def _blank_rows(read: pl.DataFrame) -> list[str]:
    blank = int(read["blank"].sum())
    return [f"{blank} empty rows were left out"] if blank else []


def _unknown_states(table: pl.DataFrame, read: pl.DataFrame, chosen: Mapping[str, str]) -> list[str]:
    if "status" not in chosen:
        return []
    unknown = table.filter(read["status"] == "unknown")[chosen["status"]].cast(str)
    if not len(unknown):
        return []
    # a word with digits may be a phone number in a column that has shifted
    words = sorted(word for word in set(unknown.to_list()) if not any(map(str.isdigit, word)))
    listed = ", ".join(map(repr, words[:_SHOWN]))
    return [f"{len(unknown)} rows have a status that is not known and counts as unknown: {listed}"]


def _equal_rows(repeated: pl.DataFrame) -> list[str]:
    """Rows that were taken and say nothing an earlier one does not: two pieces sold, or one row written twice.

    Where the table has a line id they have been refused already.
    """
    rows = repeated["reject_row"].to_list()
    if not rows:
        return []
    listed = ", ".join(map(str, rows[:_SHOWN])) + (" …" if len(rows) > _SHOWN else "")
    told = (
        f"{len(rows)} rows equal an earlier row in every cell and were counted as lines of their own (row {listed}): "
        "if the export repeats rows, drop them first"
    )
    return [told]


def _repeated_amounts(distinct: pl.DataFrame, chosen: Mapping[str, str]) -> list[str]:
    """An amount that is the same on all lines of every order with several is probably the order's total."""
    import polars as pl  # noqa: PLC0415  (the door loads no engine)

    orders = (
        distinct.filter(~pl.col("is_freebie"))
        .group_by("shop_id", "order_id")
        .agg(lines=pl.len(), amounts=pl.col("paid_minor").n_unique(), most=pl.col("paid_minor").max())
    )
    several = orders.filter(pl.col("lines") > 1, pl.col("most") > 0)
    if not several.height or several["amounts"].max() != 1:
        return []
    heading = chosen["paid_minor"]
    told = (
        f"{heading} is the same on all lines of each of the {several.height} orders with several lines: if it is the "
        "total of the order, it was counted once for each line"
    )
    return [told]


def _repeats(table: pl.DataFrame, good: pl.DataFrame) -> pl.Series:
    """For each line whether its row in the table equals an earlier one in every cell."""
    import polars as pl  # noqa: PLC0415

    rows = table[good["reject_row"] - 2]
    return rows.select(~pl.struct(pl.all()).is_first_distinct()).to_series()
