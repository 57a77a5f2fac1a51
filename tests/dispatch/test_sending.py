"""What becomes of a row: done, refused, failed, unknown, expired; and what is asked of the platform for it."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest

from privdomain.dispatch import (
    Outbox,
    adispatch,
    agree_refund_intention,
    areconcile_unknown,
    dispatch,
    reconcile_unknown,
    set_memo_intention,
    set_stock_intention,
    ship_intention,
)
from privdomain.errors import ArgumentError, AuthorizationRevoked, KeyReused, UsageError
from privdomain.models import Intention, Parcel
from privdomain.sandbox import Fault
from privdomain.stores import OutboxState, SqlStore
from tests.dispatch._depot import START, async_depot_shop

TARGET = "depot:s1"
KUAISHOU = "kuaishou:s1"


def shipped(order_id="o1", *waybills, target=TARGET, **more):
    parcels = [Parcel(carrier="sf", waybill_id=one) for one in waybills or ("w1",)]
    return ship_intention(order_id, parcels=parcels, target=target, **more)


def state(outbox, wish):
    row = outbox.get(wish.key, target=wish.target)
    return None if row is None else row.state


def test_everything_that_is_due_is_sent_once(outbox, serve):
    depot, _, shop = serve()
    wishes = [
        shipped(),
        agree_refund_intention("r1", target=TARGET),
        set_stock_intention("p", sku_id="k", quantity=7, target=TARGET, key="count:1"),
        set_memo_intention("o1", text="易碎", target=TARGET, key="memo:1"),
    ]
    outbox.put(*wishes)

    report = dispatch(outbox, [shop])
    again = dispatch(outbox, [shop])

    assert (report.done, report.sent, again.sent) == (4, 4, 0)
    assert {state(outbox, wish) for wish in wishes} == {OutboxState.DONE}
    assert (depot.parcels, depot.refunds["r1"], depot.stock["p/k"]) == ({"o1": ["w1"]}, 1, 7)
    assert depot.memos == {"o1": ["易碎"]}


def test_the_same_intention_is_one_row_and_another_under_its_key_is_refused(outbox):
    wish = shipped()

    assert outbox.put(wish, wish) == 1
    assert outbox.put(wish) == 0
    other = shipped("o1", "w2", key=wish.key)
    with pytest.raises(KeyReused, match="another cause has another key"):
        outbox.put(shipped("o2"), other)
    assert outbox.get(shipped("o2").key, target=TARGET) is None, "all or none"
    elsewhere = shipped(target="depot:s2")
    assert outbox.put(elsewhere) == 1, "the same key of another target is another row"


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Intention(kind="shop.shipp/1", target=TARGET, key="k"), "did you mean 'shop.ship/1'"),
        (Intention(kind="shop.ship/1", target=TARGET, key="k", payload={"order_id": "o"}), "payload.parcels"),
    ],
)
def test_what_nobody_could_do_is_not_written(outbox, wish, told):
    with pytest.raises(ArgumentError, match=told):
        outbox.put(wish)
    assert outbox.rows() == ()


def test_written_with_its_cause_or_not_at_all(outbox, serve):
    _, _, shop = serve()

    def cause_that_fails():
        with outbox.store.begin() as unit:
            Outbox(unit, clock=outbox.clock).put(shipped())
            raise RuntimeError("the cause did not happen")

    with pytest.raises(RuntimeError):
        cause_that_fails()
    assert dispatch(outbox, [shop]).sent == 0

    with outbox.store.begin() as unit:
        Outbox(unit, clock=outbox.clock).put(shipped())
    assert dispatch(outbox, [shop]).done == 1


def test_a_refusal_is_kept_with_its_code_and_is_not_repeated(outbox, serve):
    depot, box, shop = serve()
    depot.refused.add("o1")
    outbox.put(shipped())

    report = dispatch(outbox, [shop])

    row = outbox.get(shipped().key, target=TARGET)
    assert (report.refused, row.state, row.answer.code, row.answer.request_id) == (
        1,
        OutboxState.REFUSED,
        "closed",
        "r-7",
    )
    assert len(box.requests) == 1
    assert dispatch(outbox, [shop]).sent == 0


def test_what_was_certainly_not_done_is_tried_again_with_growing_waits(outbox, clock, serve):
    depot, box, shop = serve()
    box.fail_next(Fault("code", code="busy"), times=4, platform="depot")
    outbox.put(shipped())

    first = dispatch(outbox, [shop])  # twice by the client itself
    assert (first.postponed, dispatch(outbox, [shop]).sent) == (1, 0), "not before its time"
    clock.advance(timedelta(seconds=5))
    assert dispatch(outbox, [shop]).postponed == 1
    clock.advance(timedelta(seconds=10))

    assert dispatch(outbox, [shop]).done == 1
    row = outbox.get(shipped().key, target=TARGET)
    assert (row.attempts, depot.parcels) == (3, {"o1": ["w1"]})


def test_after_all_attempts_it_has_failed(outbox, clock, serve):
    _, box, shop = serve()
    box.fail_next(Fault("code", code="busy"), times=1000, platform="depot")
    outbox.put(shipped())

    reports = []
    for _ in range(5):
        reports.append(dispatch(outbox, [shop], attempts=3))
        clock.advance(timedelta(hours=1))

    assert [report.postponed for report in reports] == [1, 1, 0, 0, 0]
    assert [report.failed for report in reports] == [0, 0, 1, 0, 0]
    assert outbox.get(shipped().key, target=TARGET).answer.code == "busy"


@pytest.mark.parametrize(
    ("kind", "when"),
    [
        *[(kind, when) for kind in ("reset", "timeout", "server_error") for when in ("before", "after")],
        ("truncated", "after"),
        ("wrong_json", "after"),
    ],
)
def test_a_lost_answer_is_unknown_until_it_is_asked_about(outbox, clock, serve, kind, when):
    depot, box, shop = serve()
    box.fail_next(Fault(kind, when=when), platform="depot")
    wish = shipped()
    outbox.put(wish)

    assert dispatch(outbox, [shop]).unknown == 1
    clock.advance(timedelta(hours=1))
    assert dispatch(outbox, [shop]).sent == 0, "never sent again by itself"
    settled = reconcile_unknown(outbox, [shop])

    if when == "after":
        assert (settled.done, state(outbox, wish)) == (1, OutboxState.DONE)
    else:
        assert (settled.waiting, state(outbox, wish)) == (1, OutboxState.WAITING)
        assert dispatch(outbox, [shop]).done == 1
    assert depot.parcels == {"o1": ["w1"]}


def test_what_has_just_been_sent_is_not_asked_about(outbox, clock, serve):
    _, box, shop = serve()
    box.fail_next(Fault("reset", when="after"), platform="depot")
    outbox.put(shipped())
    dispatch(outbox, [shop])

    assert reconcile_unknown(outbox, [shop]).to_dict() == {"done": 0, "waiting": 0, "open": 0, "unread": 0}
    clock.advance(timedelta(minutes=2))
    assert reconcile_unknown(outbox, [shop]).done == 1


def test_a_platform_that_does_not_answer_the_question_leaves_it_open(outbox, clock, serve):
    _, box, shop = serve()
    box.fail_next(
        Fault("reset", when="after"), times=3, platform="depot"
    )  # the write, and both tries of the read
    outbox.put(shipped())
    dispatch(outbox, [shop])
    clock.advance(timedelta(hours=1))

    assert reconcile_unknown(outbox, [shop]).unread == 1
    assert state(outbox, shipped()) is OutboxState.UNKNOWN


def test_a_half_shipped_order_gets_its_other_half(outbox, clock, serve):
    """A platform that takes one parcel a call took the first and lost the second."""
    depot, _, shop = serve()
    wish = shipped("o1", "w1", "w2")
    outbox.put(wish)
    depot.parcels["o1"] = ["w1"]
    with outbox.store.begin() as unit:  # sent by a process that died after the first parcel
        row = unit.outbox.get(wish.key, target=TARGET)
        now = clock.now()
        assert unit.outbox.take(row, lease="dead", now=now, until=now + timedelta(minutes=1))
    clock.advance(timedelta(hours=1))

    assert dispatch(outbox, [shop]).abandoned == 1
    assert state(outbox, wish) is OutboxState.UNKNOWN
    assert reconcile_unknown(outbox, [shop]).waiting == 1
    assert dispatch(outbox, [shop]).done == 1
    assert depot.parcels == {"o1": ["w1", "w2"]}


def test_an_overwrite_is_simply_sent_again(outbox, clock, serve):
    depot, box, shop = serve()
    box.fail_next(Fault("reset", when="after"), platform="depot")
    wish = set_stock_intention("p", sku_id="k", quantity=7, target=TARGET, key="c1")
    outbox.put(wish)

    assert dispatch(outbox, [shop]).postponed == 1
    clock.advance(timedelta(minutes=1))
    assert dispatch(outbox, [shop]).done == 1
    assert depot.stock == {"p/k": 7}


def test_a_difference_stays_unknown_for_a_person(outbox, clock, serve):
    """快手 takes changes of the stock without an idempotency key: nothing can be read back, for buyers buy."""
    depot, box, shop = serve("kuaishou")
    box.fail_next(Fault("reset", when="after", path="/stock/add"), platform="kuaishou")
    first = set_stock_intention("p", sku_id="k", quantity=7, target=KUAISHOU, key="c1")
    second = set_stock_intention("p", sku_id="k", quantity=9, target=KUAISHOU, key="c2")
    other = set_stock_intention("p", sku_id="k2", quantity=1, target=KUAISHOU, key="c3")
    outbox.put(first, second, other)

    report = dispatch(outbox, [shop])
    clock.advance(timedelta(hours=1))
    asked = reconcile_unknown(outbox, [shop])

    assert (report.unknown, report.done, asked.open) == (1, 1, 1)
    assert (state(outbox, first), state(outbox, second)) == (OutboxState.UNKNOWN, OutboxState.WAITING)
    assert depot.stock == {"p/k": 7, "p/k2": 1}

    row = outbox.resolve("c1", target=KUAISHOU, outcome="done", note="looked at the console")
    assert (row.state, row.answer.reason) == (OutboxState.DONE, "looked at the console")
    assert dispatch(outbox, [shop]).done == 1
    assert depot.stock["p/k"] == 9


def test_a_person_decides_only_what_is_open(outbox, serve):
    _, _, shop = serve()
    outbox.put(shipped())
    dispatch(outbox, [shop])

    with pytest.raises(ArgumentError, match="is done; only what is unknown"):
        outbox.resolve(shipped().key, target=TARGET, outcome="done")
    with pytest.raises(ArgumentError, match="there is no intention"):
        outbox.resolve("nothing", target=TARGET, outcome="waiting")
    with pytest.raises(ArgumentError, match="done, waiting or failed"):
        outbox.resolve(shipped().key, target=TARGET, outcome="sending")


def test_not_before_and_expiry(outbox, clock, serve):
    depot, _, shop = serve()
    later = shipped("o1", not_before=START + timedelta(hours=1))
    brief = shipped("o2", expires_at=START + timedelta(minutes=30))
    long = shipped("o3", not_before=START + timedelta(hours=1), expires_at=START + timedelta(hours=3))
    outbox.put(later, brief, long)
    clock.advance(timedelta(minutes=30))

    report = dispatch(outbox, [shop])
    assert (report.sent, report.expired) == (0, 1)
    assert state(outbox, brief) is OutboxState.EXPIRED
    assert depot.parcels == {}
    clock.advance(timedelta(minutes=30))
    assert dispatch(outbox, [shop]).done == 2


def test_one_subject_one_after_another_and_what_is_postponed_waits_for_nobody(outbox, clock, serve):
    depot, _, shop = serve()
    memos = [set_memo_intention("o1", text=str(n), target=TARGET, key=f"z{9 - n}") for n in range(5)]
    night = set_memo_intention(
        "o1", text="night", target=TARGET, key="a", not_before=START + timedelta(hours=9)
    )
    outbox.put(night, *memos)

    assert dispatch(outbox, [shop]).done == 5
    assert depot.memos["o1"] == ["0", "1", "2", "3", "4"]
    clock.advance(timedelta(hours=9))
    dispatch(outbox, [shop])
    assert depot.memos["o1"][-1] == "night"


def test_what_waits_to_be_tried_again_holds_the_rest_of_its_subject(outbox, clock, serve):
    depot, box, shop = serve()
    box.fail_next(Fault("code", code="busy"), times=2, platform="depot")
    outbox.put(
        set_memo_intention("o1", text="first", target=TARGET, key="m1"),
        set_memo_intention("o1", text="second", target=TARGET, key="m2"),
        set_memo_intention("o2", text="other", target=TARGET, key="m3"),
    )

    report = dispatch(outbox, [shop])
    assert (report.postponed, report.done) == (1, 1)
    clock.advance(timedelta(seconds=5))
    assert dispatch(outbox, [shop]).done == 2
    assert depot.memos == {"o2": ["other"], "o1": ["first", "second"]}


def test_a_shop_that_is_down_costs_the_others_one_call_a_round(outbox, serve):
    """Its rows are the longest due, and each would take all attempts of a client; the others are sent first."""
    depot, box, shop = serve()
    well, _, other = serve("other")
    box.fail_next(Fault("code", code="busy"), times=1000, platform="depot")
    outbox.put(*[set_memo_intention(f"o{n}", text="x", target=TARGET, key=f"a{n}") for n in range(20)])
    outbox.put(*[set_memo_intention(f"o{n}", text="x", target="other:s1", key=f"b{n}") for n in range(20)])
    states = []

    report = dispatch(outbox, [shop, other], progress=lambda now: states.append((now.postponed, now.done)))

    assert (report.done, report.postponed) == (20, 20), "nothing that is due is left out"
    assert next(postponed for postponed, done in states if done == 20) == 1
    assert (len(well.memos), depot.memos) == (20, {})


def test_a_night_without_the_platform_loses_no_shipment(outbox, clock, serve):
    depot, box, shop = serve()
    box.fail_next(Fault("code", code="busy"), times=100_000, platform="depot")
    outbox.put(shipped())
    until = START + timedelta(hours=10)
    while clock.now() < until:
        dispatch(outbox, [shop])
        clock.advance(timedelta(minutes=5))
    assert state(outbox, shipped()) is OutboxState.WAITING
    assert depot.parcels == {}


def test_a_last_silence_is_unknown_and_not_failed(outbox, clock, serve):
    """An overwrite may be sent again; when it no longer is, nobody knows whether the last one was carried out."""
    depot, box, shop = serve()
    box.fail_next(Fault("reset", when="after"), times=2, platform="depot")
    wish = set_stock_intention("p", sku_id="k", quantity=7, target=TARGET, key="c1")
    outbox.put(wish)

    assert dispatch(outbox, [shop], attempts=2).postponed == 1
    clock.advance(timedelta(minutes=1))
    assert dispatch(outbox, [shop], attempts=2).unknown == 1
    assert depot.stock == {"p/k": 7}
    clock.advance(timedelta(hours=1))
    assert reconcile_unknown(outbox, [shop]).done == 1


def test_what_kills_its_sender_each_time_is_not_sent_for_ever(outbox, clock, serve):
    _, _, shop = serve()
    wish = set_stock_intention("p", sku_id="k", quantity=7, target=TARGET, key="c1")
    outbox.put(wish)
    rows = outbox.store.outbox
    for _ in range(2):
        row = outbox.get("c1", target=TARGET)
        now = clock.now()
        assert rows.take(row, lease="dead", now=now, until=now + timedelta(minutes=1))
        clock.advance(timedelta(hours=1))
        if row.attempts == 0:
            dying = outbox.get("c1", target=TARGET)
            assert rows.give_up(dying, OutboxState.WAITING, reason="died", now=clock.now())

    report = dispatch(outbox, [shop], attempts=2)
    assert (report.abandoned, report.sent) == (1, 0)
    assert state(outbox, wish) is OutboxState.UNKNOWN


def test_what_expired_and_is_to_wait_again_is_sent(outbox, clock, serve):
    depot, _, shop = serve()
    brief = shipped(expires_at=START + timedelta(minutes=30))
    outbox.put(brief)
    clock.advance(timedelta(hours=1))
    assert dispatch(outbox, [shop]).expired == 1

    outbox.resolve(brief.key, target=TARGET, outcome="waiting", note="the parcel has left all the same")

    assert dispatch(outbox, [shop]).to_dict()["done"] == 1
    assert depot.parcels == {"o1": ["w1"]}


def test_a_withdrawn_authorization_waits_an_hour_at_a_time(outbox, clock):
    class Withdrawn:
        platform, shop_id = "depot", "s1"

        def ship(self, order_id, *, parcels):
            raise AuthorizationRevoked("has to authorize again", platform="depot")

    outbox.put(shipped())
    assert dispatch(outbox, [Withdrawn()]).postponed == 1
    assert outbox.get(shipped().key, target=TARGET).due_at == START + timedelta(hours=1)


def test_limit_progress_and_forgetting(outbox, clock, serve):
    _, _, shop = serve()
    outbox.put(*[shipped(f"o{n}") for n in range(7)])
    seen = []

    assert dispatch(outbox, [shop], limit=3, progress=seen.append).done == 3
    assert [report.done for report in seen] == [1, 2, 3]
    assert outbox.counts()[OutboxState.WAITING] == 4
    clock.advance(timedelta(days=1))
    assert outbox.forget(before=clock.now()) == 3
    assert len(outbox.rows()) == 4


def test_targets_without_a_shop_here_are_left_to_others(outbox, serve):
    _, _, shop = serve()
    outbox.put(shipped(target="depot:s2"))

    assert dispatch(outbox, [shop]).sent == 0
    assert dispatch(outbox, []).sent == 0


def test_awaited(outbox, clock, serve):
    depot, box, _ = serve()
    box.fail_next(Fault("reset", when="after"), platform="depot")
    outbox.put(shipped("o1"), shipped("o2"))

    async def work():
        async with async_depot_shop(box.url("depot")) as shop:
            report = await adispatch(outbox, [shop])
            clock.advance(timedelta(hours=1))
            return report, await areconcile_unknown(outbox, [shop])

    report, asked = anyio.run(work)

    assert (report.done, report.unknown, asked.done) == (1, 1, 1)
    assert depot.parcels == {"o1": ["w1"], "o2": ["w1"]}


def test_the_wrong_kind_of_shop_or_store_is_said_before_anything_is_sent(outbox, serve):
    depot, box, shop = serve()
    outbox.put(shipped())
    with pytest.raises(UsageError, match="await adispatch"):
        dispatch(outbox, [async_depot_shop(box.url("depot"))])
    with pytest.raises(UsageError, match="a shop that blocks"):
        anyio.run(adispatch, outbox, [shop])
    with pytest.raises(ArgumentError, match="give each shop once"):
        dispatch(outbox, [shop, shop])
    with pytest.raises(ArgumentError, match="in your transaction"), outbox.store.begin() as unit:
        dispatch(Outbox(unit), [shop])
    for wrong in ({"limit": 0}, {"attempts": 0}, {"lease": timedelta(0)}):
        with pytest.raises(ArgumentError):
            dispatch(outbox, [shop], **wrong)
    assert depot.told == []


def test_a_defect_of_a_handler_is_on_its_row_and_the_next_is_sent(outbox, serve):
    _, _, shop = serve()

    class Broken:
        platform, shop_id = "depot", "s1"

        def ship(self, order_id, *, parcels):
            if order_id == "o1":
                raise ZeroDivisionError("with a secret 13800138000 in it")
            shop.ship(order_id, parcels=parcels)

    outbox.put(shipped("o1"), shipped("o2"))
    report = dispatch(outbox, [Broken()])

    row = outbox.get(shipped("o1").key, target=TARGET)
    assert (report.unknown, report.done) == (1, 1)
    assert "ZeroDivisionError" in row.answer.reason and "138" not in row.answer.reason


def test_a_late_answer_is_taken(outbox, clock, serve):
    """A worker that was only slow records its answer although its row was given up meanwhile."""
    _, _, shop = serve()
    outbox.put(shipped())

    class Slow:
        platform, shop_id = "depot", "s1"

        def ship(self, order_id, *, parcels):
            clock.advance(timedelta(hours=1))
            assert dispatch(outbox, [shop]).abandoned == 1
            assert state(outbox, shipped()) is OutboxState.UNKNOWN
            shop.ship(order_id, parcels=parcels)

    assert dispatch(outbox, [Slow()]).done == 1
    assert state(outbox, shipped()) is OutboxState.DONE


def test_a_space_of_its_own(tmp_path, serve):
    _, _, shop = serve()
    url = f"sqlite:///{tmp_path / 'two.sqlite3'}"
    with SqlStore(url, space="a") as a, SqlStore(url, space="b") as b:
        assert Outbox(a).put(shipped()) == 1
        assert Outbox(b).put(shipped()) == 1
        assert dispatch(Outbox(a), [shop]).done == 1
        with pytest.raises(ArgumentError, match="belongs to space 'b'"):
            Outbox(a).put(shipped().model_copy(update={"space": "b"}))
