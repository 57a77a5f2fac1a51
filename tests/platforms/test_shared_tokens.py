"""Eight processes share one token store while tokens expire every second: one refresh an expiry, nobody fails."""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from privdomain.platforms import generate_key
from privdomain.sandbox import Sandbox
from privdomain.stores import SqlStore
from tests.platforms import _token_worker as worker
from tests.platforms._oauth import NAME, LittleShop, OAuthDesk, grant_of

pytestmark = pytest.mark.servers

PROCESSES = 8
SHOP = "shop-1"
LEASE_S = 2.0


@pytest.fixture(params=["redis", "postgresql", "mysql"])
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A store that is empty for this test, and what a worker needs to know."""
    fixture = {"redis": "redis_url", "postgresql": "postgres_url", "mysql": "mysql_url"}[request.param]
    url = request.getfixturevalue(fixture)
    if request.param != "redis":
        with SqlStore(url) as store:
            store.migrate()
    return {
        "store": url, "space": uuid4().hex[:12], "key": generate_key(), "shop": SHOP, "lease_s": LEASE_S,
    }  # fmt: skip


@pytest.fixture
def desk() -> Iterator[tuple[OAuthDesk, str]]:
    """The platform, listening in this process."""
    # the grace is for machines that are too busy to use within a second what they have fetched
    platform = OAuthDesk(life_s=1.0, grace_s=1.0)
    with Sandbox(platforms=[platform], keep_requests=1) as box:
        yield platform, box.url(NAME)


class Crew:
    """The processes: forked from one that has imported everything, let go, awaited, or killed."""

    def __init__(self, settings: dict[str, Any], *, seconds: float, dies: str = "") -> None:
        self.seconds = seconds
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([worker.__name__, *worker.FORKED_WITH])
        self.lines: list[Any] = []
        self.children: list[Any] = []
        for number in range(PROCESSES):
            ours, theirs = context.Pipe()
            plan = {**settings, "dies": dies if number == 0 else ""}
            child = context.Process(target=worker.main, args=(plan, theirs), daemon=True)
            child.start()
            theirs.close()
            self.lines.append(ours)
            self.children.append(child)
        for line in self.lines:
            assert line.poll(60), "a process does not begin"
            assert line.recv() == "ready"

    def go(self, *which: int) -> None:
        """Let them begin, all or some."""
        for number in which or range(PROCESSES):
            self.lines[number].send(time.time() + self.seconds)

    def results(self) -> list[dict[str, Any]]:
        """What those report that have lived."""
        found = []
        for line in self.lines:
            with contextlib.suppress(EOFError):
                assert line.poll(60), "a process hangs"
                found.append(line.recv())
        return found


@contextmanager
def crew(settings: dict[str, Any], **how: Any) -> Iterator[Crew]:
    """No process outlives its test."""
    working = Crew(settings, **how)
    try:
        yield working
    finally:
        for child, line in zip(working.children, working.lines, strict=True):
            child.kill()
            child.join()
            child.close()
            line.close()


def authorize(platform: OAuthDesk, url: str, settings: dict[str, Any]) -> None:
    """The merchant authorizes the application, and one process takes the pair in."""
    access, refresh = platform.authorize(SHOP)
    with worker.store_of(settings) as store, LittleShop(SHOP, base_url=url, token_store=store) as shop:
        flow = shop.conversation.adopt(grant_of(access, refresh, platform.life_s))
        _run(flow)


def _run(flow: Any) -> None:
    from privdomain.platforms._drivers import run

    run(flow, lambda request: pytest.fail("nothing is sent"))


def failures(results: list[dict[str, Any]]) -> dict[str, int]:
    return {text: count for result in results for text, count in result["failures"].items()}


def done(results: list[dict[str, Any]]) -> list[int]:
    return [result["counts"].get("done", 0) for result in results]


def every(interval_s: Callable[[], float], act: Callable[[], None], *, until: float) -> None:
    """Act again and again while the processes work."""
    while (now := time.monotonic()) < until:
        time.sleep(min(interval_s(), max(0.0, until - now)))
        act()


def test_one_refresh_an_expiry_and_no_call_fails(desk: tuple[OAuthDesk, str], settings: Any) -> None:
    """Access tokens are also taken back at random; each end of a token, of either kind, costs one refresh."""
    platform, url = desk
    settings["base_url"] = url
    chance = random.Random(3)
    with crew(settings, seconds=6) as working:
        authorize(platform, url, settings)
        working.go()
        taken_back = 0

        def take_back() -> None:
            nonlocal taken_back
            taken_back += 1
            platform.revoke_access(SHOP)

        every(lambda: chance.uniform(0.5, 2.0), take_back, until=time.monotonic() + 5)
        results = working.results()

    assert len(results) == PROCESSES
    assert failures(results) == {}
    assert min(done(results)) > 5
    assert platform.refused == []
    assert platform.early == []
    assert 5 <= len(platform.refreshes) <= 6 / 0.5 + 2 + taken_back


def test_a_process_that_is_killed_before_it_asks(desk: tuple[OAuthDesk, str], settings: Any) -> None:
    """It holds the lease and dies by ``kill -9``: the others wait for its end and go on with the old pair."""
    platform, url = desk
    settings["base_url"] = url
    with crew(settings, seconds=6, dies="before") as working:
        authorize(platform, url, settings)
        working.go(0)
        working.children[0].join(20)
        assert working.children[0].exitcode == -signal.SIGKILL
        working.go(*range(1, PROCESSES))
        results = working.results()

    assert len(results) == PROCESSES - 1
    assert failures(results) == {}
    assert min(done(results)) > 5
    assert platform.refused == []
    assert platform.early == []


def test_a_process_that_is_killed_before_it_stores(desk: tuple[OAuthDesk, str], settings: Any) -> None:
    """The new pair died with it: the platform is asked once more, says no, and nobody asks again until it is adopted."""
    platform, url = desk
    settings["base_url"] = url
    with crew(settings, seconds=7, dies="after") as working:
        authorize(platform, url, settings)
        working.go(0)
        working.children[0].join(20)
        assert working.children[0].exitcode == -signal.SIGKILL
        working.go(*range(1, PROCESSES))
        end = time.monotonic() + 10
        while not platform.refused and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.5)
        assert platform.refused == [SHOP]
        authorize(platform, url, settings)
        results = working.results()

    assert failures(results) == {}
    assert platform.refused == [SHOP]
    assert sum(len(result["events"]) for result in results) == 1
    assert all(result["counts"].get("revoked") for result in results)
    assert min(done(results)) > 5
    assert platform.early == []
