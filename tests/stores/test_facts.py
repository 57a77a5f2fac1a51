"""Cases, products and movements in the store: typed rows, the payload beside, the newer copy stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError
from privdomain.models import AfterSaleStatus, Buyer, ProductStatus, Refund, RefundStatus
from privdomain.stores import SqlStore, UpsertCounts, metadata
from tests.ingest._facts_shop import SHOP, a_case, a_movement, a_product
from tests.ingest._list_shop import START, an_order

HOUR = timedelta(hours=1)
PERSONAL = "王小茶 199-0000-0000 某路 1 号"


def rows(store: SqlStore, table: str) -> list[dict]:
    found = metadata.tables[table]
    with store._database.reading() as connection:
        wanted = select(found).where(found.c.space == store.space).order_by(*found.primary_key)
        return [dict(row) for row in connection.execute(wanted).mappings()]


def test_a_case_and_what_belongs_to_it(store: SqlStore) -> None:
    """Columns say what is added up; the record comes back whole."""
    refunds = (
        Refund(amount=Money.cny("3"), status=RefundStatus.SUCCEEDED, at=START),
        Refund(amount=Money.cny("9"), status=RefundStatus.FAILED),
        Refund(amount=Money.cny("2"), freight=Money.cny("1"), status=RefundStatus.RECOVERED),
    )
    case = a_case(1, refunds=refunds, requested=Money.cny("12"), raw={"o": 2**60})

    assert store.upsert_aftersales([case]) == UpsertCounts(inserted=1)
    assert store.aftersale("r00001", **SHOP) == case.model_copy(update={"space": store.space})
    (row,) = rows(store, "pd_aftersale")
    assert (row["order_id"], row["refunded_minor"], row["requested_minor"], row["currency"], row["quantity"]) == (
        "00001", 500, 1200, "CNY", 2,
    )  # fmt: skip
    assert [row["amount_minor"] for row in rows(store, "pd_refund")] == [300, 900, 200]
    assert len(rows(store, "pd_aftersale_line")) == 1


def test_what_belongs_to_a_case_is_replaced_as_a_set(store: SqlStore) -> None:
    """A newer copy without refunds takes them away; a stale one does not bring them back."""
    old, new = a_case(1, refunded=300), a_case(1, at=START + 9 * HOUR, lines=())
    store.upsert_aftersales([old])
    assert store.upsert_aftersales([new]).updated == 1
    assert store.upsert_aftersales([old]).stale == 1
    assert (rows(store, "pd_refund"), rows(store, "pd_aftersale_line")) == ([], [])
    assert rows(store, "pd_aftersale")[0]["currency"] == ""


def test_a_product_and_its_skus(store: SqlStore) -> None:
    """The lowest price and the sum of the stock; SKUs are replaced as a set."""
    store.upsert_products([a_product(1, at=START, price=100)], read_at=START)
    (row,) = rows(store, "pd_product")
    assert (row["price_minor"], row["stock"], row["sku_count"], row["missing_since"]) == (100, 10, 2, None)
    assert [sku["price_minor"] for sku in rows(store, "pd_sku")] == [100, 101]

    bare = a_product(1, at=START + HOUR, skus=(), status=ProductStatus.DELISTED)
    store.upsert_products([bare], read_at=START)
    (row,) = rows(store, "pd_product")
    assert (row["price_minor"], row["stock"], row["currency"], rows(store, "pd_sku")) == (None, None, "", [])


def test_a_movement_that_is_told_differently(store: SqlStore) -> None:
    """It has no update time: what was read later is right."""
    store.upsert_settlements([a_movement(1, minor=5), a_movement(2, out=True, minor=7)])
    assert store.upsert_settlements(
        [a_movement(1, minor=6), a_movement(2, out=True, minor=7)]
    ) == UpsertCounts(updated=1, unchanged=1)
    assert [one.signed.minor for one in store.settlements()] == [6, -7]
    assert [row["direction"] for row in rows(store, "pd_settlement")] == ["in", "out"]


def test_no_typed_column_holds_personal_data(store: SqlStore) -> None:
    """What a person is or wrote is in the payload and nowhere else."""
    store.upsert_aftersales([a_case(1, description=PERSONAL, buyer=Buyer(buyer_id="b", nickname=PERSONAL))])
    store.upsert_settlements([a_movement(1, note=PERSONAL)])

    for table in ("pd_aftersale", "pd_aftersale_line", "pd_settlement"):
        for row in rows(store, table):
            assert PERSONAL not in repr({name: value for name, value in row.items() if name != "payload"})


@pytest.mark.parametrize(
    ("check", "record", "path"),
    [
        ("aftersale", a_case(1, requested=Money(2**63, "CNY")), "aftersale.requested_minor"),
        ("aftersale", a_case(1, refunded=2**63), "aftersale.refunded_minor"),
        ("product", a_product(1, price=2**63), "product.price_minor"),
        ("settlement", a_movement(1, minor=2**63), "settlement.amount_minor"),
        ("settlement", a_movement(1, order_id="x" * 129), "settlement.order_id"),
    ],
)
def test_what_no_table_can_hold(store: SqlStore, check: str, record, path: str) -> None:
    """Refused with the path, before anything is written; a pull makes it a dead letter."""
    with pytest.raises(PayloadError) as caught:
        getattr(store, f"check_{check}")(record)
    assert path in [problem.path for problem in caught.value.problems]
    good = {"aftersale": a_case(2), "product": a_product(2), "settlement": a_movement(2)}[check]
    with pytest.raises(PayloadError):
        getattr(store, f"upsert_{check}s")([good, record])
    assert rows(store, f"pd_{check}") == []


def test_words_with_nul_and_half_a_surrogate(store: SqlStore) -> None:
    """Columns lose the NUL; the payload keeps both, in every kind of record."""
    raw = {"a\x00": "\ud800"}
    store.upsert_aftersales([a_case(1, platform_status="a\x00b", raw=raw)])
    store.upsert_products([a_product(1, title="t\x00t", raw=raw)])
    store.upsert_settlements([a_movement(1, platform_kind="k\x00", raw=raw)])
    store.upsert_orders([an_order(1, raw=raw)])

    assert rows(store, "pd_aftersale")[0]["platform_status"] == "ab"
    assert store.aftersale("r00001", **SHOP).raw == raw
    assert store.aftersale("r00001", **SHOP).platform_status == "a\x00b"
    assert store.product("p00001", **SHOP).raw == raw
    assert next(store.settlements()).raw == raw
    assert store.order("00001", **SHOP).raw == raw
    assert store.upsert_orders([an_order(1, raw=raw)]).unchanged == 1


def test_spaces_and_shops_do_not_see_each_other(open_store) -> None:
    """The same ids in two spaces and two shops are different records."""
    one, other = open_store(), open_store(space="x" + open_store().space)
    one.upsert_aftersales([a_case(1), a_case(1, shop_id="Mall", status=AfterSaleStatus.CLOSED)])
    one.upsert_products([a_product(1)])
    assert [case.status for case in one.aftersales()] == [
        AfterSaleStatus.CLOSED,
        AfterSaleStatus.WAITING_SHOP,
    ]
    assert (list(other.aftersales()), list(other.products())) == ([], [])
    assert other.mark_missing_products(**SHOP, since=START + 10**4 * HOUR) == 0
    with pytest.raises(ArgumentError, match="belongs to space"):
        one.upsert_settlements([a_movement(1, space="other")])


def test_records_of_orders_and_periods(store: SqlStore) -> None:
    """Chosen by their orders, in more than one statement, and by half-open periods."""
    store.upsert_aftersales(a_case(n) for n in range(600))
    store.upsert_settlements(a_movement(n) for n in range(600))
    wanted = [f"{n:05}" for n in range(600)] + ["nobody"]

    assert (
        len(list(store.aftersales_of(wanted, **SHOP)))
        == len(list(store.settlements_of(wanted, **SHOP)))
        == 600
    )
    assert [case.aftersale_id for case in store.aftersales_named(["r00007", "r9"], **SHOP)] == ["r00007"]
    period = Period(START + HOUR, START + 3 * HOUR)
    assert [case.aftersale_id for case in store.aftersales(updated=period)] == ["r00001", "r00002"]
    assert [one.settlement_id for one in store.settlements(booked=period)] == ["f00001", "f00002"]
    assert store.record_ids("aftersale", updated=period, **SHOP) == {"r00001", "r00002"}
    with pytest.raises(ArgumentError, match="'order' or 'aftersale'"):
        store.record_ids("product", updated=period, **SHOP)


def test_writers_that_meet(store: SqlStore) -> None:
    """Every copy of every case by four writers at once: the newest stays, with its own goods and refunds."""
    copies = [
        a_case(n, at=START + version * HOUR, refunded=version * 100)
        for n in range(20)
        for version in range(4)
    ]

    def write(seed: int) -> UpsertCounts:
        mine = list(copies)
        Random(seed).shuffle(mine)
        return sum((store.upsert_aftersales(mine[at : at + 9]) for at in range(0, 80, 9)), UpsertCounts())

    with ThreadPoolExecutor(4) as pool:
        counts = sum(pool.map(write, range(4)), UpsertCounts())

    assert counts.inserted == 20
    assert [case.refunded("CNY").minor for case in store.aftersales()] == [300] * 20
    assert [row["amount_minor"] for row in rows(store, "pd_refund")] == [300] * 20
