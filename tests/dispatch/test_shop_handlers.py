"""What a platform's answer says about whether something was done, as one table a kind."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from privdomain import Money
from privdomain.dispatch import (
    SHOP_HANDLERS,
    WasDone,
    agree_refund_intention,
    agree_return_intention,
    confirm_return_intention,
    refuse_aftersale_intention,
    set_memo_intention,
    set_stock_intention,
    ship_intention,
)
from privdomain.models import AfterSaleStatus, OrderStatus, Parcel

YES, NO, CANNOT_TELL = WasDone.YES, WasDone.NO, WasDone.CANNOT_TELL
HANDLERS = {handler.kind: handler for handler in SHOP_HANDLERS}


def ask(wish, seen):
    """What the handler makes of what the platform says, and what it asked."""
    steps = HANDLERS[wish.kind].was_done(wish)
    try:
        call = next(steps)
        steps.send(seen)
    except StopIteration as done:
        return done.value
    raise AssertionError(f"it asked more than once: {call}")


def calls(wish, *seen, again=False):
    """The calls that carry it out."""
    steps, made, answers = HANDLERS[wish.kind].do(wish, again=again), [], iter(seen)
    try:
        call = next(steps)
        while True:
            made.append((call.method, call.arguments, call.keywords))
            call = steps.send(next(answers, None))
    except StopIteration:
        return made


def case(status, reject_reason=""):
    return SimpleNamespace(status=AfterSaleStatus(status), reject_reason=reject_reason)


DECISIONS = {
    "agree_refund": agree_refund_intention("r1", target="douyin:1"),
    "agree_return": agree_return_intention("r1", target="douyin:1"),
    "refuse": refuse_aftersale_intention("r1", target="douyin:1", reason_code="3", text="no"),
    "confirm_return": confirm_return_intention("r1", target="douyin:1"),
}

# status → agree_refund, agree_return, refuse, confirm_return
SAYS = {
    "waiting_shop": (NO, NO, NO, CANNOT_TELL),
    "waiting_buyer": (CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, CANNOT_TELL),
    "waiting_return": (CANNOT_TELL, YES, CANNOT_TELL, CANNOT_TELL),
    "waiting_return_receipt": (NO, YES, NO, NO),
    "waiting_reship": (CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, YES),
    "waiting_reship_receipt": (CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, CANNOT_TELL),
    "disputed": (CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, CANNOT_TELL),
    "refunding": (YES, YES, CANNOT_TELL, YES),
    "refund_failed": (YES, YES, CANNOT_TELL, YES),
    "rejected": (CANNOT_TELL, CANNOT_TELL, YES, CANNOT_TELL),
    "completed": (YES, YES, CANNOT_TELL, YES),
    "canceled": (CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, CANNOT_TELL),
    "closed": (CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, CANNOT_TELL),
    "unknown": (CANNOT_TELL, CANNOT_TELL, CANNOT_TELL, CANNOT_TELL),
}


def test_the_table_names_every_status():
    assert set(SAYS) == set(AfterSaleStatus)


@pytest.mark.parametrize(
    ("status", "what", "says"),
    [(status, what, say) for status, row in SAYS.items() for what, say in zip(DECISIONS, row, strict=True)],
)
def test_what_a_status_says_about_a_decision(status, what, says):
    assert ask(DECISIONS[what], case(status)) is says


def test_a_refusal_of_before_is_no_refusal_of_now():
    """A case that was refused once and asked for again: the reason on it may be the old one."""
    assert ask(DECISIONS["refuse"], case("waiting_shop", "damaged by the buyer")) is CANNOT_TELL


def test_kuaishou_keeps_a_refused_case_open_for_the_buyer():
    wish = refuse_aftersale_intention("r1", target="kuaishou:1", reason_code="3", text="no")

    assert ask(wish, case("waiting_buyer")) is YES
    assert ask(agree_refund_intention("r1", target="kuaishou:1"), case("waiting_buyer")) is CANNOT_TELL


@pytest.mark.parametrize(
    ("status", "there", "says"),
    [
        ("paid", [], NO),
        ("partially_shipped", ["w1"], NO),
        ("partially_shipped", ["W1", " w2 "], YES),
        ("shipped", ["w1", "w2", "w3"], YES),
        ("shipped", ["w9"], CANNOT_TELL),
        ("completed", [], CANNOT_TELL),
        ("unknown", [], CANNOT_TELL),
        ("closed", [], NO),
    ],
)
def test_what_an_order_says_about_its_parcels(status, there, says):
    wish = ship_intention("o1", parcels=[parcel("w1"), parcel("w2")], target="douyin:1")
    order = SimpleNamespace(status=OrderStatus(status), parcels=tuple(map(parcel, there)))

    assert ask(wish, order) is says


def parcel(waybill):
    return Parcel(carrier="sf", waybill_id=waybill)


def test_only_missing_parcels_are_sent_again():
    wish = ship_intention("o1", parcels=[parcel("w1"), parcel("w2")], target="douyin:1")
    half = SimpleNamespace(parcels=(parcel("w1"),))
    whole = SimpleNamespace(parcels=(parcel("w1"), parcel("w2")))

    assert calls(wish) == [("ship", ("o1",), {"parcels": (parcel("w1"), parcel("w2"))})]
    assert calls(wish, half, again=True)[1:] == [("ship", ("o1",), {"parcels": (parcel("w2"),)})]
    assert [method for method, *_ in calls(wish, whole, again=True)] == ["order"]


@pytest.mark.parametrize(
    ("wish", "call"),
    [
        (DECISIONS["agree_refund"], ("agree_refund", ("r1",), {"amount": None})),
        (
            agree_refund_intention("r1", target="d:1", amount=Money.cny("9.90")),
            ("agree_refund", ("r1",), {"amount": Money.cny("9.90")}),
        ),
        (
            agree_return_intention("r1", target="d:1", address_id="a7"),
            ("agree_return", ("r1",), {"address_id": "a7"}),
        ),
        (DECISIONS["refuse"], ("refuse_aftersale", ("r1",), {"reason_code": "3", "text": "no"})),
        (DECISIONS["confirm_return"], ("confirm_return", ("r1",), {})),
        (
            set_stock_intention("p", sku_id="k", quantity=0, target="d:1", key="c"),
            ("set_stock", ("p",), {"sku_id": "k", "quantity": 0}),
        ),
        (
            set_memo_intention("o1", text="易碎", target="d:1", key="m"),
            ("set_memo", ("o1",), {"text": "易碎"}),
        ),
    ],
)
def test_an_intention_becomes_one_call_of_the_shop(wish, call):
    assert calls(wish) == [call]


@pytest.mark.parametrize(
    ("wish", "repeatable", "says"),
    [
        (set_stock_intention("p", sku_id="k", quantity=7, target="douyin:1", key="c"), True, YES),
        (set_stock_intention("p", sku_id="k", quantity=8, target="douyin:1", key="c"), True, NO),
        (set_stock_intention("p", sku_id="k", quantity=7, target="kuaishou:1", key="c"), False, CANNOT_TELL),
        (set_memo_intention("o", text="x", target="douyin:1", key="m"), True, NO),
        (set_memo_intention("o", text="x", target="kuaishou:1", key="m"), False, CANNOT_TELL),
    ],
)
def test_overwrites_may_be_repeated_and_differences_may_not(wish, repeatable, says):
    assert HANDLERS[wish.kind].repeatable(wish) is repeatable
    assert ask(wish, SimpleNamespace(sellable=7)) is says


def test_keys_and_subjects_fit_whatever_the_ids_are():
    many = [parcel(f"SF{number:013d}") for number in range(40)]
    long = ship_intention("o" * 128, parcels=many, target="douyin:1")
    other = ship_intention("o" * 128, parcels=many[1:], target="douyin:1")

    assert len(long.key) <= 128 and len(long.subject) <= 128
    assert long.key != other.key
    assert long.subject == other.subject
    assert (
        ship_intention("o", parcels=many[::-1], target="d:1").key
        == ship_intention("o", parcels=many, target="d:1").key
    )
