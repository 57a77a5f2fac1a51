"""对账: worked examples of every way an order's money can stand, and the law that no amount is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import ArgumentError
from privdomain.ingest import MoneyKind, MoneyReport, MoneyState, match_money, reconcile_money
from privdomain.models import (
    AfterSale,
    CommissionAdjustment,
    CommissionDirection,
    CommissionOrder,
    CommissionShare,
    CommissionStatus,
    Discount,
    DiscountPayer,
    Order,
    OrderStatus,
    Refund,
    RefundStatus,
    SettlementKind,
    SettlementPart,
)
from privdomain.stores import SqlStore
from tests.ingest._facts_shop import a_case, a_movement
from tests.ingest._list_shop import START, an_order

DAY = timedelta(days=1)
AS_OF = START + 30 * DAY
K, S = MoneyKind, MoneyState
IN, BACK, FEE, SHARE = (
    SettlementKind.ORDER_INCOME, SettlementKind.REFUND, SettlementKind.PLATFORM_FEE, SettlementKind.COMMISSION,
)  # fmt: skip


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def sold(number: int = 1, *, total: int = 1000, done: int | None = 1, subsidy: int = 0, **fields) -> Order:
    """An order of ``total`` fen, completed ``done`` days after `START`."""
    discounts = (Discount(payer=DiscountPayer.PLATFORM, amount=cny(subsidy)),) if subsidy else ()
    made = {
        "total": cny(total),
        "discounts": discounts,
        "status": OrderStatus.SHIPPED if done is None else OrderStatus.COMPLETED,
        "completed_at": None if done is None else START + done * DAY,
        "at": START + DAY,
    }
    return an_order(number, **{**made, **fields})


def given_back(
    number: int = 1, minor: int = 300, *, case: str = "r1", at: datetime = START + 2 * DAY, **fields
):
    return a_case(number, at=at, refunded=minor, aftersale_id=case, **fields)


def moved(kind: SettlementKind, minor: int, number: int = 1, *, key: str = "", **fields):
    """A movement of signed ``minor`` fen about the order of that number."""
    return a_movement(
        number, kind=kind, minor=abs(minor), out=minor < 0, settlement_id=key or f"{kind}{minor}", **fields
    )


def commission(
    number: int = 1, minor: int = 50, *, status=CommissionStatus.SETTLED, **fields
) -> CommissionOrder:
    settled = {"settled": cny(minor)} if status is CommissionStatus.SETTLED else {"estimated": cny(minor)}
    made = {
        "alliance": "league", "row_id": f"{number}", "order_id": f"{number:05}", "status": status, "updated_at": START,
        "direction": CommissionDirection.EXPENSE,
        "shares": (CommissionShare(party="talent", rate_bp=Decimal(500), **settled),),
    }  # fmt: skip
    return CommissionOrder(**{**made, **fields})


def match(orders=(), cases=(), movements=(), commissions=(), **options) -> MoneyReport:
    return match_money(
        orders=orders, aftersales=cases, settlements=movements, commissions=commissions,
        **{"as_of": AS_OF, "settlement_days": 7, **options},
    )  # fmt: skip


def found(report: MoneyReport) -> list[tuple[MoneyKind, MoneyState, int, int]]:
    return [(one.kind, one.state, one.expected.minor, one.booked.minor) for one in report.entries]


LATE = sold(done=25)
WORKED: dict[str, tuple[Sequence, Sequence, Sequence, list]] = {
    "income as it should be": ([sold()], [], [moved(IN, 1000)], [(K.INCOME, S.MATCHED, 1000, 1000)]),
    "income in two movements": (
        [sold()], [], [moved(IN, 400), moved(IN, 600)], [(K.INCOME, S.MATCHED, 1000, 1000)],
    ),
    "a fen too little": ([sold()], [], [moved(IN, 999)], [(K.INCOME, S.DIFFERS, 1000, 999)]),
    "due and not there": ([sold()], [], [], [(K.INCOME, S.MISSING, 1000, 0)]),
    "completed, not due": ([LATE], [], [], [(K.INCOME, S.NOT_DUE, 1000, 0)]),
    "early is no fault": ([LATE], [], [moved(IN, 1000)], [(K.INCOME, S.MATCHED, 1000, 1000)]),
    "on its way": ([sold(done=None)], [], [], [(K.INCOME, S.NOT_DUE, 1000, 0)]),
    "never paid": ([sold(paid_at=None, done=None, status=OrderStatus.CLOSED)], [], [], []),
    "never paid, and booked": (
        [sold(paid_at=None, done=None)], [], [moved(IN, 1000)], [(K.INCOME, S.UNEXPECTED, 0, 1000)],
    ),
    "paid and closed": (
        [sold(done=None, status=OrderStatus.CLOSED)], [], [], [(K.INCOME, S.MISSING, 1000, 0)],
    ),
    "an order that nobody knows": ([], [], [moved(IN, 1000)], [(K.INCOME, S.UNEXPECTED, 0, 1000)]),
    "a refund and its flow": (
        [sold()], [given_back()], [moved(IN, 1000), moved(BACK, -300)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.MATCHED, -300, -300)],
    ),
    "a refund by its case": (
        [sold()], [given_back(), given_back(case="r2", minor=200)],
        [moved(IN, 1000), moved(BACK, -300, aftersale_id="r1"), moved(BACK, -100, aftersale_id="r2")],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.MATCHED, -300, -300), (K.REFUND, S.DIFFERS, -200, -100)],
    ),
    "a flow that names only its case": (
        [sold()], [given_back()], [moved(IN, 1000), moved(BACK, -300, order_id="", aftersale_id="r1")],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.MATCHED, -300, -300)],
    ),
    "two cases in one sum": (
        [sold()], [given_back(), given_back(case="r2", minor=200)], [moved(IN, 1000), moved(BACK, -500)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.MATCHED, -500, -500)],
    ),
    "a refund without a flow": (
        [sold()], [given_back()], [moved(IN, 1000)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.MISSING, -300, 0)],
    ),
    "a refund of today": (
        [sold()], [given_back(at=AS_OF - DAY)], [moved(IN, 1000)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.NOT_DUE, -300, 0)],
    ),
    "a refund that failed": (
        [sold()], [a_case(1, refunds=(Refund(amount=cny(300), status=RefundStatus.FAILED),))],
        [moved(IN, 1000)], [(K.INCOME, S.MATCHED, 1000, 1000)],
    ),
    "a flow without a refund": (
        [sold()], [], [moved(IN, 1000), moved(BACK, -300)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.UNEXPECTED, 0, -300)],
    ),
    "income less the refund": (
        [sold()], [given_back()], [moved(IN, 700)],
        [(K.INCOME, S.NETTED, 1000, 700), (K.REFUND, S.NETTED, -300, 0)],
    ),
    "all of it back before it was settled": (
        [sold(done=None, status=OrderStatus.CLOSED)], [given_back(minor=1000)], [],
        [(K.INCOME, S.NETTED, 1000, 0), (K.REFUND, S.NETTED, -1000, 0)],
    ),
    "the same, of a subsidized order": (
        [sold(done=None, status=OrderStatus.CLOSED, subsidy=50)], [given_back(minor=1000)], [],
        [(K.INCOME, S.NETTED, 1000, 0), (K.REFUND, S.NETTED, -1000, 0)],
    ),
    "a subsidy by itself": (
        [sold(subsidy=50)], [], [moved(IN, 1000), moved(SettlementKind.SUBSIDY, 50)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.SUBSIDY, S.MATCHED, 50, 50)],
    ),
    "a subsidy within the income": (
        [sold(subsidy=50)], [], [moved(IN, 1050)],
        [(K.INCOME, S.NETTED, 1000, 1050), (K.SUBSIDY, S.NETTED, 50, 0)],
    ),
    "a subsidy that did not come": (
        [sold(subsidy=50)], [], [moved(IN, 1000)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.SUBSIDY, S.MISSING, 50, 0)],
    ),
    "a subsidy taken back with the refund": (
        [sold(subsidy=50)],
        [a_case(1, aftersale_id="r1", refunds=(
            Refund(amount=cny(300), status=RefundStatus.SUCCEEDED, at=START,
                   returned_discounts=(Discount(payer=DiscountPayer.PLATFORM, amount=cny(20)),)),
        ))],
        [moved(IN, 1000), moved(BACK, -300), moved(SettlementKind.SUBSIDY, 30)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.SUBSIDY, S.MATCHED, 30, 30), (K.REFUND, S.MATCHED, -300, -300)],
    ),
    "a fee of a known order": (
        [sold()], [], [moved(IN, 1000), moved(FEE, -6)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.FEE, S.MATCHED, -6, -6)],
    ),
    "a fee of nobody's order": ([], [], [moved(FEE, -6)], [(K.FEE, S.UNEXPECTED, 0, -6)]),
    "a bill in parts": (
        [sold()], [],
        [moved(IN, 944, parts=(
            SettlementPart(kind=IN, amount=cny(1000)), SettlementPart(kind=FEE, amount=cny(-6)),
            SettlementPart(kind=SettlementKind.FREIGHT_INSURANCE, amount=cny(-50)),
        ))],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.FEE, S.MATCHED, -6, -6), (K.ACCOUNT, S.OWN, 0, -50)],
    ),
    "a bill whose parts leave something over": (
        [sold()], [], [moved(IN, 995, parts=(SettlementPart(kind=IN, amount=cny(1000)),))],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.ACCOUNT, S.UNEXPECTED, 0, -5)],
    ),
    "a withdrawal": (
        [], [], [moved(SettlementKind.WITHDRAWAL, -5000, order_id="")], [(K.ACCOUNT, S.OWN, 0, -5000)],
    ),
    "a kind of movement that nobody knows": (
        [sold()], [], [moved(IN, 1000), moved(SettlementKind.UNKNOWN, -7)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.ACCOUNT, S.UNEXPECTED, 0, -7)],
    ),
    "a refund of an order that nobody knows": ([], [given_back()], [], [(K.REFUND, S.MISSING, -300, 0)]),
    "another shop's order of the same number": (
        [sold()], [], [moved(IN, 1000), moved(IN, 1000, shop_id="other", key="x")],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.INCOME, S.UNEXPECTED, 0, 1000)],
    ),
    "handed over twice": (
        [sold(), sold()], [given_back(), given_back()],
        [moved(IN, 1000), moved(IN, 1000), moved(BACK, -300), moved(BACK, -300)],
        [(K.INCOME, S.MATCHED, 1000, 1000), (K.REFUND, S.MATCHED, -300, -300)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKED)
def test_worked_examples(name: str) -> None:
    """What stands on each side, and what is said of it."""
    orders, cases, movements, wanted = WORKED[name]

    assert found(match(orders, cases, movements)) == wanted


COMMISSIONS: dict[str, tuple[Sequence, Sequence, list]] = {
    "as settled": ([commission()], [moved(SHARE, -50)], [(S.MATCHED, -50, -50)]),
    "of several rows": (
        [commission(), commission(row_id="b", minor=20)], [moved(SHARE, -70)], [(S.MATCHED, -70, -70)],
    ),
    "settled and not taken": ([commission()], [], [(S.MISSING, -50, 0)]),
    "another amount": ([commission()], [moved(SHARE, -55)], [(S.DIFFERS, -50, -55)]),
    "not settled yet": ([commission(status=CommissionStatus.PAID)], [], [(S.NOT_DUE, -50, 0)]),
    "taken before it is listed as settled": (
        [commission(status=CommissionStatus.PAID)], [moved(SHARE, -50)], [(S.MATCHED, -50, -50)],
    ),
    "clawed back": (
        [commission(adjustments=(CommissionAdjustment(at=START, amount=cny(-50)),))], [], [],
    ),
    "invalid": ([commission(status=CommissionStatus.INVALID)], [], []),
    "nobody brought the order": ([], [moved(SHARE, -50)], [(S.UNEXPECTED, 0, -50)]),
    "a view of somebody who receives": ([commission(direction=CommissionDirection.INCOME)], [], []),
    "of an order that nobody knows": ([commission(9)], [], [(S.MISSING, -50, 0)]),
    "of another shop": ([commission(shop_id="other")], [], [(S.MISSING, -50, 0)]),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMISSIONS)
def test_commissions(name: str) -> None:
    """Settled ones are money, the others are estimates."""
    rows, movements, wanted = COMMISSIONS[name]
    report = match([sold()], [], [moved(IN, 1000), *movements], rows)

    of_kind = [entry for entry in report.entries if entry.kind is K.COMMISSION]
    assert [(entry.state, entry.expected.minor, entry.booked.minor) for entry in of_kind] == wanted


def test_a_fee_can_be_checked() -> None:
    """With the rate of one's own contract."""

    def contract(order: Order) -> Money:
        return cny(order.total.minor * 6 // 1000)

    good = match([sold()], [], [moved(IN, 1000), moved(FEE, -6)], expected_fee=contract)
    wrong = match([sold()], [], [moved(IN, 1000), moved(FEE, -60)], expected_fee=contract)
    none = match([sold()], [], [moved(IN, 1000)], expected_fee=contract)

    assert good.findings == ()
    assert [(one.kind, one.state, one.gap) for one in wrong.findings] == [(K.FEE, S.DIFFERS, cny(-54))]
    assert [(one.kind, one.state) for one in none.findings] == [(K.FEE, S.MISSING)]


def test_the_days_are_the_callers() -> None:
    """Due is what is booked ``settlement_days`` after completion, to the moment."""
    at = START + DAY + timedelta(days=7)

    assert [one.state for one in match([sold()], as_of=at).entries] == [S.MISSING]
    assert [one.state for one in match([sold()], as_of=at - timedelta(microseconds=1)).not_due] == [S.NOT_DUE]
    assert match([sold()], settlement_days=60).findings == ()


def test_findings_tell_where_to_look() -> None:
    """The order, the case, the movements and why."""
    report = match([sold()], [given_back()], [moved(IN, 1000), moved(BACK, -1, key="f9", aftersale_id="r1")])
    (finding,) = report.findings

    assert (finding.order_id, finding.aftersale_id, finding.settlement_ids) == ("00001", "r1", ("f9",))
    (other,) = match([sold()], [], [moved(IN, 1000), moved(FEE, -6, 2)]).findings
    assert other.note == "of an order that is not known here"


def test_currencies_do_not_mix() -> None:
    """A movement in another currency than its order's is told, and counted by itself."""
    foreign = moved(IN, 1000).model_copy(update={"amount": Money(1000, "USD"), "settlement_id": "usd"})
    report = match([sold()], [], [moved(IN, 1000), foreign])

    assert [(one.state, one.booked, one.note) for one in report.findings] == [
        (S.UNEXPECTED, Money(1000, "USD"), "in USD, the order in CNY")
    ]
    assert [(total.kind, total.booked) for total in report.totals] == [
        (K.INCOME, cny(1000)),
        (K.INCOME, Money(1000, "USD")),
    ]


@pytest.mark.parametrize(
    "options", [{"settlement_days": -1}, {"refund_days": -1}, {"as_of": datetime(2026, 1, 1)}]
)
def test_what_cannot_be_meant(options) -> None:
    """Said at once."""
    with pytest.raises(ArgumentError):
        match([sold()], **options)


numbers = st.integers(1, 4)
amounts = st.sampled_from([0, 1, 50, 300, 700, 1000, 1050])
orders_drawn = st.lists(
    st.builds(
        sold, numbers, total=amounts, done=st.sampled_from([None, 1, 25]), subsidy=st.sampled_from([0, 50]),
        paid_at=st.sampled_from([None, START]),
    ),
    max_size=4, unique_by=lambda order: order.order_id,
)  # fmt: skip
cases_drawn = st.lists(
    st.builds(given_back, numbers, amounts, case=st.sampled_from(["r1", "r2", "r3"])),
    max_size=3,
    unique_by=lambda case: case.aftersale_id,
)
parts_drawn = st.lists(
    st.builds(SettlementPart, kind=st.sampled_from(SettlementKind), amount=st.integers(-1000, 1000).map(cny)),
    max_size=3,
).map(tuple)
movements_drawn = st.lists(
    st.builds(
        moved, st.sampled_from(SettlementKind), st.integers(-1050, 1050), st.integers(1, 6),
        key=st.integers(0, 10**6).map(lambda n: f"f{n}"), parts=parts_drawn,
        aftersale_id=st.sampled_from(["", "r1", "r2", "r9"]),
    ),
    max_size=8, unique_by=lambda one: one.settlement_id,
)  # fmt: skip
commissions_drawn = st.lists(
    st.builds(
        commission, st.integers(1, 6), amounts, status=st.sampled_from([CommissionStatus.SETTLED, CommissionStatus.PAID]),
        row_id=st.integers(0, 10**6).map(str),
    ),
    max_size=4, unique_by=lambda row: row.row_id,
)  # fmt: skip


@given(orders_drawn, cases_drawn, movements_drawn, commissions_drawn)
def test_no_amount_is_lost(
    orders: list[Order], cases: list[AfterSale], movements: list, commissions: list[CommissionOrder]
) -> None:
    """Law: what is booked adds up to the movements, what is expected to the records, and gaps to their difference."""
    report = match(orders, cases, movements, commissions)

    assert sum(one.booked.minor for one in report.entries) == sum(one.signed.minor for one in movements)
    expected = dict.fromkeys(MoneyKind, 0)
    for entry in report.entries:
        expected[entry.kind] += entry.expected.minor
    assert expected[K.INCOME] == sum(order.total.minor for order in orders if order.paid_at)
    assert expected[K.REFUND] == -sum(case.refunded("CNY").minor for case in cases)
    assert expected[K.COMMISSION] == -sum(
        (row.settled("CNY") + row.estimated("CNY")).minor for row in commissions
    )
    assert expected[K.ACCOUNT] == 0
    for total in report.totals:
        assert sum(gap.minor for gap in total.by_state.values()) == total.booked.minor - total.expected.minor
        assert total.by_state.get(S.MATCHED, cny(0)) == cny(0)
    # what a platform nets, it nets within one order
    netted: dict[str, int] = {}
    for entry in report.entries:
        if entry.state is S.NETTED:
            netted[entry.order_id] = netted.get(entry.order_id, 0) + entry.gap.minor
    assert set(netted.values()) <= {0}


def test_out_of_a_store(any_store: SqlStore) -> None:
    """An order at the period's edge is taken with all of its cases and movements, and another month's is not."""
    october = sold(1, paid_at=START - 5 * DAY)
    november = sold(2, paid_at=START + DAY)
    older = sold(3, paid_at=START - 60 * DAY)
    any_store.upsert_orders([october, november, older])
    any_store.upsert_aftersales([given_back(1, at=START + 2 * DAY)])
    any_store.upsert_settlements(
        [
            moved(IN, 1000, 1, key="a", at=START - DAY),
            moved(BACK, -300, 1, key="b", at=START + 3 * DAY),
            moved(IN, 1000, 2, key="c", at=START + 40 * DAY),
            moved(FEE, -6, 9, key="d", at=START + 4 * DAY),
            moved(SettlementKind.WITHDRAWAL, -50, key="e", order_id="", at=START + 5 * DAY),
        ]
    )
    period = Period(START, START + 30 * DAY)

    report = reconcile_money(
        any_store, period=period, as_of=period.end, settlement_days=7, commissions=[commission(2)]
    )

    assert found(report) == [
        (K.INCOME, S.MATCHED, 1000, 1000),
        (K.REFUND, S.MATCHED, -300, -300),
        (K.INCOME, S.MISSING, 1000, 0),
        (K.COMMISSION, S.MISSING, -50, 0),
        (K.FEE, S.UNEXPECTED, 0, -6),
        (K.ACCOUNT, S.OWN, 0, -50),
    ]
    later = reconcile_money(any_store, period=period, as_of=START + 50 * DAY, settlement_days=7)
    assert [(one.kind, one.state) for one in later.findings] == [(K.FEE, S.UNEXPECTED)]
    nowhere = reconcile_money(any_store, period=period, as_of=period.end, settlement_days=7, shop_id="other")
    assert nowhere.entries == ()
