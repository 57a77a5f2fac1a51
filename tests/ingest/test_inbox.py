"""The inbox: stored first, each notice once, each object asked for once, nothing lost whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import anyio
import pytest

from privdomain.calendar import ManualClock
from privdomain.errors import (
    ArgumentError,
    AuthorizationRevoked,
    PlatformUnavailable,
    RateLimited,
    RequestRejected,
)
from privdomain.ingest import WebhookInbox
from privdomain.models import Notice, NoticeKind, OrderStatus
from privdomain.platforms import Delivery, WebhookReply
from privdomain.stores import InboxKey, SqlStore
from tests.ingest._facts_shop import SHOP, AsyncFactsShop, FactsShop, Unreadable, a_case, a_product
from tests.ingest._inbox_child import NOTICES, OBJECTS, the_shop
from tests.ingest._list_shop import START, an_order
from tests.quality._tree import ROOT, SOURCES

SECOND = timedelta(seconds=1)
PATIENCE_S = 60


def told(key: str, ref: str = "00001", kind: NoticeKind = NoticeKind.ORDER, **fields) -> Notice:
    return Notice(**{**SHOP, "key": key, "ref": ref, "kind": kind, "topic": kind.value, **fields})


def delivered(*notices: Notice) -> Delivery:
    return Delivery(notices=notices, reply=WebhookReply(b"success"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(params=["blocking", "asyncio", "trio"])
def process(request: pytest.FixtureRequest):
    """Runs an inbox over shops, both ways; a shop is given as it is, or as a function."""

    def run(inbox: WebhookInbox, shop, **options):
        shops = shop if callable(shop) else lambda platform, shop_id: shop
        if request.param == "blocking":
            return inbox.process(shops, **options)

        async def asynchronous(platform: str, shop_id: str):
            return AsyncFactsShop(shops(platform, shop_id))

        return anyio.run(partial(inbox.aprocess, asynchronous, **options), backend=request.param)

    return run


def test_a_notice_is_kept_once(any_store: SqlStore, clock: ManualClock) -> None:
    """Within a delivery and across deliveries; another shop's notice of the same key is another one."""
    inbox = WebhookInbox(any_store, clock=clock)

    assert inbox.receive(delivered(told("k1"), told("k1"), told("k2"))) == 2
    assert inbox.receive(delivered(told("k2"), told("k3"))) == 1
    assert inbox.receive(delivered(told("k1", shop_id="Mall"), told("K1"), told("k1 "))) == 3
    assert inbox.receive(delivered()) == 0
    assert inbox.waiting() == 6


def test_receivers_that_meet(any_store: SqlStore) -> None:
    """Eight at once with the same notices: each counted as new by one of them."""
    inbox = WebhookInbox(any_store)
    notices = [told(f"k{number}") for number in range(40)]

    def receive(number: int) -> int:
        turned = notices[number * 5 :] + notices[: number * 5]
        return inbox.receive(delivered(*turned))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(receive, range(8))) == 40
    assert inbox.waiting() == 40


def test_many_notices_of_an_object_are_one_call(process, any_store: SqlStore, clock: ManualClock) -> None:
    """Also where they do not fit into one batch; what is written is what the platform says now."""
    inbox = WebhookInbox(any_store, clock=clock, batch=3)
    shop = FactsShop(
        orders_=[an_order(1, status=OrderStatus.SHIPPED)], cases=[a_case(2)], products_=[a_product(3)]
    )
    inbox.receive(delivered(*(told(f"o{number}") for number in range(10))))
    inbox.receive(
        delivered(
            told("c", "r00002", NoticeKind.AFTERSALE), told("p", "p00003", NoticeKind.PRODUCT), told("c2", "r00002", NoticeKind.AFTERSALE)
        )
    )  # fmt: skip

    report = process(inbox, shop)

    assert sorted(shop.asked) == ["00001", "p00003", "r00002"]
    assert (report.done, report.calls, report.counts.inserted, report.taken) == (13, 3, 3, 13)
    assert any_store.order("00001", **SHOP).status is OrderStatus.SHIPPED
    assert any_store.aftersale("r00002", **SHOP) and any_store.product("p00003", **SHOP)
    assert inbox.waiting() == 0
    assert process(inbox, shop).taken == 0


def test_a_notice_that_comes_while_its_object_is_read(memory: SqlStore, clock: ManualClock) -> None:
    """It is not settled with the others: what it tells of may have happened after the answer was made."""
    inbox = WebhookInbox(memory, clock=clock, batch=1)
    shop = FactsShop(orders_=[an_order(1)])
    late = iter([told("k2")])
    shop.watch = lambda ref: [inbox.receive(delivered(one)) for one in late]
    inbox.receive(delivered(told("k1")))

    report = inbox.process(lambda *_: shop)

    assert (report.done, shop.asked) == (2, ["00001", "00001"])


def test_an_outage_is_waited_out(process, memory: SqlStore, clock: ManualClock) -> None:
    """However long: waits grow up to a bound, and nothing is set aside for what is not its fault."""
    inbox = WebhookInbox(memory, clock=clock, attempts=3, first_wait=SECOND, longest_wait=60 * SECOND)
    shop = FactsShop(details={"00001": PlatformUnavailable("no answer", platform="own", retryable=True)})
    inbox.receive(delivered(told("k1")))
    waits = []
    for _ in range(20):
        report = process(inbox, shop)
        assert (report.retried, report.poisoned) == (1, 0)
        assert process(inbox, shop).taken == 0  # not yet
        entry = memory.inbox.entry(InboxKey("own", "mall", "k1"))
        waits.append((entry.due_at - clock.now()) / SECOND)
        clock.move_to(entry.due_at)
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60] and max(waits) == 60
    assert entry.error == "PlatformUnavailable: no answer"

    shop.details, shop.orders_ = {}, [an_order(1)]
    assert process(inbox, shop).done == 1


def test_a_shop_that_is_down_does_not_hold_the_others(process, memory: SqlStore, clock: ManualClock) -> None:
    """After three objects in a row without an answer its others are put back, and no call is made for them."""
    down = FactsShop(
        details={
            f"{n:05}": PlatformUnavailable("no answer", platform="own", retryable=True) for n in range(50)
        }
    )
    well = FactsShop(orders_=[an_order(1, shop_id="other")], shop_id="other")
    inbox = WebhookInbox(memory, clock=clock, attempts=1)
    inbox.receive(delivered(*(told(f"k{n}", f"{n:05}") for n in range(50)), told("w", shop_id="other")))

    report = process(inbox, lambda platform, shop_id: down if shop_id == "mall" else well)

    assert (len(down.asked), report.retried, report.done) == (3, 50, 1)
    assert inbox.poison() == ()
    clock.advance(timedelta(hours=2))
    down.details = {}
    down.orders_ = [an_order(n) for n in range(50)]
    assert process(inbox, down).done == 50


def test_a_throttle_says_how_long(memory: SqlStore, clock: ManualClock) -> None:
    """The platform's wish is kept where it is longer than ours."""
    inbox = WebhookInbox(memory, clock=clock)
    inbox.receive(delivered(told("k1")))
    slow = RateLimited("too fast", platform="own", retryable=True, retry_after_s=120)
    inbox.process(lambda *_: FactsShop(details={"00001": slow}))

    assert memory.inbox.entry(InboxKey("own", "mall", "k1")).due_at == START + 120 * SECOND


def test_what_fails_for_good_is_set_aside_and_played_again(
    process, any_store: SqlStore, clock: ManualClock
) -> None:
    """After so many attempts; its neighbors go on, it is listed with its reason, and ``replay`` gives it a new turn."""
    inbox = WebhookInbox(any_store, clock=clock, attempts=3, first_wait=SECOND)
    shop = FactsShop(
        orders_=[an_order(2)], details={"00001": RequestRejected("no such order", platform="own", code="404")}
    )
    inbox.receive(delivered(told("k1"), told("k2", "00002")))
    done = 0
    for _ in range(3):
        done += process(inbox, shop).done
        clock.advance(10 * SECOND)
    assert done == 1
    assert process(inbox, shop).taken == 0

    (poison,) = inbox.poison()
    assert (poison.id, poison.failures, poison.error) == (
        InboxKey("own", "mall", "k1"),
        3,
        "RequestRejected: no such order",
    )
    assert inbox.poison(shop_id="other") == ()

    shop.details, shop.orders_ = {}, [an_order(1), an_order(2)]
    assert inbox.replay(entry.id for entry in inbox.poison()) == 1
    assert process(inbox, shop).done == 1
    assert inbox.poison() == ()


def test_a_revoked_authorization_is_an_event(process, memory: SqlStore, clock: ManualClock) -> None:
    """One call and not one a notice; told in the report; other shops go on; the notices are never set aside."""
    inbox = WebhookInbox(memory, clock=clock, attempts=1)
    gone = FactsShop(
        details={f"{n:05}": AuthorizationRevoked("has to authorize again", platform="own") for n in range(9)}
    )
    well = FactsShop(orders_=[an_order(1)], shop_id="other")
    inbox.receive(delivered(*(told(f"k{n}", f"{n:05}") for n in range(9)), told("w", shop_id="other")))

    report = process(inbox, lambda platform, shop_id: gone if shop_id == "mall" else well)

    assert (report.revoked, report.retried, report.done, len(gone.asked)) == ((("own", "mall"),), 9, 1, 1)
    assert inbox.poison() == ()


def test_authorizations_go_to_their_handler(process, memory: SqlStore, clock: ManualClock) -> None:
    """Each notice once; one that its handler cannot take is tried again, and its words are shown to nobody."""
    heard, fails = [], [True]

    def handle(notice: Notice) -> None:
        if fails and notice.key == "a2":
            fails.pop()
            raise KeyError("token-of-somebody")
        heard.append(notice.key)

    inbox = WebhookInbox(memory, clock=clock, handlers={NoticeKind.AUTHORIZATION: handle}, first_wait=SECOND)
    inbox.receive(delivered(*(told(key, "", NoticeKind.AUTHORIZATION) for key in ("a1", "a2", "a3"))))

    report = process(inbox, FactsShop())
    assert (report.done, report.retried, heard) == (2, 1, ["a1", "a3"])
    assert memory.inbox.entry(InboxKey("own", "mall", "a2")).error == "KeyError"
    clock.advance(SECOND)
    assert process(inbox, FactsShop()).done == 1
    assert heard == ["a1", "a3", "a2"]


def test_an_asynchronous_handler_is_awaited(memory: SqlStore) -> None:
    """In the asynchronous twin a handler may be either."""
    heard = []

    async def handle(notice: Notice) -> None:
        await anyio.lowlevel.checkpoint()
        heard.append(notice.key)

    inbox = WebhookInbox(memory, handlers={NoticeKind.MEMBER: handle})
    inbox.receive(delivered(told("m1", "", NoticeKind.MEMBER)))
    assert anyio.run(inbox.aprocess, lambda *_: None).done == 1
    assert heard == ["m1"]


def test_unknown_kinds_are_kept(process, memory: SqlStore, clock: ManualClock) -> None:
    """With everything they said, until somebody handles them; sweeping leaves them."""
    odd = told("x1", "", NoticeKind.OTHER, raw={"new": ["thing", 2**60]})
    inbox = WebhookInbox(memory, clock=clock)
    inbox.receive(delivered(odd))
    assert process(inbox, FactsShop()).kept == 1
    clock.advance(timedelta(days=90))
    assert inbox.sweep() == 0
    (entry,) = inbox.kept()
    assert entry.notice == odd

    heard = []
    wiser = WebhookInbox(memory, clock=clock, handlers={NoticeKind.OTHER: heard.append})
    wiser.replay([entry.id])
    assert process(wiser, FactsShop()).done == 1
    assert heard == [odd]


def test_a_ticket_is_not_written_down(memory: SqlStore, clock: ManualClock) -> None:
    """It is a secret; that it came is known, and nothing is left to do."""
    inbox = WebhookInbox(memory, clock=clock)
    ticket = told("t1", "", NoticeKind.TICKET, raw={"ComponentVerifyTicket": "ticket@@@secret"})
    assert inbox.receive(delivered(ticket, told("p", "", NoticeKind.PROBE))) == 2
    assert inbox.waiting() == 0
    assert memory.inbox.entry(InboxKey("own", "mall", "t1")).notice.raw == {}


def test_a_notice_that_names_nothing(memory: SqlStore) -> None:
    """There is nothing to read again, now or later."""
    inbox = WebhookInbox(memory)
    inbox.receive(delivered(told("k", "")))
    assert inbox.process(lambda *_: FactsShop()).poisoned == 1
    assert inbox.poison()[0].error == "it names no order to read"


def test_an_unreadable_detail_is_a_dead_letter(process, memory: SqlStore) -> None:
    """The notice has done its work: the letter stays until a good copy comes."""
    inbox = WebhookInbox(memory)
    shop = FactsShop(details={"00001": Unreadable("order", "00001")})
    inbox.receive(delivered(told("k1")))
    report = process(inbox, shop)
    assert (report.done, report.rejected) == (1, 1)
    assert [letter.ref for letter in memory.dead_letters.unresolved()] == ["00001"]

    shop.details, shop.orders_ = {}, [an_order(1)]
    inbox.receive(delivered(told("k2")))
    assert process(inbox, shop).done == 1
    assert memory.dead_letters.count() == 0


def test_hostile_words_are_kept_as_they_are(any_store: SqlStore) -> None:
    """NUL, half a surrogate pair, ids longer than any column: stored, not lost, no error of a database."""
    inbox = WebhookInbox(any_store)
    raw = {"a\x00b": "\ud800", "deep": [[["x\x00"]]]}
    odd = told("k1", "r" * 500 + "\x00", NoticeKind.OTHER, shop_id="s\x00" + "h" * 300, raw=raw)
    assert inbox.receive(delivered(odd)) == 1
    inbox.process(lambda *_: None)
    (entry,) = inbox.kept()
    assert entry.notice.raw == raw
    assert entry.notice.ref == odd.ref


def test_a_shop_that_nobody_knows(process, memory: SqlStore, clock: ManualClock) -> None:
    """What the host's function raises concerns that shop only."""
    well = FactsShop(orders_=[an_order(1)])
    inbox = WebhookInbox(memory, clock=clock)
    inbox.receive(delivered(told("k1", shop_id="nobody"), told("k2")))

    def shops(platform: str, shop_id: str):
        return {"mall": well}[shop_id]

    report = process(inbox, shops)
    assert (report.done, report.retried) == (1, 1)


def test_two_hundred_shops(memory: SqlStore) -> None:
    """One inbox for all of them: each shop's notice is read from that shop."""
    shops = {f"s{n}": FactsShop(orders_=[an_order(1, shop_id=f"s{n}")], shop_id=f"s{n}") for n in range(200)}
    inbox = WebhookInbox(memory)
    inbox.receive(delivered(*(told("k", shop_id=shop_id) for shop_id in shops)))

    assert inbox.process(lambda platform, shop_id: shops[shop_id]).counts.inserted == 200
    assert all(shop.asked == ["00001"] for shop in shops.values())


def test_sweeping_takes_what_is_done_and_old(memory: SqlStore, clock: ManualClock) -> None:
    """What waits or is set aside stays."""
    inbox = WebhookInbox(memory, clock=clock, attempts=1)
    shop = FactsShop(orders_=[an_order(1)])
    inbox.receive(delivered(told("k1"), told("k2", "00009"), told("k3", "", NoticeKind.OTHER)))
    inbox.process(lambda *_: shop)
    clock.advance(timedelta(days=8))
    inbox.receive(delivered(told("k4")))
    assert inbox.sweep(older_than=timedelta(days=9)) == 0
    assert inbox.sweep(older_than=timedelta(days=7)) == 1
    assert (len(inbox.poison()), len(inbox.kept()), inbox.waiting()) == (1, 1, 1)
    with pytest.raises(ArgumentError):
        inbox.sweep(older_than=timedelta(-1))


def test_workers_that_meet(any_store: SqlStore) -> None:
    """Six workers over 60 objects with 3 notices each: every notice is settled by one of them, each object read once."""
    orders = [an_order(n) for n in range(60)]
    shop = FactsShop(orders_=orders)
    inbox = WebhookInbox(any_store, batch=7)
    inbox.receive(delivered(*(told(f"{n}-{i}", f"{n:05}") for n in range(60) for i in range(3))))

    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda _: inbox.process(lambda *_: shop), range(6)))

    assert sum(report.done for report in reports) == 180
    assert sum(report.retried + report.poisoned for report in reports) == 0
    assert sum(report.counts.inserted for report in reports) == 60
    assert sorted(shop.asked) == [order.order_id for order in orders]


def test_a_limit(memory: SqlStore) -> None:
    """A worker that shall only take a few, takes a few."""
    inbox = WebhookInbox(memory)
    inbox.receive(delivered(*(told(f"{n}", f"{n:05}") for n in range(10))))
    assert inbox.process(lambda *_: the_shop(), limit=4).taken == 4
    assert inbox.waiting() == 6


def test_a_notice_that_kills_its_worker_is_set_aside(memory: SqlStore, clock: ManualClock) -> None:
    """Attempts are counted when they begin: one that never ends is an attempt too."""
    inbox = WebhookInbox(memory, clock=clock, attempts=3, lease=60 * SECOND)
    inbox.receive(delivered(told("k1")))
    shop = FactsShop(details={"00001": KeyboardInterrupt()})
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            inbox.process(lambda *_: shop)
        assert inbox.process(lambda *_: shop).taken == 0  # leased
        clock.advance(60 * SECOND)
    assert inbox.process(lambda *_: shop).poisoned == 1
    assert len(shop.asked) == 3
    assert "no attempt came to an end" in inbox.poison()[0].error


def test_a_lease_that_runs_out_on_the_way(memory: SqlStore, clock: ManualClock) -> None:
    """What a slow worker did not come to is put back without blame."""
    inbox = WebhookInbox(memory, clock=clock, lease=60 * SECOND, attempts=1)
    shop = FactsShop(orders_=[an_order(n) for n in range(3)], watch=lambda _: clock.advance(40 * SECOND))
    inbox.receive(delivered(*(told(f"{n}", f"{n:05}") for n in range(3))))

    report = inbox.process(lambda *_: shop)

    assert (report.done, report.retried, report.poisoned) == (2, 1, 0)
    clock.advance(60 * SECOND)
    assert inbox.process(lambda *_: shop).done == 1


def test_a_lease_that_was_lost_settles_nothing(memory: SqlStore, clock: ManualClock) -> None:
    """A worker that slept over its lease leaves what another one has since said as it is."""
    inbox = WebhookInbox(memory, clock=clock)
    inbox.receive(delivered(told("k1")))
    slow = memory.inbox.lease(at=clock.now(), until=clock.now() + SECOND, limit=9)
    clock.advance(SECOND)
    quick = memory.inbox.lease(at=clock.now(), until=clock.now() + SECOND, limit=9)

    assert memory.inbox.settle(slow, state="done", at=clock.now()) == 0
    assert memory.inbox.put_back(quick, due_at=clock.now(), error="x", forgive=False) == 1


def child(url: str, space: str, statements: int) -> subprocess.Popen[str]:
    options = json.dumps({"url": url, "space": space, "statements": statements})
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ingest._inbox_child", options],
        text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}"},
    )  # fmt: skip


@pytest.mark.parametrize("statements", [6, 17, 31])
def test_killed_inside_the_database(any_url: str, statements: int) -> None:
    """``kill -9`` before some statement or commit: its notices come up again, and every order is there once."""
    space = f"killed-{statements}-{os.getpid()}"
    with SqlStore(any_url, space=space) as store:
        clock = ManualClock(START)
        inbox = WebhookInbox(store, clock=clock)
        notices = [told(f"{n}-{i}", f"{n:05}") for n in range(OBJECTS) for i in range(NOTICES)]
        inbox.receive(delivered(*notices))
        dying = child(any_url, space, statements)
        dying.communicate(timeout=PATIENCE_S)
        assert dying.returncode == -signal.SIGKILL
        assert inbox.waiting() > 0

        later = WebhookInbox(store, clock=ManualClock(START.replace(year=2100)))
        later.process(lambda *_: the_shop())

        assert inbox.waiting() == len(inbox.poison()) == 0
        assert store.inbox.count(state="done") == len(notices)
        assert [order.order_id for order in store.orders()] == [f"{n:05}" for n in range(OBJECTS)]
        assert store.frame("order_lines").height == sum(1 + n % 2 for n in range(OBJECTS))


@pytest.mark.parametrize(
    "options", [{"lease": timedelta(0)}, {"batch": 0}, {"attempts": 0}, {"first_wait": -SECOND}]
)
def test_an_inbox_that_cannot_be(memory: SqlStore, options) -> None:
    """Said at once."""
    with pytest.raises(ArgumentError):
        WebhookInbox(memory, **options)


def test_inside_a_transaction_of_the_callers(memory: SqlStore) -> None:
    """Receiving is committed with it; processing is refused."""
    with memory.begin() as unit:
        inbox = WebhookInbox(unit)
        assert inbox.receive(delivered(told("k1"))) == 1
        with pytest.raises(ArgumentError, match="object by object"):
            inbox.process(lambda *_: None)
    assert WebhookInbox(memory).waiting() == 1
    with pytest.raises(ArgumentError, match="belongs to space"):
        WebhookInbox(memory).receive(delivered(told("k2", space="other")))
