"""Exported tables as order lines: headings, rows that are refused, what is filled in, what stops the import."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain import frames
from privdomain.errors import ArgumentError, FrameError, TableError
from privdomain.models import OrderStatus
from tests.frames.test_schema import as_duckdb

ROW = {
    "订单号": "3700000000000000001", "会员号": "M1", "商品名称": "挂耳咖啡", "数量": "2", "实付金额": "¥1,234.50",
    "下单时间": "2026/11/11 20:00",
}  # fmt: skip
EVENING = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)


def table(*changes: dict[str, str | None]) -> pl.DataFrame:
    """A table of text, as ``read_csv(infer_schema=False)`` gives it; each row has an order of its own."""
    rows = [ROW | {"订单号": f"A{number}"} | change for number, change in enumerate(changes or ({},))]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )


def reasons(frame, **options) -> list[str]:
    return [str(problem) for problem in frames.split_table(frame, money="yuan", **options).problems]


def test_a_row_as_an_order_line():
    """Every column, what is not in the table included."""
    (row,) = frames.from_table(table(), money="yuan").rows(named=True)

    assert row == {
        "space": "", "platform": "offline", "shop_id": "main", "order_id": "A0", "line_id": "1", "buyer_id": "M1",
        "product_id": "挂耳咖啡", "sku_id": "挂耳咖啡", "title": "挂耳咖啡", "merchant_sku": "", "quantity": 2,
        "unit_price_minor": 61725, "paid_minor": 123450, "discount_minor": 0, "refunded_quantity": 0,
        "is_freebie": False, "is_gift": False, "currency": "CNY", "status": "completed", "created_at": EVENING,
        "paid_at": None, "updated_at": EVENING, "order_date": date(2026, 11, 11),
    }  # fmt: skip


def test_a_table_with_everything():
    """What the table says wins over what is filled in."""
    full = table({
        "子订单号": "L7", "商品ID": "p9", "SKU编码": "k9", "商家编码": "m9", "商品单价(元)": "700", "商品优惠(元)": "165.50",
        "退款数量": "1", "是否赠品": "否", "是否礼物单": "是", "订单状态": "已发货", "支付时间": "2026-11-12 00:30",
        "更新时间": "2026-11-13 08:00", "门店编号": "S3", "币种": "CNY",
    })  # fmt: skip
    (row,) = frames.from_table(full, money="yuan", platform="wechat_shop", shop_id="s", space="brand").rows(
        named=True
    )

    told = {
        name: row[name]
        for name in ("space", "platform", "shop_id", "line_id", "product_id", "sku_id", "merchant_sku")
    }
    assert list(told.values()) == ["brand", "wechat_shop", "S3", "L7", "p9", "k9", "m9"]
    assert (row["unit_price_minor"], row["discount_minor"], row["refunded_quantity"]) == (70000, 16550, 1)
    assert (row["is_freebie"], row["is_gift"], row["status"]) == (False, True, "shipped")
    assert row["paid_at"] == datetime(2026, 11, 11, 16, 30, tzinfo=UTC)
    assert row["updated_at"] == datetime(2026, 11, 13, 0, 0, tzinfo=UTC)
    assert row["order_date"] == date(2026, 11, 12)


def test_what_is_made_fits_the_schema():
    """What comes in by a table is what comes in by a platform."""
    lines = frames.from_table(table({}, {}, {"数量": "1"}), money="yuan")

    frames.ORDER_LINES.check(lines)
    assert frames.check_rows(lines, frames.ORDER_LINES) == ()


def test_names_and_numbers_of_people_stay_outside():
    """Columns nobody asked for are not taken along."""
    lines = frames.from_table(
        table({"收货人": "王小明", "手机号": "13800138000", "收货地址": "x路1号"}), money="yuan"
    )

    assert "王小明" not in str(lines.rows())
    assert "13800138000" not in str(lines.rows())


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_the_same_kind_of_frame_comes_out(kind):
    """polars, pandas and pyarrow in and out, lines and rejected rows alike."""
    made = table({}, {"数量": "x"})
    given = {"polars": made, "pandas": made.to_pandas(), "pyarrow": made.to_arrow()}[kind]
    split = frames.split_table(given, money="yuan")

    for frame in (split.lines, split.rejected):
        assert type(frame).__module__.split(".")[0] == kind
        assert len(nw.from_native(frame, eager_only=True)) == 1


def test_a_spreadsheet_read_with_types():
    """Numbers and dates that are no text any more are read, too; ids must still be text."""
    typed = pl.DataFrame({
        "订单号": ["A1", "A2"], "会员号": [7, 8], "商品名称": ["杯", "杯"], "数量": [1.0, 2.0], "实付金额": [19.99, 39.0],
        "下单时间": [datetime(2026, 11, 11, 20), datetime(2026, 11, 11, 20)],
    })  # fmt: skip
    lines = frames.from_table(typed, money="yuan")

    assert lines.select("buyer_id", "quantity", "paid_minor", "created_at").rows() == [
        ("7", 1, 1999, EVENING), ("8", 2, 3900, EVENING),
    ]  # fmt: skip


def sheet(**columns) -> pd.DataFrame:
    """Two rows as ``read_excel`` without ``dtype=str`` gives them: cells of many kinds in columns of objects."""
    made = {
        "订单号": ["A1", 2], "会员号": [7, "M8"], "商品名称": ["杯", 12], "数量": [1, "2件"],
        "实付金额": ["¥39.00", 19.99], "下单时间": ["2026/11/11 20:00", datetime(2026, 11, 11, 20)],
    }  # fmt: skip
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in (made | columns).items()})


def test_a_sheet_with_cells_of_many_kinds():
    """Each cell of such a column is read for itself: whole numbers as ids, floats as amounts, dates as dates."""
    split = frames.split_table(sheet(), money="yuan")
    lines = nw.from_native(split.lines, eager_only=True).to_polars()

    assert split.problems == ()
    assert isinstance(split.lines, pd.DataFrame)
    assert lines.select("order_id", "buyer_id", "title", "quantity", "paid_minor", "created_at").rows() == [
        ("A1", "7", "杯", 1, 3900, EVENING), ("2", "M8", "12", 2, 1999, EVENING),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        (39.0, 3900),
        (0.1 + 0.2, 30),
        (Decimal("12.30"), 1230),
        (10**13, 10**15),
        (123456789012.5, 12345678901250),
    ],
)
def test_amounts_among_cells_of_many_kinds(cell, minor):
    """What a float shows in fifteen digits is what the sheet showed."""
    lines = frames.from_table(sheet(实付金额=["1", cell]), money="yuan")

    assert lines["paid_minor"].to_list()[1] == minor


@pytest.mark.parametrize(
    "cell",
    [date(2026, 11, 11), pd.Timestamp("2026-11-11"), datetime(2026, 11, 10, 16, tzinfo=UTC), 46337, 46337.0,
     pd.Timestamp("2026-11-11", tz="Asia/Shanghai"), np.datetime64("2026-11-11T00:00:00")],
)  # fmt: skip
def test_dates_among_cells_of_many_kinds(cell):
    """Days, moments with and without a zone, and the sheet's own numbers."""
    made = frames.from_table(sheet(下单时间=["2026-11-11", cell]), money="yuan")
    lines = nw.from_native(made, eager_only=True).to_polars()

    assert lines["created_at"].to_list() == [datetime(2026, 11, 10, 16, tzinfo=UTC)] * 2


@pytest.mark.parametrize("cell", [3.7e18, 123.0, 370000000000001.0, np.float64(7)])
def test_floats_are_no_ids_among_cells_of_many_kinds(cell):
    """A float where an id should stand was rounded, or will be at the next one."""
    (reason,) = reasons(sheet(订单号=["A1", cell]))

    assert reason.startswith("row 3, 订单号: is ")
    assert "a spreadsheet has r" in reason


@pytest.mark.parametrize("cell", [None, float("nan"), pd.NA, pd.NaT])
def test_empty_cells_among_cells_of_many_kinds(cell):
    """Whatever pandas writes for nothing."""
    assert reasons(sheet(数量=[1, cell])) == [
        "row 3, 数量: is empty; expected 1 or more; what came back is an after-sale, not a sale"
    ]


def test_equal_headings_are_named():
    """Which of them is meant cannot be told, in pandas and pyarrow alike; a number may be a heading."""
    twice = sheet()
    twice.insert(0, "实付金额", ["1", "2"], allow_duplicates=True)
    arrow = table().to_arrow()
    for frame in (twice, arrow.append_column("实付金额", arrow["数量"])):
        with pytest.raises(
            FrameError, match="实付金额: is the heading of 2 columns; expected each heading once"
        ):
            frames.from_table(frame, money="yuan")
    with pytest.raises(FrameError, match="7: is the heading of 2 columns"):
        frames.from_table(
            sheet().assign(**{"7": 1}).rename(columns={"7": 7}).assign(**{"7": 1}), money="yuan"
        )

    assert len(frames.from_table(sheet().assign(x=1).rename(columns={"x": 2026}), money="yuan")) == 2


@pytest.mark.parametrize("kind", ["polars", "pandas"])
def test_repaired_rows_come_in_again(kind):
    """The number and the reason of the last import are of no row any more; new reasons are of the new table."""
    made = table({}, {"数量": "x"}, {"数量": "y"})
    first = frames.split_table(made if kind == "polars" else made.to_pandas(), money="yuan").rejected
    repaired = nw.from_native(first, eager_only=True).to_polars().with_columns(pl.Series("数量", ["2", "z"]))
    again = frames.split_table(repaired if kind == "polars" else repaired.to_pandas(), money="yuan")
    rejected = nw.from_native(again.rejected, eager_only=True).to_polars()

    assert len(again.lines) == 1
    assert rejected.columns == [*made.columns, "reject_row", "reject_reason"]
    assert rejected.select("reject_row", "reject_reason").rows() == [
        (3, "数量 what stands there is no whole number")
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"订单号": "1.23E+18"},
            "row 3, 订单号: is 1.23E+18: a spreadsheet has rounded the id; expected the id as text",
        ),
        ({"会员号": "2.1E+17"}, "row 3, 会员号: is 2.1E+17: a spreadsheet has rounded the id"),
        ({"订单号": ""}, "row 3, 订单号: is empty; of a merged cell only the first row has the value"),
        (
            {"订单号": "合计", "会员号": "", "下单时间": ""},
            "row 3, 订单号: is a line of sums, not of an order",
        ),
        (
            {"会员号": None},
            "row 3, 会员号: is empty; expected who bought; without_buyer='keep' takes such rows",
        ),
        ({"商品名称": "-"}, "row 3, 商品名称: nothing says which product it is"),
        ({"数量": ""}, "row 3, 数量: is empty"),
        (
            {"数量": "-1"},
            "row 3, 数量: -1 is less than 1; expected 1 or more; what came back is an after-sale",
        ),
        ({"实付金额": ""}, "row 3, 实付金额: is empty; expected an amount"),
        ({"实付金额": "-5"}, "row 3, 实付金额: is negative"),
        ({"实付金额": "1,23"}, "row 3, 实付金额: 1,23 is no amount"),
        ({"下单时间": ""}, "row 3, 下单时间: nothing says when it was"),
        ({"下单时间": "昨天"}, "row 3, 下单时间: what stands there is no date"),
        ({"退款数量": "3"}, "row 3, 退款数量: is more than was bought"),
        ({"币种": "USD"}, "row 3, 币种: is another currency than CNY"),
        ({"是否赠品": "也许"}, "row 3, 是否赠品: is neither yes nor no; expected 是 or 否"),
    ],
)
def test_a_bad_row_is_named_with_its_reason(change, said):
    """One bad cell is one problem, with the row as the spreadsheet counts it and the table's own heading."""
    (reason,) = reasons(table({}, change))

    assert reason.startswith(said)


def test_a_row_with_many_faults_has_all_of_them():
    """Every bad cell is named; the rejected row has them in one sentence beside its own columns."""
    split = frames.split_table(table({}, {"数量": "x", "实付金额": "y", "下单时间": "z"}), money="yuan")

    assert [problem.path for problem in split.problems] == [
        "row 3, 数量",
        "row 3, 实付金额",
        "row 3, 下单时间",
    ]
    (row,) = split.rejected.rows(named=True)
    assert row["reject_row"] == 3
    assert row["reject_reason"].count(";") == 2
    assert row["商品名称"] == "挂耳咖啡"
    assert split.lines["order_id"].to_list() == ["A0"]


def test_repeated_lines_are_refused():
    """Of one line twice the later is refused; several lines of one order are numbered."""
    twice = table(
        {"订单号": "A", "子订单号": "1"}, {"订单号": "A", "子订单号": "2"}, {"订单号": "A", "子订单号": "1"}
    )
    assert reasons(twice) == ["row 4, 子订单号: repeats an earlier line of the order"]

    numbered = frames.from_table(table({"订单号": "A"}, {"订单号": "B"}, {"订单号": "A"}), money="yuan")
    assert numbered.select("order_id", "line_id").rows() == [("A", "1"), ("B", "1"), ("A", "2")]


def test_all_bad_rows_are_an_error_that_stays_short():
    """The message lists twenty, the attribute all; the error survives pickle."""
    with pytest.raises(TableError) as caught:
        frames.from_table(table(*({"数量": "x"} for _ in range(500)), {}), money="yuan")

    assert "500 rows cannot be read; the first 20 of 500 problems" in str(caught.value)
    assert str(caught.value).count("\n") == 20
    assert len(caught.value.problems) == 500
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_no_error_shows_a_person():
    """Columns shift: a name or number where an amount should stand is in no message."""
    shifted = table(
        {
            "数量": "王小明",
            "实付金额": "13800138000 ",
            "下单时间": "13800138000",
            "会员号": "",
            "订单状态": "13800138000",
        }
    )
    split = frames.split_table(shifted, money="yuan")

    told = repr(split) + str(split.rejected["reject_reason"].to_list())
    assert "王小明" not in told
    assert "13800138000" not in told


def test_empty_rows_and_unknown_words_are_noted():
    """Empty rows are no error; a status nobody knows counts as unknown and is said."""
    split = frames.split_table(
        table(
            {"订单状态": "审核中"},
            {"订单状态": ""},
            dict.fromkeys([*ROW, "订单状态"], " "),
            {"订单状态": "已完成"},
        ),
        money="yuan",
    )

    assert split.lines["status"].to_list() == ["unknown", "unknown", "completed"]
    assert split.problems == ()
    assert split.notes == (
        "1 empty rows were left out",
        "1 rows have a status that is not known and counts as unknown: '审核中'",
    )


def test_equal_rows_are_noted():
    """Without a line id two equal rows are two lines, and somebody is told; rows set aside and empty ones are not."""
    same, bad = {"订单号": "A"}, {"订单号": "B", "数量": "x"}
    empty = dict.fromkeys(ROW, "")
    split = frames.split_table(table(same, {"订单号": "C"}, same, same, bad, bad, empty, empty), money="yuan")

    assert split.lines.height == 4
    assert split.notes == (
        "2 empty rows were left out",
        (
            "2 rows equal an earlier row in every cell and were counted as lines of their own (row 4, 5): "
            "if the export repeats rows, drop them first"
        ),
    )


def test_rows_that_differ_are_not_noted():
    """One cell is enough, also one that nobody asked for; a row that a line id names twice is refused."""
    split = frames.split_table(
        table({"订单号": "A", "备注": "红", "实付金额": "1"}, {"订单号": "A", "备注": "蓝"}), money="yuan"
    )
    assert split.notes == ()

    named = {"订单号": "A", "子订单号": "1"}
    assert frames.split_table(table(named, named), money="yuan").notes == ()


def test_amounts_that_are_probably_of_the_order_are_noted():
    """The same amount on all lines of every order that has several: a total under the heading of a line's amount."""
    cup, tea = {"商品名称": "杯"}, {"商品名称": "茶"}
    orders = [
        {"订单号": "A", "实付金额": "39"} | cup,
        {"订单号": "A", "实付金额": "39"} | tea,
        {"订单号": "B", "实付金额": "7"},
    ]

    (note,) = frames.split_table(table(*orders), money="yuan").notes
    assert note == (
        "实付金额 is the same on all lines of each of the 1 orders with several lines: if it is the total of the order, "
        "it was counted once for each line"
    )


@pytest.mark.parametrize(
    "more",
    [
        ({"订单号": "C", "实付金额": "5"}, {"订单号": "C", "实付金额": "6"}),
        ({"订单号": "A", "商品名称": "糖", "实付金额": "1"},),
    ],
)
def test_amounts_of_lines_are_not_noted(more):
    """One order whose lines differ says that the amount is of the line."""
    orders = [{"订单号": "A", "实付金额": "39"}, {"订单号": "A", "商品名称": "茶", "实付金额": "39"}]

    assert frames.split_table(table(*orders, *more), money="yuan").notes == ()


def test_lines_for_nothing_are_not_noted():
    """Nought on every line is no total, and a freebie beside a line is no second amount."""
    nought = [{"订单号": "A", "实付金额": "0"}, {"订单号": "A", "商品名称": "茶", "实付金额": "0"}]
    assert frames.split_table(table(*nought), money="yuan").notes == ()

    free = [
        {"订单号": "A", "是否赠品": "否"},
        {"订单号": "A", "商品名称": "茶", "实付金额": "0", "是否赠品": "是"},
    ]
    assert frames.split_table(table(*free), money="yuan").notes == ()


@pytest.mark.parametrize("word", ["人民币", "元", "RMB", "cny"])
def test_words_for_the_currency(word):
    """A console that writes 人民币 is not another currency."""
    assert frames.from_table(table({"币种": word}), money="yuan")["currency"].to_list() == ["CNY"]


def test_how_it_was_understood():
    """The result says which heading was read as which column."""
    assert frames.split_table(table(), money="yuan").headings == {
        "order_id": "订单号", "buyer_id": "会员号", "title": "商品名称", "quantity": "数量", "paid_minor": "实付金额",
        "created_at": "下单时间",
    }  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    [
        "实付金额",
        "实付金额（元）",
        "实付金额(元)",
        " 实付金额 ",
        "*实付金额",
        "商品实付",
        "实收金额",
        "小计",
        "paid",
        "Amount",
        "paid_minor",
    ],
)
def test_headings_of_amounts(heading):
    """Units in brackets, spaces, asterisks and case do not matter."""
    assert frames.from_table(table().rename({"实付金额": heading}), money="yuan")["paid_minor"].to_list() == [
        123450
    ]


@pytest.mark.parametrize(
    ("heading", "column"),
    [("订单编号", "order_id"), ("小票号", "order_id"), ("Invoice", "order_id"), ("会员卡号", "buyer_id"), ("Customer ID", "buyer_id"),
     ("商品编码", "product_id"), ("条码", "sku_id"), ("货号", "merchant_sku"), ("拍下时间", "created_at"), ("付款时间", "paid_at")],
)  # fmt: skip
def test_headings_of_consoles_and_tills(heading, column):
    """The names other consoles use."""
    replaced = {"order_id": "订单号", "buyer_id": "会员号", "created_at": "下单时间"}.get(column, "商品名称")
    cell = "2026-11-11" if column.endswith("_at") else "77"
    frame = table({heading: cell}).drop(replaced if column != "paid_at" else "下单时间")
    split = frames.split_table(frame, money="yuan")

    assert split.headings[column] == heading
    assert split.problems == ()


def test_all_missing_headings_are_named():
    """Each with the nearest existing heading, and with examples of what would do."""
    broken = table().rename({"下单时间": "下单的时间", "数量": "几个"}).drop("会员号")
    with pytest.raises(FrameError) as caught:
        frames.from_table(broken, money="yuan")

    told = {problem.path: str(problem) for problem in caught.value.problems}
    assert list(told) == ["quantity", "created_at or paid_at", "buyer_id"]
    assert "did you mean '下单的时间'?" in told["created_at or paid_at"]
    assert "a heading such as 数量 / 商品数量" in told["quantity"]


def test_our_own_customer_ids_are_never_guessed():
    """A table's "customer id" is the shop's name of a buyer; our ids come in only when it is said."""
    ours = table({"customer_id": "c1"})
    with pytest.raises(FrameError, match="buyer_id: is claimed by '会员号' and 'customer_id'"):
        frames.from_table(ours, money="yuan")

    lines = frames.from_table(ours, money="yuan", columns={"customer_id": "customer_id"})
    assert lines["customer_id"].to_list() == ["c1"]
    assert lines["buyer_id"].to_list() == ["M1"]


def test_two_headings_for_one_column_are_not_guessed():
    """The caller says which."""
    both = table().with_columns(pl.lit("B7").alias("订单编号"))
    with pytest.raises(FrameError, match="order_id: is claimed by '订单号' and '订单编号'"):
        frames.from_table(both, money="yuan")

    assert frames.from_table(both, money="yuan", columns={"order_id": "订单编号"})["order_id"].to_list() == [
        "B7"
    ]


def test_a_heading_can_be_left_out():
    """None says that the table does not have the column, whatever its headings."""
    split = frames.split_table(
        table({"状态": "已关闭"}), money="yuan", columns={"status": None}, status="shipped"
    )

    assert "status" not in split.headings
    assert split.lines["status"].to_list() == ["shipped"]


def test_totals_of_whole_orders_are_not_counted_for_each_line():
    """An order's total on every line of it would count many times; the caller may still say it is meant."""
    totals = table({"订单号": "A"}, {"订单号": "A"}).rename({"实付金额": "订单实付金额"})
    with pytest.raises(
        FrameError, match="订单实付金额: is of the whole order, and 1 orders have several lines"
    ):
        frames.from_table(totals, money="yuan")

    assert frames.from_table(totals, money="yuan", columns={"paid_minor": "订单实付金额"}).height == 2
    assert frames.from_table(table({}, {}).rename({"实付金额": "订单实付金额"}), money="yuan").height == 2


@pytest.mark.parametrize(("heading", "money"), [("实付金额(分)", "yuan"), ("实付金额（元）", "fen")])
def test_a_heading_that_contradicts_the_unit(heading, money):
    """A hundredfold mistake stops the import."""
    with pytest.raises(FrameError, match="names its unit"):
        frames.from_table(table({"实付金额": "100"}).rename({"实付金额": heading}), money=money)


def test_money_in_fen():
    """Whole minor units."""
    assert frames.from_table(table({"实付金额": "1,234"}), money="fen")["paid_minor"].to_list() == [1234]


@pytest.mark.parametrize(
    ("currency", "paid", "minor"), [("JPY", "1,234", 1234), ("KWD", "1.234", 1234), ("USD", "12.3", 1230)]
)
def test_other_currencies_have_their_own_digits(currency, paid, minor):
    """The main unit of a currency has as many digits as ISO 4217 says."""
    lines = frames.from_table(table({"实付金额": paid}), money="yuan", currency=currency)

    assert lines.select("paid_minor", "currency").rows() == [(minor, currency)]


@pytest.mark.parametrize(
    ("price", "units", "paid", "discount", "expected"),
    [
        ("10", "3", "25", None, (1000, 500)),
        ("10", "3", "25", "4", (1000, 400)),
        (None, "3", "25", "5", (1000, 500)),
        (None, "3", "10", None, (333, 0)),
        (None, "3", "20", None, (667, 0)),
        ("10", "1", "12", None, (1000, 0)),
    ],
)
def test_prices_and_reductions_that_are_not_given(price, units, paid, discount, expected):
    """From price and quantity, or from what was paid and taken off, rounded half up."""
    given = (
        {"数量": units, "实付金额": paid}
        | ({"单价": price} if price else {})
        | ({"优惠金额": discount} if discount else {})
    )
    lines = frames.from_table(table(given), money="yuan")

    assert lines.select("unit_price_minor", "discount_minor").rows() == [expected]


def test_rows_without_a_buyer_can_be_kept():
    """Each order is then a person of its own: never one buyer of everything."""
    lines = frames.from_table(
        table({"会员号": ""}, {"会员号": "M2"}, {"会员号": ""}), money="yuan", without_buyer="keep"
    )
    assert lines["buyer_id"].to_list() == ["anonymous:A0", "M2", "anonymous:A2"]

    nobody = frames.from_table(table().drop("会员号"), money="yuan", without_buyer="keep")
    assert nobody["buyer_id"].to_list() == ["anonymous:A0"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"money": "jiao"}, "money='jiao'; it is one of 'yuan', 'fen'"),
        ({"status": "paied"}, "status='paied'"),
        ({"without_buyer": "drop"}, "without_buyer='drop'"),
        ({"zone": "Asia/Shanghia"}, "did you mean 'Asia/Shanghai'"),
        ({"currency": "yuan"}, "is not an ISO 4217 code"),
        (
            {"columns": {"order": "订单号"}},
            r"columns\['order'\]: is no column of ours, did you mean 'order_id'",
        ),
        ({"columns": {"order_id": "订单好"}}, "'订单好' is no heading of the table, did you mean '订单号'"),
        ({"columns": {"订单号": "order_id"}}, r"expected columns=\{'order_id': '订单号'\}"),
    ],
)
def test_arguments_that_are_wrong(options, said):
    """Named, with what would be right."""
    with pytest.raises(ArgumentError, match=said):
        frames.from_table(table(), **({"money": "yuan"} | options))


@pytest.mark.parametrize("given", [table().lazy(), as_duckdb(table()), [ROW]], ids=["lazy", "duckdb", "list"])
def test_only_eager_frames(given):
    """A table is looked at as a whole, so it has to be there."""
    with pytest.raises(FrameError, match="is not an eager frame"):
        frames.from_table(given, money="yuan")


def test_every_status_word_is_ours():
    """The library's own words are understood as they are: what was exported can be brought in again."""
    for status in OrderStatus:
        lines = frames.from_table(table({"订单状态": status.value}), money="yuan")
        assert lines["status"].to_list() == [status.value]


def test_a_table_without_rows():
    """Headings alone are a table."""
    lines = frames.from_table(table().clear(), money="yuan")

    assert lines.height == 0
    frames.ORDER_LINES.check(lines)


_LINES = st.lists(
    st.fixed_dictionaries({
        "order_id": st.from_regex(r"[A-Z0-9]{1,19}", fullmatch=True), "quantity": st.integers(1, 10**6),
        "paid_minor": st.integers(0, 10**11), "seconds": st.integers(0, 10**9),
        "title": st.text(st.sampled_from("挂耳咖啡 abc,'\"%_"), min_size=1, max_size=9).filter(lambda t: t.strip(" ") == t),
    }),
    max_size=12, unique_by=lambda line: line["order_id"],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_LINES)
def test_what_was_written_is_what_is_read(lines):
    """Lines written as a console writes them come back the same, in their order, or are named as refused."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    written = table(*(
        {
            "订单号": f"\t{line['order_id']}", "商品名称": line["title"], "数量": f"{line['quantity']:,}",
            "实付金额": f"¥{Decimal(line['paid_minor']) / 100:,.2f}",
            "下单时间": (start + timedelta(hours=8, seconds=line["seconds"])).strftime("%Y/%m/%d %H:%M:%S"),
        }
        for line in lines
    )) if lines else table().clear()  # fmt: skip
    split = frames.split_table(written, money="yuan")

    refused = {problem.path for problem in split.problems}
    kept = [line for number, line in enumerate(lines) if f"row {number + 2}, 订单号" not in refused]
    assert split.lines.select("order_id", "title", "quantity", "paid_minor", "created_at").rows() == [
        (
            line["order_id"],
            line["title"],
            line["quantity"],
            line["paid_minor"],
            start + timedelta(seconds=line["seconds"]),
        )
        for line in kept
    ]
    assert split.lines.height + split.rejected.height == len(lines)
