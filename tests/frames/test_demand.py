"""Daily demand: which lines count, what is added, which days stand there."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain import frames
from privdomain.errors import ArgumentError, FrameError
from privdomain.models import OrderStatus
from tests.frames.test_schema import ENGINES, as_duckdb

DAY = date(2026, 11, 11)
BY = ("space", "platform", "shop_id", "product_id", "sku_id")
LINE = {
    "space": "", "platform": "own", "shop_id": "s", "product_id": "p", "sku_id": "k", "currency": "CNY",
    "order_date": DAY, "status": "paid", "is_freebie": False, "quantity": 2, "refunded_quantity": 1, "paid_minor": 1800,
}  # fmt: skip


def lines(*changes: dict) -> pl.DataFrame:
    return pl.DataFrame([LINE | change for change in changes], schema=pl.DataFrame([LINE]).schema)


@pytest.mark.parametrize("status", [str(status) for status in OrderStatus])
def test_which_orders_are_demand(status):
    """Paid and not closed: the rule of the page, for every status there is."""
    counted = frames.daily_demand(lines({"status": status})).height == 1

    assert counted == (status in {"paid", "partially_shipped", "shipped", "completed"})


def test_freebies_are_no_demand():
    """What came with another line was not asked for."""
    assert frames.daily_demand(lines({"is_freebie": True})).height == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_that_do_not_say_whether_they_are_freebies_count(engine):
    """An empty cell is no, as in tables; the line was sold."""
    demand = frames.daily_demand(ENGINES[engine](lines({"is_freebie": None}, {}, {"is_freebie": True})))
    table = nw.from_native(demand).lazy().collect(backend="polars")

    assert table["quantity"].to_list() == [4]


@pytest.mark.parametrize("engine", ["polars", "pandas", "pyarrow"])
def test_lines_without_a_day_are_refused(engine):
    """How many of those that count; what does not count may lack its day."""
    without = {"order_date": None}
    counted = lines({}, without, without | {"sku_id": "j"}, without | {"status": "closed"})
    with pytest.raises(FrameError, match="order_date: is null in 2 lines that count"):
        frames.daily_demand(ENGINES[engine](counted))

    assert len(frames.daily_demand(ENGINES[engine](lines({}, without | {"status": "closed"})))) == 1


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_lines_without_a_day_stay_in_sight_of_a_lazy_frame(engine):
    """Nothing is run to refuse them, and nothing is dropped: a row without a day, which the calendar refuses."""
    demand = frames.daily_demand(ENGINES[engine](lines({}, {"order_date": None, "quantity": 7})))
    table = nw.from_native(demand).lazy().collect(backend="polars").to_native()

    assert table["quantity"].sum() == 9
    with pytest.raises(FrameError, match="day: is null in 1 rows of demand"):
        frames.fill_days(table.with_columns(pl.col("day").cast(pl.Date)))


def test_one_name_is_a_series():
    """A text is one name, not its letters."""
    assert frames.daily_demand(lines({}), by="sku_id").equals(frames.daily_demand(lines({}), by=("sku_id",)))
    with pytest.raises(ArgumentError, match="quantity"):
        frames.daily_demand(lines({}), by="quantity")


def test_what_is_added():
    """Units, refunds and money of a day; refunded units were demanded all the same."""
    demand = frames.daily_demand(
        lines({}, {"quantity": 3}, {"order_date": DAY + timedelta(1)}, {"status": "closed"})
    )

    assert demand.rows(named=True) == [
        dict(zip(BY, ("", "own", "s", "p", "k"), strict=True))
        | {"currency": "CNY", "day": DAY, "quantity": 5, "refunded_quantity": 2, "paid_minor": 3600, "line_count": 2},
        dict(zip(BY, ("", "own", "s", "p", "k"), strict=True))
        | {"currency": "CNY", "day": DAY + timedelta(1), "quantity": 2, "refunded_quantity": 1, "paid_minor": 1800,
           "line_count": 1},
    ]  # fmt: skip


def test_fits_its_schema():
    """What is made is what is documented."""
    demand = frames.daily_demand(lines({}, {"sku_id": "j"}))

    frames.DAILY_DEMAND.check(demand)
    assert frames.check_rows(demand, frames.DAILY_DEMAND) == ()
    assert demand.columns == list(frames.DAILY_DEMAND.names)


def test_currencies_are_not_added():
    """Money of two currencies stays two rows."""
    assert frames.daily_demand(lines({}, {"currency": "USD"})).height == 2


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ((), "is empty"),
        (("sku_id", "quantity"), "quantity"),
        (("currency",), "currency"),
        (("order_date",), "order_date"),
    ],
)
def test_what_makes_a_series(by, said):
    """A series is made by names, not by what is counted or by its day."""
    with pytest.raises(ArgumentError, match=said):
        frames.daily_demand(lines({}), by=by)


def test_missing_columns_are_named():
    """All of them, those of by= too."""
    with pytest.raises(FrameError) as caught:
        frames.daily_demand(lines({}).drop("status", "paid_minor"), by=("merchant_sku",))

    assert [problem.path for problem in caught.value.problems] == ["merchant_sku", "status", "paid_minor"]


_LINES = st.lists(
    st.fixed_dictionaries({
        "sku_id": st.sampled_from(["k", "j", "K", "%", "商品"]), "status": st.sampled_from(["paid", "completed", "closed"]),
        "is_freebie": st.booleans(), "order_date": st.integers(0, 3).map(lambda later: DAY + timedelta(later)),
        "quantity": st.integers(1, 2**40), "paid_minor": st.integers(0, 2**53),
    }),
    max_size=15,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(_LINES)
def test_equals_a_plain_reading_on_every_engine(changes):
    """One line at a time, polars, pandas, pyarrow and DuckDB give the same demand."""
    frame = lines(*changes)
    expected: dict[tuple[str, date], list[int]] = {}
    for line in frame.rows(named=True):
        if line["status"] in {"paid", "completed"} and not line["is_freebie"]:
            sums = expected.setdefault((line["sku_id"], line["order_date"]), [0, 0, 0])
            for place, more in enumerate((line["quantity"], line["paid_minor"], 1)):
                sums[place] += more

    for engine in ENGINES.values():
        if not changes and engine is ENGINES["pandas"]:
            continue
        demand = frames.daily_demand(engine(frame), by=("sku_id",))
        table = nw.from_native(demand).lazy().collect(backend="polars").to_native()
        rows = table.select(
            "sku_id", pl.col("day").cast(pl.Date), "quantity", "paid_minor", "line_count"
        ).rows()
        assert {(sku, day): list(sums) for sku, day, *sums in rows} == expected


def test_lazy_frames_stay_lazy():
    """Nothing is collected behind the caller's back."""
    assert isinstance(frames.daily_demand(lines({}).lazy()), pl.LazyFrame)
    assert isinstance(frames.daily_demand(as_duckdb(lines({}))), duckdb.DuckDBPyRelation)


def _demand(*rows: tuple[str, int, int]) -> pl.DataFrame:
    return frames.daily_demand(
        lines(
            *(
                {"sku_id": sku, "order_date": DAY + timedelta(later), "quantity": units}
                for sku, later, units in rows
            )
        ),
        by=("sku_id",),
    )


@pytest.mark.parametrize(
    ("first", "last", "filled"),
    [
        (
            None,
            None,
            [("j", 1, 4), ("j", 2, 0), ("j", 3, 0), ("k", 0, 1), ("k", 1, 0), ("k", 2, 0), ("k", 3, 2)],
        ),
        (2, None, [("j", 2, 0), ("j", 3, 0), ("k", 2, 0), ("k", 3, 2)]),
        (None, 1, [("j", 1, 4), ("k", 0, 1), ("k", 1, 0)]),
        (None, 0, [("k", 0, 1)]),
        (-1, 0, [("j", -1, 0), ("j", 0, 0), ("k", -1, 0), ("k", 0, 1)]),
    ],
)
def test_every_day_stands_there(first, last, filled):
    """From a series' own first day to the last of all, or as said; a series that begins later has no rows before."""
    days = {
        name: DAY + timedelta(later)
        for name, later in (("first", first), ("last", last))
        if later is not None
    }
    made = frames.fill_days(_demand(("k", 0, 1), ("k", 3, 2), ("j", 1, 4)), **days)

    assert made.select("sku_id", "day", "quantity").rows() == [
        (sku, DAY + timedelta(later), units) for sku, later, units in filled
    ]
    assert made["paid_minor"].null_count() == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("kj"), st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=8)
)
def test_filling_loses_nothing(rows):
    """What was demanded stays, each day of a series once, and filling twice changes nothing."""
    demand = _demand(*rows)
    made = frames.fill_days(demand)

    assert made["quantity"].sum() == demand["quantity"].sum()
    assert made.select("sku_id", "day").is_unique().all()
    spans = made.group_by("sku_id").agg(
        days=pl.len(), span=(pl.col("day").max() - pl.col("day").min()).dt.total_days()
    )
    assert (spans["days"] == spans["span"] + 1).all()
    assert frames.fill_days(made).equals(made)


def test_series_with_unknown_parts_are_kept():
    """A null among what makes a series is a value like any other."""
    demand = _demand(("k", 0, 1), ("k", 2, 1)).with_columns(sku_id=pl.lit(None, dtype=pl.String))

    assert frames.fill_days(demand)["quantity"].to_list() == [1, 0, 1]


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_filling_needs_an_eager_frame(engine):
    """A lazy engine has no such calendar; the error says what to do."""
    with pytest.raises(FrameError, match="collect the demand first"):
        frames.fill_days(ENGINES[engine](_demand(("k", 0, 1))))


@pytest.mark.parametrize("engine", ["pandas", "pyarrow"])
def test_filling_gives_back_what_it_got(engine):
    """The same kind of frame, the same rows."""
    made = frames.fill_days(ENGINES[engine](_demand(("k", 0, 1), ("k", 2, 1))))

    assert type(made).__module__.split(".")[0] == engine
    assert nw.from_native(made, eager_only=True)["quantity"].to_list() == [1, 0, 1]


def test_an_end_before_its_beginning():
    """Refused, with both days."""
    with pytest.raises(ArgumentError, match="last 2026-11-10 is before first 2026-11-11"):
        frames.fill_days(_demand(("k", 0, 1)), first=DAY, last=DAY - timedelta(1))
