"""Rows that break a schema: counted on every engine alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain import Money, frames, models
from privdomain.errors import ArgumentError, FrameError
from privdomain.frames import Column, Kind, RowFinding, Schema, check_rows
from tests.frames.test_schema import ENGINES

AT = datetime(2026, 11, 11, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SCHEMA = Schema(
    "rows",
    (
        Column("space", Kind.STRING, "tenant"),
        Column("id", Kind.STRING, "id"),
        Column("units", Kind.INT, "units", minimum=0),
        Column("rate", Kind.FLOAT, "rate"),
        Column("at", Kind.INSTANT, "when", nullable=True),
        Column("day", Kind.DATE, "day", nullable=True),
        Column("until", Kind.INSTANT, "plan", nullable=True, may_be_future=True),
        Column("note", Kind.STRING, "note", required=False),
    ),
    key=("space", "id"),
)
DTYPES = {
    "space": pl.String, "id": pl.String, "units": pl.Int64, "rate": pl.Float64,
    "at": pl.Datetime("us", "UTC"), "day": pl.Date, "until": pl.Datetime("us", "UTC"),
}  # fmt: skip
ROW = {"space": "", "id": "a", "units": 1, "rate": 1.0, "at": AT, "day": date(2026, 11, 11), "until": AT}


def rows(*changes: dict) -> pl.DataFrame:
    made = [ROW | {"id": str(number)} | change for number, change in enumerate(changes)]
    return pl.DataFrame(made, schema=DTYPES)


def found(frame, **options) -> list[tuple[str, str, int]]:
    return [(finding.check, finding.column, finding.rows) for finding in check_rows(frame, SCHEMA, **options)]


CASES = [
    ([], {}, []),
    ([{}, {}], {"as_of": AT}, []),
    ([{"id": None}, {"space": None}], {}, [("missing", "space", 1), ("missing", "id", 1)]),
    ([{"rate": float("nan")}, {"rate": None}, {}], {}, [("missing", "rate", 2)]),
    ([{"units": -1}, {"units": 0}, {"units": -5}], {}, [("too_small", "units", 2)]),
    ([{"at": None, "day": None}], {"as_of": AT}, []),
    ([{"at": AT + TICK}, {}], {"as_of": AT}, [("in_future", "at", 1)]),
    ([{"at": AT + TICK}, {}], {}, []),
    ([{"day": date(2026, 11, 12)}, {}], {"as_of": AT}, [("in_future", "day", 1)]),
    ([{"day": date(2026, 11, 12)}], {"as_of": AT + timedelta(hours=16)}, []),
    ([{"day": date(2026, 11, 12)}], {"as_of": AT + timedelta(hours=16), "zone": "UTC"}, [("in_future", "day", 1)]),
    ([{"until": AT + timedelta(days=999)}], {"as_of": AT}, []),
    ([{"id": "x"}] * 3 + [{"id": "y"}] * 2 + [{}], {}, [("repeated_key", "space, id", 3)]),
    ([{"id": "x"}, {"id": "x", "space": "b"}], {}, []),
    ([{"id": "X"}, {"id": "x"}, {"id": "x "}], {}, []),
]  # fmt: skip


# an empty pandas column has no kind
EVERYWHERE = [(engine, *case) for engine in ENGINES for case in CASES if case[0] or engine != "pandas"]


@pytest.mark.parametrize(("engine", "changes", "options", "findings"), EVERYWHERE, ids=range(len(EVERYWHERE)))
def test_what_is_found(engine, changes, options, findings):
    """Empty cells, values too small, the future and repeated keys, each with its number of rows."""
    assert found(ENGINES[engine](rows(*changes)), **options) == findings


def test_columns_are_asked_first():
    """A frame with wrong columns is refused before its rows are looked at."""
    with pytest.raises(FrameError, match="units: is string"):
        check_rows(rows({}).with_columns(pl.col("units").cast(pl.String)), SCHEMA)


def test_now_has_a_zone():
    """A naive moment is no moment."""
    with pytest.raises(ArgumentError, match="naive"):
        check_rows(rows({}), SCHEMA, as_of=datetime(2026, 1, 1))


def test_a_finding_is_a_sentence():
    """What is logged says where, how many and what would be right."""
    (finding,) = check_rows(rows({"units": -1}), SCHEMA)

    assert isinstance(finding, RowFinding)
    assert str(finding) == "units: 1 row too_small; expected 0 or more"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({
            "id": st.sampled_from(["a", "b", None]), "units": st.sampled_from([-1, 0, 1, None]),
            "at": st.sampled_from([AT, AT + TICK, None]),
        }),
        max_size=12,
    )
)  # fmt: skip
def test_counts_equal_a_plain_reading(changes):
    """One row at a time and all at once say the same."""
    frame = rows(*changes)
    cells = frame.rows(named=True)
    keys = [(cell["space"], cell["id"]) for cell in cells]
    expected = {
        ("missing", "id"): sum(cell["id"] is None for cell in cells),
        ("missing", "units"): sum(cell["units"] is None for cell in cells),
        ("too_small", "units"): sum(cell["units"] is not None and cell["units"] < 0 for cell in cells),
        ("in_future", "at"): sum(cell["at"] is not None and cell["at"] > AT for cell in cells),
        ("repeated_key", "space, id"): len(keys) - len(set(keys)),
    }

    told = {(check, column): count for check, column, count in found(frame, as_of=AT)}
    assert told == {place: count for place, count in expected.items() if count}


def test_a_frame_in_pieces_is_one_frame():
    """A concatenated frame of many columns is counted like any other (polars 1.30 fails to sum columns added to such a frame)."""
    lines = pl.concat(
        [frames.order_lines([]), *(frames.order_lines([_order(str(number))]) for number in range(3))]
    )

    assert check_rows(lines, frames.ORDER_LINES, as_of=AT) == ()
    assert [finding.rows for finding in check_rows(lines, frames.ORDER_LINES, as_of=AT - TICK)] == [3, 3]


def _order(order_id: str) -> models.Order:
    return models.Order.model_validate({
        "platform": "own", "shop_id": "s", "order_id": order_id, "status": "paid", "created_at": AT, "updated_at": AT,
        "lines": [{"line_id": "1", "product_id": "p", "sku_id": "k", "quantity": 1, "unit_price": Money.cny("1"),
                   "paid": Money.cny("1")}],
        "freight": Money.cny("0"), "total": Money.cny("1"), "buyer": {"buyer_id": "b"},
    })  # fmt: skip
