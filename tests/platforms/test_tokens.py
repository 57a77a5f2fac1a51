"""Tokens: complaints 1 to 8 of the platforms' users, as tests."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import AuthenticationFailed, ProtocolViolation, RemoteError
from privdomain.platforms import (
    Ask,
    Flow,
    HttpRequest,
    HttpResponse,
    MemoryTokenStore,
    Send,
    StoredToken,
    Wait,
    waiting_off,
)
from privdomain.platforms._drivers import run
from privdomain.platforms._renewal import TokenSource
from privdomain.platforms._tokens import Grant
from privdomain.platforms.wechat_shop import AsyncWeChatShop, WeChatShop
from tests.platforms._scripted import ScriptedShop, busy, options, order_payload, shop_of

KEY = "wechat_shop:wx1"


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _never(request: HttpRequest) -> HttpResponse:
    raise AssertionError(request)


def _source(store: Any, clock: Hand, fetch: Callable[[str], Flow[Grant]]) -> TokenSource:
    return TokenSource(store=store, key=KEY, fetch=fetch, monotonic=clock, lease_s=10)


def _counting(grants: list[str], for_s: float = 7200) -> Callable[[str], Flow[Grant]]:
    def fetch(refresh: str) -> Flow[Grant]:
        grants.append(f"T{len(grants) + 1}")
        yield Ask(lambda: None)
        return Grant(grants[-1], for_s)

    return fetch


# --- the store ---


def test_a_version_protects_a_fresh_token_from_a_slow_writer() -> None:
    """Complaint 2: a stale value overwrites the fresh one."""

    store = MemoryTokenStore()
    assert store.put(KEY, "T1", expires_in_s=60, expected_version=0)
    assert store.put(KEY, "T2", expires_in_s=60, expected_version=1)
    assert not store.put(KEY, "T1 again", expires_in_s=60, expected_version=1)
    assert not store.put(KEY, "new", expires_in_s=60, expected_version=0)

    found = store.get(KEY)
    assert found is not None
    assert (found.value, found.version) == ("T2", 2)


def test_a_stale_token_keeps_its_version() -> None:
    """Its successor replaces it by number."""

    clock = Hand()
    store = MemoryTokenStore(monotonic=clock)
    store.put(KEY, "T1", expires_in_s=60, expected_version=0)
    clock.now += 60

    found = store.get(KEY)
    assert found is not None
    assert (found.version, found.expires_in_s) == (1, 0)
    assert store.put(KEY, "T2", expires_in_s=60, expected_version=1)


def test_a_lease_is_held_by_one_and_runs_out() -> None:
    """Who died while renewing blocks nobody for long; a write ends the lease."""

    clock = Hand()
    store = MemoryTokenStore(monotonic=clock)
    assert store.claim(KEY, owner="a", lease_s=10)
    assert store.claim(KEY, owner="a", lease_s=10)
    assert not store.claim(KEY, owner="b", lease_s=10)
    assert store.claim("another account", owner="b", lease_s=10)  # complaint 5: one account locks no other
    store.release(KEY, owner="b")
    assert not store.claim(KEY, owner="b", lease_s=10)
    clock.now += 10
    assert store.claim(KEY, owner="b", lease_s=10)
    store.put(KEY, "T", expires_in_s=60, expected_version=0)
    assert store.claim(KEY, owner="a", lease_s=10)
    store.release(KEY, owner="a")
    assert store.claim(KEY, owner="b", lease_s=10)


def test_nothing_of_a_token_is_shown() -> None:
    """Neither store nor entry nor grant."""

    store = MemoryTokenStore()
    store.put(KEY, "T0KEN", expires_in_s=60, expected_version=0)

    for thing in (store, store.get(KEY), Grant("T0KEN", 1)):
        assert "T0KEN" not in repr(thing)


def test_many_threads_and_one_winner_per_version() -> None:
    """Of all who replace the same version one succeeds."""

    store = MemoryTokenStore()
    wins: list[int] = []
    barrier = threading.Barrier(8)

    def write(me: int) -> None:
        barrier.wait()
        for version in range(50):
            if store.put(KEY, f"{me}", expires_in_s=60, expected_version=version):
                wins.append(version)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(wins) == len(set(wins))


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=30))
def test_versions_only_grow(writes: list[tuple[int, bool]]) -> None:
    """The version is the number of successful writes, whatever is tried in between."""

    store, done = MemoryTokenStore(), 0
    for offset, right in writes:
        expected = done if right else done + 1 + offset
        done += store.put(KEY, "x", expires_in_s=1, expected_version=expected)
    found = store.get(KEY)

    assert (found.version if found else 0) == done


# --- the source ---


def test_a_token_is_fetched_once_and_used_until_it_ends() -> None:
    """Then another one is fetched; in between not even the store is asked."""

    clock, grants = Hand(), list[str]()
    source = _source(MemoryTokenStore(monotonic=clock), clock, _counting(grants, for_s=100))

    assert run(source.current(), _never) == "T1"
    clock.now += 99
    assert list(source.current()) == []
    clock.now += 1
    assert run(source.current(), _never) == "T2"
    assert grants == ["T1", "T2"]


def test_clients_of_one_store_share_a_token() -> None:
    """Complaint 1: processes that fetch their own tokens invalidate each other's."""

    clock, grants, store = Hand(), list[str](), MemoryTokenStore()
    sources = [_source(store, clock, _counting(grants)) for _ in range(5)]

    assert {run(source.current(), _never) for source in sources} == {"T1"}
    assert grants == ["T1"]


def test_a_refused_token_is_replaced_although_the_store_thinks_it_is_good() -> None:
    """Complaint 3: valid in the cache, 40001 from the platform."""

    clock, grants = Hand(), list[str]()
    source = _source(MemoryTokenStore(), clock, _counting(grants))
    token = run(source.current(), _never)

    assert run(source.replace(token), _never) == ("T2", True)
    assert run(source.current(), _never) == "T2"


def test_a_refused_token_that_somebody_has_replaced_costs_nothing() -> None:
    """Complaint 6: no second look before fetching."""

    clock, grants, store = Hand(), list[str](), MemoryTokenStore()
    slow, quick = (_source(store, clock, _counting(grants)) for _ in range(2))
    token = run(slow.current(), _never)
    run(quick.current(), _never)
    run(quick.replace(token), _never)

    assert run(slow.replace(token), _never) == ("T2", False)
    assert grants == ["T1", "T2"]


def test_who_finds_the_lease_taken_waits_and_looks_again() -> None:
    """Complaint 5: many clients whose token ends at the same moment fetch one between them."""

    clock, grants, store = Hand(), list[str](), MemoryTokenStore()
    store.claim(KEY, owner="somebody", lease_s=10)
    flow = _source(store, clock, _counting(grants)).current()
    effects = []
    effect = next(flow)
    while not isinstance(effect, Wait):
        effects.append(effect)
        effect = flow.send(effect.call())  # type: ignore[union-attr]  # only Ask comes before the first wait
    store.put(KEY, "theirs", expires_in_s=60, expected_version=0)

    assert run(_rest(flow), _never) == "theirs"
    assert grants == []


def _rest(flow: Flow[str]) -> Flow[str]:
    """The flow after its wait."""
    result: Any = None
    try:
        while True:
            effect = flow.send(result)
            result = yield effect
    except StopIteration as stop:
        return stop.value


def test_who_waits_for_the_dead_waits_one_lease() -> None:
    """Then it fetches by itself."""

    clock, grants, store = Hand(), list[str](), MemoryTokenStore()
    store.claim(KEY, owner="dead", lease_s=10**9)
    with waiting_off() as waits:
        token = run(_source(store, clock, _counting(grants)).current(), _never)

    assert token == "T1"
    assert sum(waits) == pytest.approx(10, abs=0.2)


def test_who_wrote_at_the_last_moment_wins() -> None:
    """Between our look and our claim a token was written: it is used, nothing is fetched, the lease is given back."""

    grants: list[str] = []

    class Late(MemoryTokenStore):
        def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
            self.put(key, "theirs", expires_in_s=60, expected_version=0)
            return super().claim(key, owner=owner, lease_s=lease_s)

    store = Late()
    assert run(_source(store, Hand(), _counting(grants)).current(), _never) == "theirs"
    assert grants == []
    assert MemoryTokenStore.claim(store, KEY, owner="another", lease_s=1)


def test_a_lost_write_uses_what_is_there() -> None:
    """Somebody wrote while we fetched: his token is newer than ours."""

    store = MemoryTokenStore()

    def fetch(refresh: str) -> Flow[Grant]:
        yield Ask(lambda: store.put(KEY, "theirs", expires_in_s=60, expected_version=0))
        return Grant("ours", 60)

    assert run(_source(store, Hand(), fetch).current(), _never) == "theirs"


def test_a_failed_fetch_gives_the_lease_back() -> None:
    """The next client may try at once; what is stored for others stays (complaint 8: it is not dropped)."""

    store = MemoryTokenStore()
    store.put("wechat_shop:another", "keep", expires_in_s=60, expected_version=0)

    def fetch(refresh: str) -> Flow[Grant]:
        yield Ask(lambda: None)
        raise AuthenticationFailed("no", platform="wechat_shop")

    with pytest.raises(AuthenticationFailed):
        run(_source(store, Hand(), fetch).current(), _never)
    assert store.claim(KEY, owner="next", lease_s=1)
    kept = store.get("wechat_shop:another")
    assert kept is not None
    assert kept.value == "keep"


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit(1), OSError("the store's network")])
def test_whatever_ends_a_fetch_gives_the_lease_back(failure: BaseException) -> None:
    """Ctrl-C in the middle of it: the next process need not wait for the lease to run out."""

    store = MemoryTokenStore(monotonic=Hand())

    def fetch(refresh: str) -> Flow[Grant]:
        yield Send(HttpRequest(method="POST", url="http://127.0.0.1/token"))
        return Grant("T", 60)

    def interrupted(request: HttpRequest) -> HttpResponse:
        raise failure

    with pytest.raises(type(failure)) as caught:
        run(_source(store, Hand(), fetch).current(), interrupted)
    assert caught.value is failure
    assert store.claim(KEY, owner="next", lease_s=1)


def test_an_abandoned_fetch_gives_the_lease_back() -> None:
    """A flow that is closed may not yield any more."""

    store, grants = MemoryTokenStore(monotonic=Hand()), list[str]()
    flow = _source(store, Hand(), _counting(grants)).current()
    effect = next(flow)
    while not grants:
        effect = flow.send(effect.call())  # type: ignore[union-attr]  # only Ask comes before the fetch
    flow.close()

    assert store.claim(KEY, owner="next", lease_s=1)


def test_a_store_that_breaks_while_it_is_released_hides_nothing() -> None:
    """What is raised is why the fetch ended, a cancellation above all."""

    class Broken(MemoryTokenStore):
        def release(self, key: str, *, owner: str) -> None:
            raise OSError("the store is gone")

    def fetch(refresh: str) -> Flow[Grant]:
        yield Ask(lambda: None)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(_source(Broken(), Hand(), fetch).current(), _never)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_fetch_gives_the_lease_back(backend: str) -> None:
    """The next task does not wait ten seconds, and the cancellation goes on."""

    store = MemoryTokenStore(monotonic=Hand())  # its leases do not run out by themselves
    server = ScriptedShop({"A": order_payload("A")})

    async def main() -> None:
        with anyio.CancelScope() as scope:

            async def hanging(request: HttpRequest) -> HttpResponse:
                scope.cancel()
                await anyio.sleep_forever()
                return HttpResponse(200)

            async with AsyncWeChatShop(transport=hanging, **options(token_store=store)) as shop:
                await shop.order("A")
        assert scope.cancelled_caught

    anyio.run(main, backend=backend)
    with waiting_off() as waits, WeChatShop(transport=server, **options(token_store=store)) as shop:
        shop.order("A")
    assert waits == []


# --- in the client ---


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_every_word_for_a_bad_token_is_understood(code: int) -> None:
    """Complaint 7: an SDK knew 42001 and not 40014."""

    server = ScriptedShop({"A": order_payload("A")}, interrupts={2: busy(code)})
    with shop_of(server) as shop:
        assert shop.order("A").order_id == "A"
    assert server.paths == ["cgi-bin/stable_token", "order/get", "cgi-bin/stable_token", "order/get"]


@pytest.mark.parametrize(
    ("expires_in", "used_for"), [(7200, 6960), (345, 105), (300, 60), (200, 60), ("7200", 6960)]
)
def test_a_token_is_used_until_240_s_before_its_end(expires_in: Any, used_for: int) -> None:
    """The margin stays below the 300 s in which the platform renews; in them a token is used for a minute at least."""

    clock = Hand()
    token = HttpResponse.of_json({"access_token": "T0KEN-1", "expires_in": expires_in})
    server = ScriptedShop({"A": order_payload("A")}, interrupts={1: token})
    server.token = "T0KEN-1"
    with shop_of(server, monotonic=clock, token_store=MemoryTokenStore(monotonic=clock)) as shop:
        shop.order("A")
        clock.now += used_for - 1
        shop.order("A")
        assert server.paths.count("cgi-bin/stable_token") == 1
        clock.now += 1
        shop.order("A")
    assert server.paths.count("cgi-bin/stable_token") == 2


def test_a_client_made_anew_for_every_call_fetches_one_token() -> None:
    """Complaint 4: a new in-memory cache per call burns the quota. The usual store is one per process and account."""

    server = ScriptedShop({"A": order_payload("A")}, secret="made-for-complaint-4")
    for _ in range(5):
        kept = {"app_id": "wx-complaint-4", "app_secret": "made-for-complaint-4"}
        with WeChatShop(transport=server, **kept) as shop:
            shop.order("A")
        with WeChatShop(transport=server, **kept) as shop:
            shop.order("A")

    assert server.grants == server.paths.count("cgi-bin/stable_token") == 1


def test_a_wrong_secret_does_not_profit_from_the_right_one() -> None:
    """The usual stores are apart by credentials."""

    server = ScriptedShop({"A": order_payload("A")}, secret="right")
    with WeChatShop(transport=server, app_id="wx-apart", app_secret="right") as shop:
        shop.order("A")
    with (
        WeChatShop(transport=server, app_id="wx-apart", app_secret="wrong") as shop,
        pytest.raises(AuthenticationFailed),
    ):
        shop.order("A")


def test_the_key_of_a_token_names_the_account_and_no_secret() -> None:
    """Complaint of another kind: a cache key with the app secret in clear."""

    keys: list[str] = []

    class Noting(MemoryTokenStore):
        def get(self, key: str) -> StoredToken | None:
            keys.append(key)
            return super().get(key)

    with shop_of(ScriptedShop({"A": order_payload("A")}), token_store=Noting(), shop_id="tea") as shop:
        shop.order("A")

    assert set(keys) == {"wechat_shop:api.weixin.qq.com:wx1:tea"}


def test_a_token_that_is_none_is_no_token() -> None:
    """An answer of the token endpoint without a token is not taken for one; one that is half right is not shown."""

    empty = HttpResponse.of_json({"expires_in": 7200})
    half = HttpResponse.of_json({"access_token": "T0KEN", "expires_in": "soon"})
    with shop_of(ScriptedShop(interrupts={1: empty, 2: half})) as shop:
        with pytest.raises(ProtocolViolation, match="access_token: is missing"):
            shop.order("A")
        with pytest.raises(ProtocolViolation, match="expires_in: is text; expected a whole number") as caught:
            shop.order("A")
    assert "T0KEN" not in f"{caught.value!r} {vars(caught.value)} {caught.value.__context__}"


def test_the_store_is_asked_only_when_a_token_ends() -> None:
    """A thousand calls, two questions at the beginning: an awaiting client pays a worker thread for each."""

    asked = []

    class Noting(MemoryTokenStore):
        def get(self, key: str) -> StoredToken | None:
            asked.append(key)
            return super().get(key)

    with shop_of(ScriptedShop({"A": order_payload("A")}), token_store=Noting()) as shop:
        for _ in range(100):
            shop.order("A")
    assert len(asked) == 2


def test_wrong_credentials_are_one_error_after_one_attempt() -> None:
    """No retry storm; the error says what to look at, carries the request id and survives pickle."""

    server = ScriptedShop()
    with shop_of(server, app_secret="wr0ng") as shop, pytest.raises(AuthenticationFailed) as caught:
        shop.order("A")
    error: RemoteError = pickle.loads(pickle.dumps(caught.value))

    assert server.paths == ["cgi-bin/stable_token"]
    assert (error.code, error.request_id, error.attempts, error.retryable) == ("40125", "9-9-9", 1, False)
    assert "Check app_id and app_secret in the shop's console" in str(error)
    assert options()["app_secret"] not in str(error)
