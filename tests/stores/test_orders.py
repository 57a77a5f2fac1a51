"""Orders into the store and out of it, on every database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, UsageError
from privdomain.models import Buyer, Discount, DiscountPayer, OrderStatus
from privdomain.stores import SqlStore, UpsertCounts, metadata
from tests.stores._orders import START, a_line, an_order
from tests.stores._strategies import orders


def get(store: SqlStore, order_id: str = "A1"):
    return store.order(order_id, platform="wechat_shop", shop_id="wx1")


def test_an_order_comes_back_as_it_was(store: SqlStore) -> None:
    """What is read is what was written, raw payload and microseconds included; the store's space is its space."""
    order = an_order(lines=(a_line("1"), a_line("2", paid=Money.cny("0"), is_freebie=True)))

    counts = store.upsert_orders([order])

    assert counts == UpsertCounts(inserted=1)
    assert get(store) == order.model_copy(update={"space": store.space})
    assert get(store).updated_at.microsecond == 456789
    assert get(store, "A2") is None


OLD, NEW = an_order(status=OrderStatus.PAID), an_order(later_s=1, status=OrderStatus.SHIPPED)
SAME_SECOND = an_order(status=OrderStatus.CLOSED)


@pytest.mark.parametrize(
    ("copies", "counts", "kept"),
    [
        ([OLD, NEW], ["inserted", "updated"], NEW),
        ([NEW, OLD], ["inserted", "stale"], NEW),
        ([OLD, OLD], ["inserted", "unchanged"], OLD),
        ([OLD, NEW, NEW, OLD], ["inserted", "updated", "unchanged", "stale"], NEW),
        ([OLD, SAME_SECOND], ["inserted", "updated"], SAME_SECOND),
        ([NEW, SAME_SECOND], ["inserted", "stale"], NEW),
    ],
)
def test_of_two_copies_the_newer_one_stays(store: SqlStore, copies, counts, kept) -> None:
    """A late older copy never overwrites; the same copy is nothing; what a second hides is decided by arrival."""
    for copy, count in zip(copies, counts, strict=True):
        assert store.upsert_orders([copy]) == UpsertCounts(**{count: 1})

    assert get(store).status == kept.status


@pytest.mark.parametrize("copies", [[OLD, NEW], [NEW, OLD], [OLD, NEW, OLD, NEW]])
def test_copies_in_one_batch_are_weighed_too(store: SqlStore, copies) -> None:
    """A page with two copies of one order keeps the newer one and counts every copy once."""
    counts = store.upsert_orders(copies)

    assert get(store).status == OrderStatus.SHIPPED
    assert counts.inserted == 1
    assert counts.inserted + counts.unchanged + counts.stale == len(copies)


def test_lines_are_replaced_as_a_set(store: SqlStore) -> None:
    """A newer copy without a line takes the line away, and a stale copy does not bring it back."""
    both, one = (a_line("1"), a_line("2")), (a_line("2", quantity=7),)

    store.upsert_orders([an_order(lines=both)])
    store.upsert_orders([an_order(later_s=1, lines=one)])
    store.upsert_orders([an_order(lines=both)])

    lines = store.frame("order_lines", columns=["line_id", "quantity"])
    assert lines.rows() == [("2", 7)]


def test_ids_are_compared_byte_by_byte(store: SqlStore) -> None:
    """``oABC``, ``oabc`` and ``"oABC "`` are three orders, three lines, three buyers and, as spaces, three tenants."""
    names = ["oABC", "oabc", "oABC ", "oÄBC", "oABÇ", "ｏABC"]
    lines = tuple(a_line(name) for name in names)

    counts = store.upsert_orders(an_order(name, lines=lines, buyer=Buyer(buyer_id=name)) for name in names)

    assert counts.inserted == len(names)
    assert [get(store, name).order_id for name in names] == names
    frame = store.frame("order_lines")
    assert frame.height == len(names) ** 2
    assert sorted(frame["buyer_id"].unique()) == sorted(frame["line_id"].unique()) == sorted(names)


def test_spaces_do_not_see_each_other(open_store) -> None:
    """One database serves many brands: the same order in two spaces is two orders."""
    one, other = open_store(), open_store(space="Brand-" + open_store().space)

    one.upsert_orders([an_order()])
    other.upsert_orders([an_order(later_s=1, status=OrderStatus.CLOSED)])

    assert get(one).status == OrderStatus.PAID
    assert get(other).status == OrderStatus.CLOSED
    assert one.frame("orders").height == other.frame("orders").height == 1
    assert get(open_store(space=other.space.upper())) is None


def test_an_order_of_another_space_is_refused(store: SqlStore) -> None:
    """An order that names its tenant goes to no other one."""
    with pytest.raises(ArgumentError, match="belongs to space 'other'"):
        store.upsert_orders([an_order("A0"), an_order(space="other")])

    assert list(store.orders()) == []


def test_more_orders_than_a_statement_takes(store: SqlStore) -> None:
    """A thousand orders in one call, half of them known: each is counted and kept."""
    store.upsert_orders(an_order(f"{number:04}") for number in range(0, 1000, 2))

    counts = store.upsert_orders(an_order(f"{number:04}", later_s=number % 4) for number in range(1000))

    assert counts == UpsertCounts(inserted=500, updated=250, unchanged=250)
    assert [order.order_id for order in store.orders()] == [f"{number:04}" for number in range(1000)]


def test_orders_are_iterated_by_shop_and_period(store: SqlStore) -> None:
    """Platform, shop and the three moments choose orders; periods are half-open."""
    store.upsert_orders([an_order("A1"), an_order("A2", later_s=60), an_order("A1", shop_id="wx2")])
    until = Period(START, START + timedelta(seconds=60))

    assert [(order.shop_id, order.order_id) for order in store.orders()] == [
        ("wx1", "A1"),
        ("wx1", "A2"),
        ("wx2", "A1"),
    ]
    assert [order.order_id for order in store.orders(shop_id="wx1", updated=until)] == ["A1"]
    assert list(store.orders(platform="douyin")) == []
    assert len(list(store.orders(created=until))) == 0


def test_a_moment_of_any_zone_is_the_same_moment(store: SqlStore) -> None:
    """A time in Shanghai comes back as the same instant in UTC."""
    local = datetime(2026, 11, 11, 20, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))

    store.upsert_orders([an_order(created_at=local)])

    assert get(store).created_at == datetime(2026, 11, 11, 12, 0, 0, 1, tzinfo=UTC)
    assert store.frame("orders")["created_at"][0] == local


_TOO_MUCH = Discount(payer=DiscountPayer.SHOP, amount=Money(2**63, "CNY"))


@pytest.mark.parametrize(
    ("order", "path"),
    [
        (an_order(total=Money(2**63, "CNY")), "order.total"),
        (an_order(freight=Money(2**63, "CNY")), "order.freight"),
        (an_order(lines=(a_line("1"), a_line("2", quantity=2**63))), "order.lines[1].quantity"),
        (an_order(lines=(a_line(unit_price=Money(2**63, "CNY")),)), "order.lines[0].unit_price"),
        (an_order(lines=(a_line(discounts=(_TOO_MUCH,)),)), "order.lines[0].discounts[0].amount"),
        (an_order(discounts=(_TOO_MUCH,)), "order.discounts[0].amount"),
        (an_order(lines=tuple(a_line(f"{i}", quantity=2**62) for i in range(2))), "order.lines[*].quantity"),
    ],
)
def test_an_order_that_no_table_can_hold(store: SqlStore, order, path) -> None:
    """It is a payload error with the path, on every database alike, and nothing of its batch is written."""
    with pytest.raises(PayloadError) as caught:
        store.upsert_orders([an_order("A0"), order])

    assert [problem.path for problem in caught.value.problems] == [path]
    assert caught.value.payload == order.raw
    assert store.frame("orders").height == 0


def test_without_a_payload_of_the_platform_the_record_is_kept(store: SqlStore) -> None:
    """What was made by hand has no raw answer; then the record itself says what it was."""
    with pytest.raises(PayloadError) as caught:
        store.upsert_orders([an_order(total=Money(2**63, "CNY"), raw={})])

    assert caught.value.payload["order_id"] == "A1"


@pytest.mark.servers
def test_an_order_of_twenty_thousand_lines(mysql_url: str) -> None:
    """It fits into the statements of MySQL and MariaDB, whose size is limited, with their settings as they come."""
    lines = tuple(a_line(f"{number}") for number in range(20_000))

    with SqlStore(mysql_url, space="many lines") as store:
        store.migrate()
        assert store.upsert_orders([an_order(lines=lines)]).inserted == 1
        assert store.frame("order_lines", columns=["line_id"]).height == 20_000


@pytest.mark.servers
@pytest.mark.parametrize(("mark", "sent"), [("x", 1), ('"', 4), ("\\", 4), ("茶", 3)])
def test_an_order_larger_than_a_packet(mysql_url: str, mark: str, sent: int) -> None:
    """MySQL and MariaDB would break the connection: the error names the order and the setting before that."""
    engine = create_engine(mysql_url)
    with engine.connect() as connection:
        limit = connection.scalar(text("SELECT @@max_allowed_packet"))
    engine.dispose()
    # ``sent`` bytes a character: JSON escapes it, and the statement escapes that
    fits = an_order("A1", raw={"note": mark * ((limit - 40_000) // sent)})
    huge = an_order("A2", raw={"note": mark * (limit // sent)})

    with SqlStore(mysql_url, space=f"packet {ord(mark)}") as store:
        store.migrate()
        assert store.upsert_orders([fits]).inserted == 1
        with pytest.raises(UsageError, match=r"order A2 needs .* max_allowed_packet"):
            store.upsert_orders([an_order("A0"), huge])
        refused = PayloadError(kind="order", ref="A3", problems=[], payload=huge.raw)
        with pytest.raises(UsageError, match=r"dead letter of order A3 needs .* max_allowed_packet"):
            store.dead_letters.add([refused], platform="own", shop_id="mall", at=START)
        assert store.frame("orders", columns=["order_id"])["order_id"].to_list() == ["A1"]


def test_text_that_a_database_would_choke_on(store: SqlStore) -> None:
    """A NUL in a title is kept in the payload and left out of the column; emoji and old characters survive."""
    order = an_order(lines=(a_line(title="茶\x00🍵𠮷'\"%_\\"),), platform_status="\x00")

    store.upsert_orders([order])

    assert get(store).lines[0].title == "茶\x00🍵𠮷'\"%_\\"
    assert store.frame("order_lines")["title"].to_list() == ["茶🍵𠮷'\"%_\\"]


def test_nothing_personal_stands_in_a_column(store: SqlStore, url: str) -> None:
    """Name, phone, address and nickname are in the payload of the order and in no other column or table."""
    secrets = ("王小茶", "199-0000-0000", "某路 1 号", "小桂")
    store.upsert_orders([an_order()])
    engine = create_engine(url)

    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                rest = {name: value for name, value in row.items() if name != "payload"}
                assert not any(secret in str(rest) for secret in secrets)
        payload = connection.scalar(select(metadata.tables["pd_order"].c.payload).where(
            metadata.tables["pd_order"].c.space == store.space))  # fmt: skip
    engine.dispose()
    assert json.loads(payload)["receiver"]["name"] == "王小茶"


def newest(copies):
    kept = {}
    for copy in copies:
        at = (copy.shop_id, copy.order_id)
        if at not in kept or copy.version >= kept[at].version:
            kept[at] = copy
    return kept


@settings(max_examples=60)
@given(st.lists(st.lists(orders(), max_size=5), max_size=4))
def test_the_store_is_the_newest_copy_of_each_order(batches) -> None:
    """Law: whatever comes in whatever batches, what stays is the last of the newest copies, with exactly its lines."""
    with SqlStore("sqlite://") as store:
        counts = [store.upsert_orders(batch) for batch in batches]

        everything = [copy for batch in batches for copy in batch]
        kept = newest(everything)
        assert {(order.shop_id, order.order_id): order for order in store.orders()} == kept
        assert sum(count.inserted for count in counts) == len(kept)
        assert sum(c.inserted + c.updated + c.unchanged + c.stale for c in counts) == len(everything)
        lines = store.frame("order_lines", columns=["shop_id", "order_id", "line_id", "quantity"])
        assert sorted(lines.rows()) == sorted(
            (order.shop_id, order.order_id, line.line_id, line.quantity)
            for order in kept.values()
            for line in order.lines
        )
