"""Whatever is put, sent, lost, asked and decided in whatever order: one effect a wish, in the order of its subject."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from privdomain.calendar import ManualClock
from privdomain.dispatch import (
    Outbox,
    agree_refund_intention,
    dispatch,
    reconcile_unknown,
    set_memo_intention,
    ship_intention,
)
from privdomain.errors import KeyReused, PlatformUnavailable, RequestRejected, Unverified
from privdomain.models import AfterSaleStatus, OrderStatus, Parcel
from privdomain.stores import OutboxState, SqlStore
from tests.dispatch._depot import START

OVER = {OutboxState.DONE, OutboxState.REFUSED, OutboxState.FAILED, OutboxState.EXPIRED}
ANSWERS = ["ok", "ok", "ok", "lost_after", "lost_before", "refused", "busy"]


class View:
    """What a handler reads of an order or a case."""

    def __init__(self, **fields):
        self.__dict__.update(fields)


class Shop:
    """A shop in memory whose next answers are chosen by the machine."""

    platform, shop_id = "depot", "s1"

    def __init__(self):
        self.next, self.happened = [], []

    def _write(self, effect):
        answer = self.next.pop(0) if self.next else "ok"
        if answer == "busy":
            raise PlatformUnavailable("no connection", platform="depot")
        if answer == "refused":
            raise RequestRejected("no", platform="depot", code="closed")
        if answer == "lost_before":
            raise Unverified("no answer", platform="depot")
        self.happened.append(effect)
        if answer == "lost_after":
            raise Unverified("no answer", platform="depot")

    def ship(self, order_id, *, parcels):
        self._write(("ship", order_id, tuple(parcel.waybill_id for parcel in parcels)))

    def agree_refund(self, aftersale_id, *, amount=None):
        self._write(("refund", aftersale_id))

    def set_memo(self, order_id, *, text):
        self._write(("memo", order_id, text))

    def order(self, order_id):
        parcels = [
            Parcel(waybill_id=w)
            for what, one, *rest in self.happened
            if (what, one) == ("ship", order_id)
            for w in rest[0]
        ]
        return View(parcels=tuple(parcels), status=OrderStatus.PAID)

    def aftersale(self, aftersale_id):
        agreed = ("refund", aftersale_id) in self.happened
        return View(
            status=AfterSaleStatus.REFUNDING if agreed else AfterSaleStatus.WAITING_SHOP, reject_reason=""
        )


class OutboxMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.clock = ManualClock(START)
        self.store = SqlStore("sqlite://")
        self.outbox = Outbox(self.store, clock=self.clock)
        self.shop = Shop()
        self.wishes = {}
        self.closed = {}

    def teardown(self):
        self.store.close()

    def put(self, wish):
        new = self.outbox.put(wish)
        assert new == (wish.key not in self.wishes)
        self.wishes.setdefault(wish.key, wish)

    @rule(order=st.integers(0, 2), waybill=st.integers(0, 3))
    def wish_to_ship(self, order, waybill):
        parcel = Parcel(carrier="sf", waybill_id=f"w{order}-{waybill}")
        self.put(ship_intention(f"o{order}", parcels=[parcel], target="depot:s1"))

    @rule(case=st.integers(0, 3), hours=st.integers(1, 3))
    def wish_to_refund(self, case, hours):
        # another expiry is not another intention: what counts is what would be done
        self.put(
            agree_refund_intention(
                f"r{case}", target="depot:s1", expires_at=START + timedelta(hours=24 * hours)
            )
        )

    @rule(order=st.integers(0, 2))
    def wish_for_a_memo(self, order):
        number = len(self.wishes)
        self.put(
            set_memo_intention(f"o{order}", text=f"{number:03}", target="depot:s1", key=f"memo:{-number}")
        )

    @precondition(lambda self: self.wishes)
    @rule(data=st.data())
    def reuse_a_key(self, data):
        key = data.draw(st.sampled_from(sorted(self.wishes)))
        other = set_memo_intention("o9", text="another", target="depot:s1", key=key)
        try:
            self.outbox.put(other)
        except KeyReused:
            return
        raise AssertionError(f"{key} was reused unnoticed")

    @rule(answers=st.lists(st.sampled_from(ANSWERS), max_size=5), limit=st.integers(1, 6))
    def send(self, answers, limit):
        self.shop.next = list(answers)
        report = dispatch(self.outbox, [self.shop], limit=limit, attempts=4)
        assert report.sent <= limit
        self.shop.next = []

    @rule()
    def die_while_sending(self):
        """A process that had taken a row is gone; nobody knows whether it had called."""
        due = self.store.outbox.due(
            ["depot:s1"], kinds=list(self.outbox.handlers), now=self.clock.now(), limit=1
        )
        for row in due:
            now = self.clock.now()
            assert self.store.outbox.take(row, lease="dead", now=now, until=now + timedelta(minutes=10))

    @rule(minutes=st.integers(1, 60))
    def time_passes(self, minutes):
        self.clock.advance(timedelta(minutes=minutes))

    @rule()
    def ask(self):
        reconcile_unknown(self.outbox, [self.shop])

    @invariant()
    def what_is_over_stays_over(self):
        for row in self.outbox.rows():
            key = row.intention.key
            if key in self.closed:
                assert row.state is self.closed[key]
            elif row.state in OVER:
                self.closed[key] = row.state

    @invariant()
    def one_effect_at_most_and_the_rows_tell_the_truth(self):
        happened = [effect for effect in self.shop.happened if effect[0] != "memo"]
        assert len(happened) == len(set(happened)), happened
        for row in self.outbox.rows():
            effect = self._effect(row.intention)
            if row.state is OutboxState.DONE:
                assert effect in self.shop.happened, row
            if row.state is OutboxState.REFUSED:
                assert effect[0] == "memo" or effect not in self.shop.happened, row

    @invariant()
    def memos_of_an_order_are_written_in_their_order(self):
        written = defaultdict(list)
        for what, one, *rest in self.shop.happened:
            if what == "memo" and (not written[one] or written[one][-1] != rest[0]):
                written[one].append(rest[0])
        for texts in written.values():
            assert texts == sorted(texts), texts

    def _effect(self, wish):
        payload = wish.payload
        match wish.kind:
            case "shop.ship/1":
                return (
                    "ship",
                    payload["order_id"],
                    tuple(parcel["waybill_id"] for parcel in payload["parcels"]),
                )
            case "shop.agree_refund/1":
                return ("refund", payload["aftersale_id"])
            case _:
                return ("memo", payload["order_id"], payload["text"])


OutboxMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestOutboxMachine = OutboxMachine.TestCase
