"""What a shop's console or a till exports, as order lines: how a user without API permission starts.

Nothing is guessed that could be wrong in silence. Headings that two columns claim, amounts in another unit and
order totals repeated on every line stop the import; a row with a cell that cannot be read is set aside with its
reason. Columns that are not asked for (names, phone numbers, addresses) are not taken along.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import field, frozen

from privdomain.errors import ArgumentError, Problem, TableError
from privdomain.frames._headings import IMPORTED, MoneyUnit, headings_of
from privdomain.frames._noting import notes_of
from privdomain.frames._opening import opened
from privdomain.frames._reading import (
    STATUSES,
    as_lines,
    cells_of,
    completed,
    examined,
    heading_of,
    problems_of,
    refuse_repeated_totals,
)

if TYPE_CHECKING:
    from privdomain.calendar import Zone

__all__ = ["TableSplit", "from_table", "split_table"]

_NEEDED: Final = (
    ("order_id",),
    ("sku_id", "merchant_sku", "product_id", "title"),
    ("quantity",),
    ("paid_minor",),
    ("created_at", "paid_at"),
    ("buyer_id",),
)
_SHOWN: Final = 20
"""How many problems a message lists; the attribute has them all."""


@frozen
class TableSplit:
    """What came of a table: lines that could be read, rows that could not, and how it was understood.

    ``lines`` is a frame of `ORDER_LINES`; ``rejected`` has the table's own columns, the row's number
    (``reject_row``; the heading is row 1) and why (``reject_reason``). Both are of the kind that was given. Repaired,
    they may be brought in again as they are: those two columns are not read.
    ``headings`` says which heading was read as which column of ours, ``notes`` what a person should look at.
    """

    lines: Any = field(repr=False)
    rejected: Any = field(repr=False)
    problems: tuple[Problem, ...]
    headings: Mapping[str, str]
    notes: tuple[str, ...]


def from_table(
    frame: Any,
    *,
    money: MoneyUnit,
    columns: Mapping[str, str | None] | None = None,
    platform: str = "offline",
    shop_id: str = "main",
    space: str = "",
    currency: str = "CNY",
    status: str = "completed",
    without_buyer: Literal["reject", "keep"] = "reject",
    zone: Zone = "Asia/Shanghai",
) -> Any:  # the frame's type is the caller's
    """Order lines (`ORDER_LINES`) of an exported table with one row per line; all rows, or an error.

    The usual Chinese headings are known; ``columns`` maps our columns to others (``{"paid_minor": "折后价"}``, None
    for one that must not be used). ``money`` says what the amounts count, ``zone`` what times mean without one.
    ``platform``, ``shop_id``, ``currency`` and ``status`` fill in what the table has no column for.
    ``without_buyer="keep"`` takes rows without a buyer as a person of their own for each order. Read files as text
    (``polars.read_csv(path, infer_schema=False)``), or ids have lost digits before this sees them.

    ```python
    import polars as pl
    from privdomain import frames

    table = pl.DataFrame({
        "订单号": ["3700000000000000001", "3700000000000000002"], "会员号": ["M1", "M2"],
        "商品名称": ["挂耳咖啡", "马克杯"], "数量": ["2", "1"],
        "实付金额(元)": ["¥1,234.50", "39"], "下单时间": ["2026/11/11 20:00", "2026-11-12 00:30:05"],
    })
    lines = frames.from_table(table, money="yuan")
    assert lines["paid_minor"].to_list() == [123450, 3900]
    assert lines["order_date"].cast(str).to_list() == ["2026-11-11", "2026-11-12"]
    ```

    Raises:
        TableError: when a row cannot be read; ``problems`` names every bad cell. `split_table` sets them aside.
        FrameError: when the frame is lazy, or headings are missing, equal, ambiguous or contradict ``money``.
        ArgumentError: for a ``columns`` that names what does not exist, or an unknown unit, zone or status.
    """
    split = split_table(
        frame,
        money=money,
        columns=columns,
        platform=platform,
        shop_id=shop_id,
        space=space,
        currency=currency,
        status=status,
        without_buyer=without_buyer,
        zone=zone,
    )
    if split.problems:
        rows = len({problem.path.partition(",")[0] for problem in split.problems})
        more = len(split.problems) - _SHOWN
        rest = f"; the first {_SHOWN} of {len(split.problems)} problems" if more > 0 else ""
        error = TableError(f"{rows} rows cannot be read{rest}:", problems=split.problems[:_SHOWN])
        error.problems = split.problems
        raise error
    return split.lines


def split_table(
    frame: Any,
    *,
    money: MoneyUnit,
    columns: Mapping[str, str | None] | None = None,
    platform: str = "offline",
    shop_id: str = "main",
    space: str = "",
    currency: str = "CNY",
    status: str = "completed",
    without_buyer: Literal["reject", "keep"] = "reject",
    zone: Zone = "Asia/Shanghai",
) -> TableSplit:
    """As `from_table`, with the rows that cannot be read beside those that can.

    ```python
    import polars as pl
    from privdomain import frames

    table = pl.DataFrame({
        "订单号": ["A1", "1.23E+18"], "会员号": ["M1", "M2"], "商品名称": ["杯", "杯"], "数量": ["1", "1"],
        "实付金额": ["39", "39"], "下单时间": ["2026-11-11", "2026-11-11"],
    })
    split = frames.split_table(table, money="yuan")
    assert split.lines.height == 1 and split.rejected["reject_row"].to_list() == [3]
    assert str(split.problems[0]).startswith("row 3, 订单号: is 1.23E+18: a spreadsheet has rounded the id")
    ```

    Raises:
        FrameError: when the frame is lazy, or headings are missing, equal, ambiguous or contradict ``money``.
        ArgumentError: for a ``columns`` that names what does not exist, or an unknown unit, zone or status.
    """
    import polars as pl  # noqa: PLC0415  (the door loads no engine)

    from privdomain.calendar import find_zone  # noqa: PLC0415
    from privdomain.frames._engines import make  # noqa: PLC0415
    from privdomain.money import Money  # noqa: PLC0415

    _check_choices(money=money, status=status, without_buyer=without_buyer)
    table, backend = opened(frame)
    needed = _NEEDED if without_buyer == "reject" else _NEEDED[:-1]
    chosen = headings_of(table.columns, columns=columns or {}, money=money, needed=needed)
    digits = len(str(Money.of(1, currency).minor)) - 1 if money == "yuan" else 0
    cells = {
        column: cells_of(column, table[heading], digits=digits, zone=find_zone(zone).key)
        for column, heading in chosen.items()
    }
    row = pl.int_range(2, pl.len() + 2).alias("reject_row")  # as a spreadsheet counts: the heading is row 1
    read = table.select(
        row,
        *(read.value.alias(column) for column, read in cells.items()),
        *(read.reason.alias(f"why {column}") for column, read in cells.items()),
        blank=pl.all_horizontal(pl.all().cast(pl.String).fill_null("").str.strip_chars() == ""),
    )
    defaults = {
        "platform": platform,
        "shop_id": shop_id,
        "space": space,
        "currency": currency,
        "status": status,
    }
    lines = completed(read.filter(~pl.col("blank")), defaults=defaults, without_buyer=without_buyer)
    refuse_repeated_totals(lines, chosen, columns or {})
    lines = examined(lines, chosen, currency=currency)
    reasons = [name for name in lines.columns if name.startswith("why ")]
    bad = pl.any_horizontal(pl.col(reasons).is_not_null())
    problems = problems_of(lines.filter(bad), reasons, chosen)
    named = [
        pl.format("{} {}", pl.lit(heading_of(name.removeprefix("why "), chosen)), name) for name in reasons
    ]
    told = lines.filter(bad).select(
        "reject_row", pl.concat_str(named, separator="; ", ignore_nulls=True).alias("reject_reason")
    )
    rejected = table.with_columns(row).join(told, on="reject_row", how="inner", maintain_order="left")
    good = lines.filter(~bad)
    return TableSplit(
        make(as_lines(good, zone=find_zone(zone).key).to_dict(), backend=backend),
        make(rejected.to_dict(), backend=backend),
        problems,
        dict(sorted(chosen.items(), key=lambda item: IMPORTED.index(item[0]))),
        notes_of(table, read, good, chosen),
    )


def _check_choices(*, money: str, status: str, without_buyer: str) -> None:
    for name, value, allowed in (
        ("money", money, ("yuan", "fen")),
        ("status", status, STATUSES),
        ("without_buyer", without_buyer, ("reject", "keep")),
    ):
        if value not in allowed:
            raise ArgumentError(f"{name}={value!r}; it is one of {', '.join(map(repr, allowed))}")
