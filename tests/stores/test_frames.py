"""Histories as columns, on every database."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from privdomain import frames
from privdomain.calendar import Period
from privdomain.errors import ArgumentError
from privdomain.frames import ORDER_LINES, ORDERS
from privdomain.stores import SqlStore
from tests.quality._tree import SOURCES
from tests.stores._orders import START, a_line, an_order
from tests.stores._strategies import orders

KEYS = {"orders": list(ORDERS.key), "order_lines": list(ORDER_LINES.key)}
BUILDERS = {"orders": frames.orders, "order_lines": frames.order_lines}


@settings(max_examples=40)
@given(st.lists(orders(), max_size=6, unique_by=lambda order: (order.shop_id, order.order_id)))
def test_the_store_and_the_builder_make_the_same_frame(made) -> None:
    """Two ways to columns, one through SQL and one from objects, agree in every column and dtype."""
    with SqlStore("sqlite://") as store:
        store.upsert_orders(made)
        for name, build in BUILDERS.items():
            assert_frame_equal(store.frame(name), build(printable(made)), check_row_order=False)


def printable(made):
    # columns leave a NUL out, which PostgreSQL cannot hold
    plain = {"platform_status": lambda text: text.replace("\x00", "")}
    return [
        order.model_copy(
            update={
                "platform_status": plain["platform_status"](order.platform_status),
                "lines": tuple(
                    line.model_copy(
                        update={
                            "title": line.title.replace("\x00", ""),
                            "merchant_sku": line.merchant_sku.replace("\x00", ""),
                        }
                    )
                    for line in order.lines
                ),
            }
        )
        for order in made
    ]


@pytest.mark.parametrize("name", BUILDERS)
def test_every_database_gives_the_same_columns(store: SqlStore, name: str) -> None:
    """Kinds, values, microseconds and local days are the builder's on each database."""
    made = [
        an_order("A1", lines=(a_line("1"), a_line("2", is_freebie=True)), space=store.space, is_gift=True),
        an_order("A2", paid_at=None, shipped_at=START, later_s=1e-6, space=store.space),
        an_order("A3", created_at=datetime(1970, 1, 1, tzinfo=UTC), paid_at=None, space=store.space),
        an_order("A4", created_at=datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), space=store.space),
        an_order("A5", lines=(), space=store.space),
    ]
    store.upsert_orders(made)

    frame = store.frame(name)

    (ORDERS if name == "orders" else ORDER_LINES).check(frame)
    assert_frame_equal(frame, BUILDERS[name](made), check_row_order=False)


@pytest.mark.parametrize("name", BUILDERS)
def test_an_empty_history_has_its_columns(store: SqlStore, name: str) -> None:
    """No rows is no reason for other columns or kinds."""
    assert_frame_equal(store.frame(name), BUILDERS[name]([]))


def test_columns_are_chosen_and_ordered(store: SqlStore) -> None:
    """Only what is asked for is read; what all rows share has the height of the rows."""
    store.upsert_orders([an_order("A1"), an_order("A2")])

    assert store.frame("orders", columns=["total_minor", "order_id"]).columns == ["total_minor", "order_id"]
    assert store.frame("orders", columns=["space"]).rows() == [(store.space,)] * 2
    assert store.frame("orders", columns=["order_date"]).rows() == [(date(2026, 11, 11),)] * 2
    assert store.frame("orders", shop_id="wx1", columns=["shop_id", "platform"]).height == 2
    assert store.frame("orders", columns=[]).columns == []


def test_rows_are_chosen_by_shop_and_period(store: SqlStore) -> None:
    """Platform, shop and half-open periods over each moment choose rows."""
    store.upsert_orders(
        [an_order("A1"), an_order("A2", later_s=60), an_order("A3", shop_id="wx2", paid_at=None)]
    )
    paid_at = START - timedelta(minutes=59)

    def ids(**chosen):
        return sorted(store.frame("order_lines", columns=["order_id"], **chosen)["order_id"])

    assert ids(updated=Period(START, START + timedelta(seconds=60))) == ["A1", "A3"]
    assert ids(updated=Period(START + timedelta(seconds=60), START + timedelta(seconds=61))) == ["A2"]
    assert ids(paid=Period(paid_at, paid_at + timedelta(microseconds=1))) == ["A1", "A2"]
    assert ids(paid=Period(paid_at - timedelta(days=1), paid_at)) == []
    assert ids(platform="wechat_shop", shop_id="wx2") == ["A3"]
    assert ids(platform="douyin") == []


def test_local_days_begin_in_the_zone_of_the_store(open_store) -> None:
    """16:30 UTC is the next day in Shanghai and the same day in Berlin."""
    at = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)
    open_store().upsert_orders([an_order(paid_at=at)])

    days = {
        zone: open_store(zone=zone).frame("orders")["order_date"][0]
        for zone in ("Asia/Shanghai", "Europe/Berlin")
    }

    assert days == {"Asia/Shanghai": date(2026, 11, 11), "Europe/Berlin": date(2026, 11, 10)}


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow"])
def test_frames_of_other_kinds(backend: str) -> None:
    """A pandas or pyarrow frame has the columns and kinds that the builder's frame of that backend has."""
    with SqlStore("sqlite://") as store:
        store.upsert_orders([an_order()])

        frame = store.frame("order_lines", backend=backend)

    assert frames.kinds(frame) == frames.kinds(frames.order_lines([an_order()], backend=backend))
    assert type(frame).__module__.partition(".")[0] == backend


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"name": "order_line"}, "did you mean 'order_lines'"),
        ({"name": "zzz"}, "there are 'orders', 'order_lines'"),
        ({"name": "orders", "columns": ["total_minr"]}, "did you mean 'total_minor'"),
        ({"name": "orders", "columns": ["payload"]}, "keeps no column 'payload'"),
        ({"name": "orders", "columns": "order_id"}, r"pass a list of names: \['order_id'\]"),
        ({"name": "orders", "columns": ["order_id", "order_id"]}, "twice"),
        ({"name": "orders", "backend": "dask"}, "backend='dask'"),
    ],
)
def test_what_is_not_kept(call, says) -> None:
    """An error names what was wrong and what would be right."""
    with SqlStore("sqlite://") as store, pytest.raises(ArgumentError, match=says):
        store.frame(**call)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_more_rows_than_one_batch(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows come in batches and leave as one frame."""
    monkeypatch.setattr("privdomain.stores._frames._BATCH", 7)
    with SqlStore("sqlite://") as store:
        store.upsert_orders(an_order(f"{number}", lines=(a_line("1"), a_line("2"))) for number in range(50))

        frame = store.frame("order_lines")

    assert frame.select(pl.struct("order_id", "line_id").n_unique()).item() == frame.height == 100


_OPENED = """
import sys
from privdomain.stores import SqlStore
with SqlStore("sqlite://") as store:
    store.upsert_orders([])
    store.dead_letters.count()
print({"polars", "narwhals", "numpy", "pandas"} & set(sys.modules))
"""


def test_a_store_is_opened_and_written_without_a_frame_engine() -> None:
    """Polars and narwhals come with the first frame."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "-c", _OPENED], capture_output=True, text=True, check=True, env=environment
    )

    assert done.stdout.strip() == "set()"
