"""Pulling a shop's orders, both ways: blocking, and awaited on asyncio and trio."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from privdomain.calendar import FixedClock, Period
from privdomain.errors import ArgumentError, PlatformUnavailable, RequestRejected
from privdomain.ingest import PullReport, apull_orders, pull_orders
from privdomain.models import OrderStatus
from privdomain.money import Money
from privdomain.stores import SqlStore
from tests.ingest._list_shop import START, AsyncListShop, Listing, ListShop, an_order, bad

SHOP = {"platform": "own", "shop_id": "mall"}
DAY = timedelta(days=1)
TEN_DAYS = Period(START, START + 10 * DAY)


def blocking(shop: ListShop, store: SqlStore, **options) -> PullReport:
    return pull_orders(shop, store, **options)


def awaited(backend: str, shop: ListShop, store: SqlStore, **options) -> PullReport:
    return anyio.run(partial(apull_orders, AsyncListShop(shop), store, **options), backend=backend)


@pytest.fixture(params=["blocking", "asyncio", "trio"])
def pull(request: pytest.FixtureRequest):
    return blocking if request.param == "blocking" else partial(awaited, request.param)


@pytest.fixture
def store(tmp_path):
    with SqlStore(f"sqlite:///{tmp_path / 'facts.sqlite3'}") as opened:
        yield opened


def stored(store: SqlStore) -> list[str]:
    return [order.order_id for order in store.orders()]


def ids(numbers) -> list[str]:
    return [f"{number:05}" for number in numbers]


def test_a_period_is_pulled_whole(pull, store: SqlStore) -> None:
    """Every order updated in the half-open period, and none outside of it, window after window."""
    shop = ListShop([an_order(number) for number in range(300)])

    report = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end, window=3 * DAY)

    assert stored(store) == ids(range(240))
    assert (report.inserted, report.seen, report.pages, report.rejected) == (240, 240, 8 * 3 + 3, 0)
    assert report.period == TEN_DAYS
    assert report.high_water == TEN_DAYS.end
    assert report.share == 1.0
    assert [start for _, start in shop.listed] == [None] * 4


def test_the_same_period_again_changes_nothing(pull, store: SqlStore) -> None:
    """A finished period is pulled again when asked for again; what did not change is unchanged."""
    shop = ListShop([an_order(number) for number in range(25)])
    pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    again = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    assert (again.unchanged, again.inserted, again.resumed) == (25, 0, False)


def test_the_next_pull_begins_an_overlap_before_the_high_water_mark(pull, store: SqlStore) -> None:
    """What the platform lists late, inside the overlap, is caught; the rest is not listed again."""
    shop = ListShop([an_order(number) for number in range(48)])
    first = pull(shop, store, since=START, at=START + DAY)
    assert (first.inserted, first.high_water) == (24, START + DAY)

    late = an_order(900, at=START + DAY - timedelta(minutes=5))
    shop.items.append(late)
    second = pull(shop, store, at=START + 2 * DAY, overlap=timedelta(minutes=10))

    assert second.period == Period(START + DAY - timedelta(minutes=10), START + 2 * DAY)
    assert (second.inserted, second.unchanged) == (25, 0)
    assert stored(store) == ids([*range(48), 900])


def test_an_overlap_does_not_take_back_what_was_reached(pull, store: SqlStore) -> None:
    """A pull that is interrupted in its overlap leaves the high-water mark where it was."""
    shop = ListShop([an_order(number) for number in range(48)], page_size=1)
    pull(shop, store, since=START, at=START + DAY)
    shop.fail_after = shop.pages_given + 2

    with pytest.raises(PlatformUnavailable):
        pull(shop, store, at=START + 2 * DAY, overlap=timedelta(hours=12))

    assert store.checkpoints.get("orders", **SHOP).high_water == START + DAY


@pytest.mark.parametrize("pages", range(6))
def test_a_pull_that_failed_goes_on_where_it_was(pull, store: SqlStore, pages: int) -> None:
    """The platform is gone after some page: what was stored stays, the rest is listed from the kept cursor."""
    shop = ListShop([an_order(number) for number in range(60)], fail_after=pages)
    with pytest.raises(PlatformUnavailable):
        pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)
    assert stored(store) == ids(range(10 * pages))

    shop.fail_after = 10**9
    rest = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    assert stored(store) == ids(range(60))
    assert rest.resumed is (pages > 0)
    assert (rest.inserted, rest.unchanged) == (60 - 10 * pages, 0)


def test_a_window_left_open_is_finished_first(pull, store: SqlStore) -> None:
    """An interrupted running pull goes on in its own window, whatever ``at`` and ``window`` are today."""
    shop = ListShop([an_order(number) for number in range(240)], fail_after=15)
    with pytest.raises(PlatformUnavailable):
        pull(shop, store, since=START, at=START + 7 * DAY, window=7 * DAY)

    shop.fail_after = 10**9
    report = pull(shop, store, at=START + 8 * DAY, window=2 * DAY)

    assert report.resumed
    assert report.period == Period(START, START + 8 * DAY)
    assert (report.inserted, report.unchanged) == (192 - 150, 0)
    assert [period for period, _ in shop.listed[1:]] == [
        str(Period(START, START + 7 * DAY)),
        str(Period(START + 7 * DAY - timedelta(minutes=10), START + 8 * DAY)),
    ]


def test_what_was_listed_late_before_an_interruption(pull, store: SqlStore) -> None:
    """An interrupted pull finds a late-listed order where an undisturbed one does: in the overlap before its end."""
    shop = ListShop([an_order(number) for number in range(24)], fail_after=1)
    with pytest.raises(PlatformUnavailable):
        pull(shop, store, since=START, at=START + DAY)
    shop.fail_after = 10**9
    late = START + DAY - timedelta(minutes=5)

    def listed(report: PullReport) -> None:
        # the window of the interrupted pull is through: only now the platform shows an order of its last minutes
        if report.high_water == START + DAY and len(shop.items) == 24:
            shop.items.append(an_order(900, at=late))

    report = pull(shop, store, at=START + 2 * DAY, progress=listed)

    assert stored(store) == ids([*range(24), 900])
    assert report.resumed


@pytest.mark.parametrize("ahead", [DAY, 30 * DAY])
def test_the_future_stays_open(pull, store: SqlStore, ahead: timedelta) -> None:
    """A pull up to a moment that has not come remembers the clock: what is made after it is listed by the next."""
    shop = ListShop([an_order(number) for number in range(12)])
    first = pull(shop, store, since=START, at=START + ahead, clock=FixedClock(START + timedelta(hours=12)))

    shop.items += [an_order(number) for number in range(12, 24)]
    second = pull(shop, store, at=START + DAY, clock=FixedClock(START + DAY))

    assert first.high_water == START + timedelta(hours=12)
    assert first.period == Period(START, START + ahead)
    assert (second.inserted, second.high_water) == (12, START + DAY)
    assert stored(store) == ids(range(24))


@pytest.mark.parametrize(
    "span", [{"updated": Period(START, START + DAY)}, {"since": START, "at": START + DAY}]
)
def test_a_listing_of_the_future_is_not_gone_on_with(pull, store: SqlStore, span) -> None:
    """Interrupted beyond the clock, it begins again at the clock: its cursor would pass by what happened since."""
    shop = ListShop([an_order(number) for number in (1, 2, 20, 21)], page_size=1, fail_after=3)
    with pytest.raises(PlatformUnavailable):
        pull(shop, store, **span, clock=FixedClock(START + timedelta(hours=12)))
    assert stored(store) == ids([1, 2, 20])

    shop.fail_after = 10**9
    shop.items.append(an_order(13))
    pull(shop, store, **span, clock=FixedClock(START + DAY))

    assert stored(store) == ids([1, 2, 13, 20, 21])


def test_a_pull_that_begins_in_the_future(pull, store: SqlStore) -> None:
    """Nothing is complete yet, and the next call still knows where to begin."""
    shop = ListShop([])
    early = pull(shop, store, since=START, at=START + DAY, clock=FixedClock(START - DAY))
    shop.items.append(an_order(3))

    later = pull(shop, store, at=START + DAY, clock=FixedClock(START + DAY))

    assert early.high_water is None
    assert (later.inserted, later.high_water) == (1, START + DAY)


@pytest.mark.parametrize("fail_after", [1, 10**9], ids=["in its first window", "afterwards"])
def test_an_earlier_beginning_is_refused(pull, store: SqlStore, fail_after: int) -> None:
    """The running pull only goes forward; what would be right is named, and does it. The same or later goes on."""
    shop = ListShop([an_order(number) for number in range(48)], fail_after=fail_after)
    try:
        pull(shop, store, since=START + DAY, at=START + 2 * DAY)
    except PlatformUnavailable:
        shop.fail_after = 10**9
    listed = len(shop.listed)

    with pytest.raises(
        ArgumentError, match=r"since=2026-11-01.* began.*updated=Period\.parse\('(.*)'\)"
    ) as caught:
        pull(shop, store, since=START, at=START + 2 * DAY)
    assert len(shop.listed) == listed

    for since in (START + DAY, START + DAY + timedelta(hours=1)):
        pull(shop, store, since=since, at=START + 2 * DAY)
    named = str(caught.value).partition("parse('")[2].partition("'")[0]
    pull(shop, store, updated=Period.parse(named), at=START + 2 * DAY)
    assert stored(store) == ids(range(48))


def test_a_cursor_that_is_no_longer_accepted(pull, store: SqlStore) -> None:
    """Its window is listed from the beginning; nothing is lost and the report says so."""
    shop = ListShop([an_order(number) for number in range(60)], fail_after=3)
    with pytest.raises(PlatformUnavailable):
        pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    shop.fail_after, shop.epoch = 10**9, "two"
    report = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    assert (report.restarted_windows, report.inserted, report.unchanged) == (1, 30, 30)
    assert stored(store) == ids(range(60))


class Poisoned(ListShop):
    """Has one page that the platform refuses to list."""

    refuses: int = 3

    def orders(self, *, updated: Period):
        return _PoisonedListing(self, updated)


class _PoisonedListing(Listing):
    def _walk(self, first: int):
        for page in super()._walk(first):
            here = first // self.shop.page_size
            if here == self.shop.refuses:
                raise RequestRejected("no such order", platform="own", code="2")
            first += self.shop.page_size
            yield page


def test_a_page_that_is_refused_is_no_old_cursor(pull, store: SqlStore) -> None:
    """A cursor refused when it was new is refused for its page: the window is not listed again at every call."""
    shop = Poisoned([an_order(number) for number in range(60)])
    options = {"updated": TEN_DAYS, "at": TEN_DAYS.end}
    with pytest.raises(RequestRejected):
        pull(shop, store, **options, clock=FixedClock(TEN_DAYS.end))
    given = shop.pages_given
    for hours in range(1, 24):
        with pytest.raises(RequestRejected):
            pull(shop, store, **options, clock=FixedClock(TEN_DAYS.end + timedelta(hours=hours)))
        assert [start is None for _, start in shop.listed] == [True, *[False] * hours]
    assert stored(store) == ids(range(30))
    assert shop.pages_given - given == 23

    # Days later the cursor may be old besides: the window is listed again, once.
    with pytest.raises(RequestRejected):
        pull(shop, store, **options, clock=FixedClock(TEN_DAYS.end + 2 * DAY))
    assert shop.listed[-1][1] is None
    shop.refuses = -1
    report = pull(shop, store, **options, clock=FixedClock(TEN_DAYS.end + 2 * DAY))
    assert (report.inserted, report.restarted_windows) == (30, 0)
    assert stored(store) == ids(range(60))


def test_a_refusal_that_no_cursor_caused_is_raised(store: SqlStore) -> None:
    """Without a kept cursor a rejected request is the platform's answer, once."""

    class Closed(ListShop):
        def orders(self, *, updated: Period):
            raise RequestRejected("this shop is closed", platform="own", code="1")

    with pytest.raises(RequestRejected, match="closed"):
        pull_orders(Closed([]), store, updated=TEN_DAYS, at=TEN_DAYS.end)


def test_a_bad_payload_is_set_aside_and_its_neighbors_are_kept(pull, store: SqlStore) -> None:
    """The rest of the page is ingested; the bad one stands in the dead letters with its reason."""
    shop = ListShop([bad(number) if number in {3, 17} else an_order(number) for number in range(20)])

    report = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    assert (report.inserted, report.rejected, report.seen) == (18, 2, 20)
    assert stored(store) == ids(set(range(20)) - {3, 17})
    letters = store.dead_letters.unresolved(**SHOP)
    assert sorted(letter.ref for letter in letters) == ["00003", "00017"]
    assert letters[0].problems[0].path == "order.lines[0].quantity"
    assert letters[0].first_seen_at == TEN_DAYS.end


def test_a_good_copy_resolves_the_dead_letter(pull, store: SqlStore) -> None:
    """The platform corrects the order; the next pull closes the letter."""
    shop = ListShop([bad(3), bad(4)])
    pull(shop, store, since=START, at=START + DAY)

    shop.items = [an_order(3, at=START + DAY), bad(4)]
    pull(shop, store, at=START + 2 * DAY, overlap=DAY)

    (left,) = store.dead_letters.unresolved()
    assert (left.ref, left.seen) == ("00004", 2)
    assert stored(store) == ids([3])


def test_an_order_that_no_table_can_hold_is_set_aside_too(pull, store: SqlStore) -> None:
    """The model takes an amount that the database does not: it must not block its page for ever."""
    shop = ListShop([an_order(1), an_order(2, total=Money(2**70, "CNY"), raw={"as": "sent"}), an_order(3)])

    report = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    assert (report.inserted, report.rejected) == (2, 1)
    (letter,) = store.dead_letters.unresolved()
    assert (letter.ref, letter.problems[0].path) == ("00002", "order.total")
    assert letter.payload == {"as": "sent"}


def test_a_shop_without_orders(pull, store: SqlStore) -> None:
    """A listing without a single page is complete all the same."""
    report = pull(ListShop([]), store, since=START, at=START + 10 * DAY)

    assert (report.pages, report.seen, report.high_water) == (0, 0, START + 10 * DAY)
    assert pull(ListShop([]), store, at=START + 11 * DAY).period.start == START + 10 * DAY - timedelta(
        minutes=10
    )


def test_nothing_is_left_to_pull(pull, store: SqlStore) -> None:
    """Asked again at an earlier moment, there is nothing to do and nothing is taken back."""
    shop = ListShop([an_order(1)])
    pull(shop, store, since=START, at=START + DAY)

    report = pull(shop, store, at=START + timedelta(hours=1))

    assert (report.period, report.pages, report.high_water) == (None, 0, START + DAY)
    assert report.to_dict()["period"] is None


def test_a_period_and_the_running_pull_do_not_disturb_each_other(pull, store: SqlStore) -> None:
    """Pulling an old month again leaves the running pull's mark alone."""
    shop = ListShop([an_order(number) for number in range(24)])
    pull(shop, store, since=START, at=START + DAY)
    shop.fail_after = shop.pages_given + 1
    with pytest.raises(PlatformUnavailable):
        pull(
            shop, store, updated=Period(START - 30 * DAY, START + 10 * DAY), at=TEN_DAYS.end, window=60 * DAY
        )

    assert store.checkpoints.get("orders", **SHOP).high_water == START + DAY


def test_progress_is_told_after_every_page(pull, store: SqlStore) -> None:
    """The callback sees what is committed, and a share that only grows and ends at 1."""
    shop = ListShop([an_order(number) for number in range(60)])
    told: list[tuple[int, int, float]] = []

    def watch(report: PullReport) -> None:
        told.append((report.inserted, len(stored(store)), report.share))

    pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end, window=DAY, progress=watch)

    assert all(said == kept for said, kept, _ in told)
    shares = [share for *_, share in told]
    assert shares == sorted(shares)
    assert (told[0][0], shares[-1], len(told)) == (10, 1.0, 3 + 3 + 2 + 7)


def test_a_callback_that_fails_leaves_the_store_whole(pull, store: SqlStore) -> None:
    """An exception of the caller's passes through, and the next call goes on."""
    shop = ListShop([an_order(number) for number in range(30)])

    def stop(report: PullReport) -> None:
        raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
        pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end, progress=stop)
    report = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)

    assert (report.inserted, report.unchanged, report.resumed) == (20, 0, True)


def test_both_ways_do_the_same(tmp_path) -> None:
    """Blocking, asyncio and trio list the same windows from the same cursors and report the same."""
    seen = []
    for name, pull in (("b", blocking), ("a", partial(awaited, "asyncio")), ("t", partial(awaited, "trio"))):
        shop = ListShop([bad(n) if n % 11 == 0 else an_order(n) for n in range(100)], fail_after=4)
        with SqlStore(f"sqlite:///{tmp_path / name}") as store:
            with pytest.raises(PlatformUnavailable):
                pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end)
            shop.fail_after = 10**9
            report = pull(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end, window=2 * DAY)
            seen.append((shop.listed, report, store.frame("orders").rows(), store.dead_letters.unresolved()))

    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"at": START}, "first pull of own mall.*since="),
        ({"updated": TEN_DAYS, "since": START, "at": START}, "give one of them"),
        ({"since": START + DAY, "at": START}, "lies after at"),
        ({"since": datetime(2026, 1, 1), "at": START}, "has no zone"),
        ({"since": START, "at": datetime(2026, 12, 1)}, "has no zone"),
        ({"updated": TEN_DAYS, "overlap": timedelta(-1)}, "overlap"),
        ({"updated": TEN_DAYS, "window": timedelta(0)}, "window"),
    ],
)
def test_a_pull_that_cannot_be_meant(pull, store: SqlStore, options, says) -> None:
    """What is wrong is said before anything is listed."""
    shop = ListShop([an_order(1)])

    with pytest.raises(ArgumentError, match=says):
        pull(shop, store, **options)

    assert shop.listed == []


def test_a_store_in_somebodys_transaction_is_refused(tmp_path) -> None:
    """A pull commits page by page, which is not its right in a transaction of the caller's."""
    engine = create_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with engine.connect() as connection, pytest.raises(ArgumentError, match="commits page by page"):
        pull_orders(ListShop([]), SqlStore(connection), updated=TEN_DAYS)
    engine.dispose()


@settings(max_examples=40)
@given(
    numbers=st.lists(st.integers(0, 200), max_size=60),
    failures=st.lists(st.integers(0, 4), max_size=6),
    windows=st.lists(st.integers(1, 96), min_size=7, max_size=7),
    page_size=st.integers(1, 9),
    epochs=st.lists(st.booleans(), min_size=7, max_size=7),
)
def test_however_often_it_is_interrupted(numbers, failures, windows, page_size, epochs) -> None:
    """Law: with any failures, windows and refused cursors, the end is every order once, in its newest copy."""
    items = [
        an_order(number % 50, at=START + timedelta(hours=number), status=_status(number))
        for number in numbers
    ]
    shop = ListShop(items, page_size=page_size)
    newest = {order.order_id: order for order in sorted(items, key=lambda order: order.updated_at)}
    with SqlStore("sqlite://") as store:
        for attempt, window in enumerate(windows):
            shop.epoch = f"{shop.epoch}'" if epochs[attempt] else shop.epoch
            shop.fail_after = shop.pages_given + failures[attempt] if attempt < len(failures) else 10**9
            try:
                pull_orders(shop, store, updated=TEN_DAYS, at=TEN_DAYS.end, window=timedelta(hours=window))
            except PlatformUnavailable:
                continue
        assert {order.order_id: order for order in store.orders()} == newest
        assert store.frame("orders").height == len(newest)


def _status(number: int) -> OrderStatus:
    return list(OrderStatus)[number % len(OrderStatus)]
