"""Frames from records: one row each, every column of the schema, days of the business zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain import Money, frames, models
from privdomain.errors import ArgumentError
from tests.models.strategies import records

BUILDERS = {
    "orders": (frames.orders, frames.ORDERS, models.Order, "order_date"),
    "order_lines": (frames.order_lines, frames.ORDER_LINES, models.Order, "order_date"),
    "events": (frames.events, frames.EVENTS, models.Event, "event_date"),
    "touchpoints": (frames.touchpoints, frames.TOUCHPOINTS, models.Touchpoint, "touch_date"),
    "messages": (frames.messages, frames.MESSAGES, models.Message, None),
    "customers": (frames.customers, frames.CUSTOMERS, models.Customer, "registered_date"),
    "spend": (frames.spend, frames.SPEND, models.Spend, "first_date"),
    "skus": (frames.skus, frames.SKUS, models.Product, None),
}
every_builder = pytest.mark.parametrize("name", BUILDERS)

AT = datetime(2026, 11, 10, 15, 59, 59, 999_999, tzinfo=UTC)
"""The last microsecond of the 10th in Shanghai."""
TICK = timedelta(microseconds=1)


def order(**changes) -> models.Order:
    line = {
        "line_id": "1", "product_id": "p", "sku_id": "k", "quantity": 2, "unit_price": Money.cny("10"),
        "paid": Money.cny("17"), "discounts": [{"payer": "shop", "amount": Money.cny("2")},
                                               {"payer": "platform", "amount": Money.cny("1")}],
    }  # fmt: skip
    made = {
        "platform": "own", "shop_id": "s", "order_id": "A1", "status": "paid", "created_at": AT, "updated_at": AT,
        "lines": [line, line | {"line_id": "2", "quantity": 1, "is_freebie": True, "paid": Money.cny("0"), "discounts": []}],
        "discounts": [{"payer": "coupon", "amount": Money.cny("4")}],
        "freight": Money.cny("5"), "total": Money.cny("18"), "buyer": {"buyer_id": "b"}, "is_gift": True,
    }  # fmt: skip
    return models.Order.model_validate(made | changes)


@every_builder
@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow"])
def test_empty_frames_have_their_columns(name, backend):
    """No records make a frame with no rows, and with every column in the schema's order."""
    build, schema, _, _ = BUILDERS[name]
    made = nw.from_native(build([], backend=backend), eager_only=True)

    assert len(made) == 0
    assert made.columns == [column.name for column in schema if column.required]
    if backend != "pandas":  # its empty columns have no kind of their own
        schema.check(made.to_native())


@every_builder
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_record_fits_its_schema(name, data):
    """Whatever the records, the columns are those of the schema and no row breaks it."""
    build, schema, model, _ = BUILDERS[name]
    made = data.draw(st.lists(records(model), max_size=2, unique_by=repr))
    frame = build(made)

    schema.check(frame)
    wrong = [finding for finding in frames.check_rows(frame, schema) if finding.check != "repeated_key"]
    assert wrong == []


def test_an_order_as_a_row():
    """Every figure of an order, computed by hand."""
    (row,) = frames.orders([order(paid_at=AT + TICK)]).rows(named=True)

    assert row == {
        "space": "", "platform": "own", "shop_id": "s", "order_id": "A1", "buyer_id": "b", "status": "paid",
        "platform_status": "", "created_at": AT, "paid_at": AT + TICK, "shipped_at": None, "completed_at": None,
        "updated_at": AT, "version": 1_794_326_399_999_999, "order_date": date(2026, 11, 11), "line_count": 2,
        "quantity": 3, "goods_paid_minor": 1700, "freight_minor": 500, "discount_minor": 700, "total_minor": 1800,
        "currency": "CNY", "is_gift": True,
    }  # fmt: skip


def test_the_lines_of_an_order_as_rows():
    """Lines keep their order; reductions of the line are added, those of the whole order are not."""
    first, second = frames.order_lines([order()]).rows(named=True)

    assert first == {
        "space": "", "platform": "own", "shop_id": "s", "order_id": "A1", "line_id": "1", "buyer_id": "b",
        "product_id": "p", "sku_id": "k", "title": "", "merchant_sku": "", "quantity": 2, "unit_price_minor": 1000,
        "paid_minor": 1700, "discount_minor": 300, "refunded_quantity": 0, "is_freebie": False, "is_gift": True,
        "currency": "CNY", "status": "paid", "created_at": AT, "paid_at": None, "updated_at": AT,
        "order_date": date(2026, 11, 10),
    }  # fmt: skip
    assert (second["line_id"], second["is_freebie"], second["paid_minor"]) == ("2", True, 0)


@pytest.mark.parametrize(
    ("paid_at", "zone", "day"),
    [
        (None, "Asia/Shanghai", date(2026, 11, 10)),
        (AT + TICK, "Asia/Shanghai", date(2026, 11, 11)),
        (AT + TICK, "UTC", date(2026, 11, 10)),
        (AT, "America/New_York", date(2026, 11, 10)),
        (datetime(2026, 3, 8, 7, 30, tzinfo=UTC), "America/New_York", date(2026, 3, 8)),
        (
            datetime(1988, 7, 1, 15, 0, tzinfo=UTC),
            "Asia/Shanghai",
            date(1988, 7, 2),
        ),  # China's last summer times
    ],
)
def test_the_day_of_an_order(paid_at, zone, day):
    """The day of payment, or of placing where nothing is paid yet, on the wall calendar of the zone."""
    assert frames.orders([order(paid_at=paid_at)], zone=zone)["order_date"].to_list() == [day]


@every_builder
@settings(max_examples=1, deadline=None)
@given(data=st.data())
def test_what_is_no_record(name, data):
    """One record alone, a dict, a number: each is told what would be right."""
    build, _, model, _ = BUILDERS[name]
    one = data.draw(records(model))

    with pytest.raises(ArgumentError, match=rf"frames\.{name} .*one {model.__name__}; pass \[it\] in a list"):
        build(one)
    with pytest.raises(ArgumentError, match=rf"item 1 is a dict, not {model.__name__} of privdomain"):
        build([one, {"order_id": "A1"}])
    with pytest.raises(ArgumentError, match=f"an iterable of {model.__name__} records, not a int"):
        build(7)


def test_what_is_no_receipt():
    """The other records of messages are looked at, too."""
    with pytest.raises(ArgumentError, match=r"receipts=\): item 0 is a dict, not MessageReceipt"):
        frames.messages([MESSAGE], receipts=[{"message_id": "m"}])


def test_days_in_pandas_are_days():
    """What a builder makes for pandas is what the schema asks for, also where the day may be missing."""
    frames.ORDER_LINES.check(frames.order_lines([order()], backend="pandas"))
    nobody = models.Customer(customer_id="c", updated_at=AT)
    dated = models.Customer(customer_id="d", updated_at=AT, registered_at=AT)
    made = frames.customers([nobody, dated], backend="pandas")
    assert frames.kinds(made)["registered_date"] == "date"


def test_a_zone_that_does_not_exist():
    """The nearest name is in the message."""
    with pytest.raises(ArgumentError, match="did you mean 'Asia/Shanghai'"):
        frames.orders([order()], zone="Asia/Shanghia")


def test_a_backend_that_is_none():
    """Frames are made for eager engines."""
    with pytest.raises(ArgumentError, match="backend='duckdb'"):
        frames.orders([order()], backend="duckdb")


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow"])
def test_the_same_on_every_backend(backend):
    """The wished kind of frame, with the same rows."""
    made = frames.order_lines([order()], backend=backend)

    assert type(made).__module__.split(".")[0] == backend
    again = nw.from_native(made, eager_only=True).to_polars()
    assert again["paid_minor"].to_list() == [1700, 0]
    assert again["created_at"].to_list() == [AT, AT]


def test_microseconds_and_large_numbers_are_exact():
    """No instant and no amount goes through a float."""
    late = datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    vast = Money(2**53 + 1, "CNY")
    made = frames.orders([order(updated_at=late, total=vast)])

    assert made["updated_at"].to_list() == [late]
    assert made["total_minor"].to_list() == [2**53 + 1]


def test_what_is_not_known_is_null():
    """Records say it with an empty text, columns with a null that rules and joins understand."""
    seen = models.Event(
        event_id="e", kind="page_viewed", at=AT, key=models.IdentityKey(kind="device", value="d")
    )
    (row,) = frames.events([seen]).rows(named=True)

    assert (row["customer_id"], row["order_id"], row["value_minor"], row["currency"]) == (None,) * 4
    assert (row["key_kind"], row["key_value"], row["key_scope"]) == ("device", "d", "")


def _receipt(status: str, minutes: int, **more) -> models.MessageReceipt:
    return models.MessageReceipt.model_validate(
        {"message_id": "m", "channel": "sms", "status": status, "at": AT + timedelta(minutes=minutes)} | more
    )


MESSAGE = models.Message.model_validate({
    "message_id": "m", "channel": "sms", "kind": "care", "purpose": "p", "customer_id": "c", "text": "t",
    "to": {"kind": "phone_hash", "value": "h1"},
})  # fmt: skip


@pytest.mark.parametrize(
    ("receipts", "status", "sent", "read"),
    [
        ([], None, None, None),
        ([_receipt("refused", 0, code="45015")], "refused", None, None),
        ([_receipt("awaiting_staff", 0)], "awaiting_staff", None, None),
        ([_receipt("awaiting_staff", 0), _receipt("sent", 9)], "sent", 9, None),
        ([_receipt("read", 7), _receipt("accepted", 1), _receipt("delivered", 3)], "read", 1, 7),
        ([_receipt("uncertain", 2)], "uncertain", 2, None),
        ([_receipt("sent", 1), _receipt("failed", 1)], "failed", 1, None),
        ([_receipt("sent", 1, message_id="another")], None, None, None),
        ([_receipt("sent", 1, space="another brand")], None, None, None),
    ],
)
def test_what_receipts_say_together(receipts, status, sent, read):
    """The last one is the status, whatever order they come in; what may have arrived counts as sent."""
    (row,) = frames.messages([MESSAGE], receipts=receipts).rows(named=True)

    def at(minutes):
        return None if minutes is None else AT + timedelta(minutes=minutes)

    assert (row["status"], row["sent_at"], row["read_at"]) == (status, at(sent), at(read))
    assert row["sent_date"] == (None if sent is None else date(2026, 11, 11 if sent else 10))


def test_nobody_is_named_in_a_frame_of_customers():
    """The frame has what segments need, and nothing that names a person."""
    person = models.Customer(
        customer_id="c", updated_at=AT, name="王小明", phone="13800138000", nickname="小明",
        birthday=models.Birthday(month=8, day=15, calendar=models.BirthdayCalendar.LUNAR),
    )  # fmt: skip
    made = frames.customers([person])

    assert "王小明" not in str(made.rows())
    assert "13800138000" not in str(made.rows())
    assert made.select("birth_year", "birth_month", "birth_day", "birth_calendar").rows() == [
        (None, 8, 15, "lunar")
    ]


def test_the_days_of_a_period():
    """From midnight to midnight ends on the day before; the end itself is not part of it."""
    november = models.Spend.model_validate({
        "spend_id": "s", "channel": "douyin", "kind": "advertising", "amount": Money.cny("9"),
        "starts_at": "2026-11-01T00:00:00+08:00", "ends_at": "2026-12-01T00:00:00+08:00",
    })  # fmt: skip
    made = frames.spend([november])

    assert made.select("first_date", "last_date").rows() == [(date(2026, 11, 1), date(2026, 11, 30))]


def test_variants_of_a_product():
    """One row a SKU; the variant in words, and the narrowest category."""
    made = frames.skus([
        models.Product.model_validate({
            "platform": "own", "shop_id": "s", "product_id": "p", "title": "T恤", "status": "listed",
            "category_ids": ["1", "12"],
            "skus": [
                {"sku_id": "k", "price": Money.cny("9"), "attributes": [("颜色", "红"), ("尺码", "M")], "stock": -1},
                {"sku_id": "j", "price": Money.cny("9"), "list_price": Money.cny("12")},
            ],
        })
    ])  # fmt: skip

    columns = ("sku_id", "variant", "category_id", "list_price_minor", "stock")
    assert made.select(columns).rows() == [("k", "红 / M", "12", None, -1), ("j", None, "12", 1200, None)]


def test_a_stream_of_records_is_read_once():
    """Builders take any iterable, a generator too."""
    assert frames.orders(order(order_id=str(number)) for number in range(3)).height == 3
    assert isinstance(frames.orders(iter(())), pl.DataFrame)
