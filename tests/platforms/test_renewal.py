"""Pairs of access and refresh token: the only refresh token is never lost, whatever ends a refresh half-way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PlatformUnavailable,
    RemoteError,
    RequestRejected,
    Unverified,
)
from privdomain.platforms import (
    Ask,
    Flow,
    HttpRequest,
    HttpResponse,
    MemoryTokenStore,
    NoAnswer,
    Send,
    Wait,
    lasting,
    waiting_off,
)
from privdomain.platforms._drivers import run
from privdomain.platforms._renewal import TokenSource
from privdomain.platforms._tokens import Grant, pack, pack_revoked, revocation_in, unpack
from tests.platforms._oauth import (
    BASE_URL,
    NAME,
    AsyncLittleShop,
    LittleShop,
    OAuthDesk,
    Ping,
    Write,
    grant_of,
)

SHOP = "s1"
KEY = f"{NAME}:{BASE_URL.split('//')[1]}:app:{SHOP}"


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class World:
    """One platform, one store, one clock, and what interrupts the n-th refresh (from 1)."""

    def __init__(self, store: Any = None, **interrupts: Any) -> None:
        self.clock = Hand()
        self.desk = OAuthDesk(life_s=100.0, monotonic=self.clock)
        self.store = store or MemoryTokenStore(monotonic=self.clock)
        self.events: list[str] = []
        self.asked = 0
        self.interrupts: dict[int, Callable[[HttpRequest], HttpResponse]] = {}

    def transport(self, request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/oauth/refresh"):
            self.asked += 1
            if (interrupt := self.interrupts.get(self.asked)) is not None:
                return interrupt(request)
        return self.desk.scripted(request)

    def options(self, **changes: Any) -> dict[str, Any]:
        usual = {
            "token_store": self.store, "monotonic": self.clock, "random_state": 1,
            "on_revoked": lambda shop_id, error: self.events.append(shop_id),
        }  # fmt: skip
        return usual | changes

    def shop(self, **changes: Any) -> LittleShop:
        return LittleShop(SHOP, transport=self.transport, **self.options(**changes))

    def authorize(self) -> None:
        grant = grant_of(*self.desk.authorize(SHOP), self.desk.life_s)
        run(self.shop().conversation.adopt(grant), self.transport)

    def kept(self) -> tuple[str, str]:
        return unpack(self.store.get(KEY))


def _lost_after(world: World) -> Callable[[HttpRequest], HttpResponse]:
    """The platform acts, and its answer is lost."""

    def act(request: HttpRequest) -> HttpResponse:
        world.desk.scripted(request)
        raise NoAnswer("no answer in time")

    return act


def _lost_before(request: HttpRequest) -> HttpResponse:
    """It never arrived, which nobody can know."""
    raise NoAnswer("no answer in time")


@pytest.fixture
def world() -> World:
    made = World()
    made.authorize()
    return made


# --- a refresh that goes well ---


def test_a_pair_is_rotated_and_stored(world: World) -> None:
    """The new refresh token is the one that the platform takes next."""
    with world.shop() as shop:
        assert shop.ping() == SHOP
        world.clock.now += 71
        assert shop.ping() == SHOP
        assert world.kept() == world.desk.pair(SHOP)
        world.clock.now += 71
        assert shop.ping() == SHOP
    assert world.desk.refreshes == [SHOP, SHOP]
    assert world.desk.refused == world.desk.early == []


def test_a_new_pair_is_stored_before_it_is_used(world: World) -> None:
    """At the moment of the first call with it, it is in the store."""
    seen: list[tuple[str, str]] = []

    def transport(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/ping"):
            seen.append((dict(request.query)["token"], world.kept()[0]))
        return world.transport(request)

    world.clock.now += 71
    with LittleShop(SHOP, transport=transport, **world.options()) as shop:
        shop.ping()
    assert [used for used, _ in seen] == [kept for _, kept in seen]


def test_the_life_of_a_token_is_counted_from_its_request(world: World) -> None:
    """The answer took 20 s: for so long less is it used."""

    def slow(request: HttpRequest) -> HttpResponse:
        response = world.desk.scripted(request)
        world.clock.now += 20
        return response

    world.interrupts[1] = slow
    world.clock.now += 71
    with world.shop() as shop:
        shop.ping()
    found = world.store.get(KEY)
    assert found is not None
    assert found.expires_in_s == pytest.approx(50)


@given(st.floats(-10, 1e9), st.floats(0, 1e4))
def test_a_margin_never_eats_a_token(expires_in_s: float, margin_s: float) -> None:
    """At least half of its life is used, and never more than it has."""
    used = lasting(expires_in_s, margin_s=margin_s)
    life = max(0.0, expires_in_s)
    assert life / 2 <= used <= life
    assert used >= life - margin_s or margin_s > life / 2


def test_a_token_of_somebody_else_that_was_taken_back_too_is_replaced_once_more(world: World) -> None:
    """We had the first, another process the second, and both are dead: that is no reason to give up."""
    with world.shop() as slow, world.shop() as quick:
        slow.ping()
        world.desk.revoke_access(SHOP)
        quick.ping()
        world.desk.revoke_access(SHOP)
        assert slow.ping() == SHOP
    assert world.desk.refreshes == [SHOP, SHOP]


def test_a_token_that_is_refused_as_soon_as_it_is_fetched_ends_the_call(world: World) -> None:
    """One refresh a call: whatever is wrong then, another token does not mend it."""
    asked = world.asked

    def transport(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/ping"):
            world.desk.revoke_access(SHOP)
        return world.transport(request)

    with (
        LittleShop(SHOP, transport=transport, **world.options()) as shop,
        pytest.raises(AuthenticationFailed),
    ):
        shop.ping()
    assert world.asked == asked + 1


# --- a refresh that fails half-way ---


def test_a_refresh_that_never_arrived_is_asked_for_once_more(world: World) -> None:
    """With the same refresh token, and the call goes through."""
    world.interrupts[1] = _lost_before
    world.clock.now += 71
    with world.shop() as shop:
        assert shop.ping() == SHOP
    assert world.asked == 2
    assert world.kept() == world.desk.pair(SHOP)


def test_a_platform_that_stays_silent_costs_nothing(world: World) -> None:
    """The error says that the platform is away, the pair stays, and the next call tries again with it."""
    before = world.kept()
    world.interrupts |= {1: _lost_before, 2: _lost_before}
    world.clock.now += 71
    with world.shop() as shop:
        with pytest.raises(PlatformUnavailable) as caught:
            shop.send(Write(shop=SHOP))
        assert caught.value.retryable
        assert world.kept() == before
        assert shop.ping() == SHOP
    assert world.asked == 3


def test_a_write_that_found_no_token_was_not_sent(world: World) -> None:
    """Nobody may take it for a write of which nothing is known."""
    world.interrupts |= {1: _lost_before, 2: _lost_before}
    world.clock.now += 71
    with world.shop() as shop, pytest.raises(RemoteError) as caught:
        shop.send(Write(shop=SHOP))
    assert not isinstance(caught.value, Unverified | RequestRejected)
    assert world.desk.calls == 0


def test_when_the_answer_is_lost_the_platform_decides(world: World) -> None:
    """It has discarded the old token and says so: then, and only then, the merchant has to authorize again."""
    world.interrupts[1] = _lost_after(world)
    world.clock.now += 71
    with world.shop() as shop:
        with pytest.raises(AuthorizationRevoked):
            shop.ping()
        assert (world.asked, world.events) == (2, [SHOP])


def test_a_withdrawal_is_remembered_by_everybody_and_ended_by_a_new_authorization(world: World) -> None:
    """Callers fail at once and nothing is sent, whichever client they have; one event for all of them."""
    world.desk.withdraw(SHOP)
    world.clock.now += 71
    for _ in range(3):
        with world.shop() as shop:
            for _ in range(3):
                with pytest.raises(AuthorizationRevoked) as caught:
                    shop.ping()
                assert (caught.value.code, caught.value.platform) == ("1002", NAME)
    assert (world.asked, world.desk.calls, world.events) == (1, 0, [SHOP])

    world.authorize()
    with world.shop() as shop:
        assert shop.ping() == SHOP


def test_a_withdrawal_is_asked_about_again_after_an_hour(world: World) -> None:
    """Some platforms revive a pair; one question an hour is no loop, and it is no second event."""
    world.desk.withdraw(SHOP)
    world.clock.now += 71
    with world.shop() as shop:
        for hours in range(3):
            with pytest.raises(AuthorizationRevoked):
                shop.ping()
            assert world.asked == hours + 1
            world.clock.now += 3601
    assert world.events == [SHOP]


def test_a_call_that_is_told_of_the_withdrawal_remembers_it_too(world: World) -> None:
    """The token is still good as far as we know; the platform knows better."""
    with world.shop() as one, world.shop() as other:
        world.desk.withdraw(SHOP)
        with pytest.raises(AuthorizationRevoked):
            one.ping()
        with pytest.raises(AuthorizationRevoked):
            one.ping()
        with pytest.raises(AuthorizationRevoked):
            other.ping()
    assert (world.desk.calls, world.asked, world.events) == (1, 0, [SHOP])


def test_an_old_word_does_not_undo_a_new_authorization(world: World) -> None:
    """The withdrawal was said of the pair before: the merchant has come back while the refresh was on its way."""

    def withdrawn_and_back(request: HttpRequest) -> HttpResponse:
        response = HttpResponse.of_json({"code": 1002})
        world.authorize()
        return response

    world.interrupts[1] = withdrawn_and_back
    world.clock.now += 71
    with world.shop() as shop:
        assert shop.ping() == SHOP
    assert world.events == []


@pytest.mark.parametrize("refresh", ["", "R2"])
def test_a_fresh_grant_wins_over_what_was_said_of_the_token_before(refresh: str) -> None:
    """We were slow, another process asked too and was refused because of us: what we have been granted is the truth."""
    clock = Hand()
    store = MemoryTokenStore(monotonic=clock)
    store.put(KEY, pack(Grant("A", 0, refresh and "R1")), expires_in_s=0, expected_version=0)
    error = AuthorizationRevoked("discarded", platform=NAME)

    def fetch(_: str) -> Flow[Grant]:
        mark = pack_revoked(store.get(KEY), error)
        yield Ask(lambda: store.put(KEY, mark, expires_in_s=3600, expected_version=1))
        return Grant("A2", 60, refresh)

    assert run(_source(store, clock, fetch).current(), lambda request: HttpResponse(200)) == "A2"
    assert unpack(store.get(KEY)) == ("A2", refresh)
    assert revocation_in(store.get(KEY)) is None


def test_a_withdrawal_that_a_notice_tells(world: World) -> None:
    """Remembered without a request, however good the token looks."""
    error = AuthorizationRevoked("withdrawn, says a notice", platform=NAME, code="deauthorized")
    with world.shop() as shop:
        run(shop.conversation.revoke(error), world.transport)
        run(shop.conversation.revoke(error), world.transport)
        with pytest.raises(AuthorizationRevoked, match="says a notice"):
            shop.ping()
    assert (world.desk.calls, world.asked, world.events) == (0, 0, [SHOP])


def test_what_is_kept_of_a_withdrawal_is_its_words_and_the_pair() -> None:
    """Nothing is dropped, and the error comes back as it was."""
    error = AuthorizationRevoked("no", platform=NAME, code="c", sub_code="s", request_id="r")
    store = MemoryTokenStore()
    store.put("k", pack(Grant("A", 9, "R")), expires_in_s=9, expected_version=0)
    store.put("k", pack_revoked(store.get("k"), error), expires_in_s=9, expected_version=1)

    found = revocation_in(store.get("k"))
    assert unpack(store.get("k")) == ("A", "R")
    assert found is not None
    assert (str(found), vars(found)) == (str(error), vars(error))


@given(st.text(min_size=1), st.text())
def test_any_token_survives_packing(access: str, refresh: str) -> None:
    """One that looks like JSON, too."""
    store = MemoryTokenStore()
    store.put("k", pack(Grant(access, 9, refresh)), expires_in_s=9, expected_version=0)
    assert unpack(store.get("k")) == (access, refresh)
    assert revocation_in(store.get("k")) is None


def test_an_observer_of_withdrawals_that_fails_fails_alone(world: World, caplog: Any) -> None:
    """The error that the caller gets is the platform's."""
    world.desk.withdraw(SHOP)

    def broken(shop_id: str, error: AuthorizationRevoked) -> None:
        raise ZeroDivisionError

    with world.shop(on_revoked=broken) as shop, pytest.raises(AuthorizationRevoked):
        shop.ping()
    assert "on_revoked failed for shop s1" in caplog.text


# --- the store fails ---


class Failing(MemoryTokenStore):
    """Fails to write: before it has written, or after."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__(monotonic=monotonic)
        self.fail_before = self.fail_after = 0

    def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
        if self.fail_before:
            self.fail_before -= 1
            raise OSError("the store is away")
        done = super().put(key, value, expires_in_s=expires_in_s, expected_version=expected_version)
        if self.fail_after:
            self.fail_after -= 1
            raise OSError("the store is away")
        return done


@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_write_is_tried_again(when: str, times: int) -> None:
    """A pair that is written late is not lost; one that was written already is not written twice."""
    clock = Hand()
    world = World(Failing(clock))
    world.clock.now = clock.now
    world.desk._monotonic = world.clock = clock
    world.authorize()
    clock.now += 71
    setattr(world.store, when, times)
    with waiting_off() as waits, world.shop() as shop:
        assert shop.ping() == SHOP
    assert waits
    assert world.kept() == world.desk.pair(SHOP)
    assert world.desk.refreshes == [SHOP]


def test_a_pair_that_could_not_be_written_is_kept_until_it_can() -> None:
    """It is not used meanwhile, and no second refresh with a discarded token is sent; even a withdrawal that another
    process was told of the old one does not win."""
    clock = Hand()
    store = Failing(clock)
    world = World(store)
    world.desk._monotonic = world.clock = clock
    world.authorize()
    clock.now += 71
    with waiting_off(), world.shop() as shop, world.shop() as other:
        store.fail_before = 3
        with pytest.raises(OSError, match="away"):
            shop.ping()
        assert world.desk.calls == 0
        with pytest.raises(AuthorizationRevoked):
            other.ping()
        assert shop.ping() == SHOP
        assert other.ping() == SHOP
    assert world.kept() == world.desk.pair(SHOP)
    assert world.desk.refreshes == [SHOP]


# --- cancellation ---


def _steps_of_a_refresh(world: World) -> list[Any]:
    with world.shop() as shop:
        flow = shop.conversation.fetch(Ping(shop=SHOP))
        steps, result = [], None
        try:
            while True:
                effect = flow.send(result)
                steps.append(effect)
                result = _perform(effect, world)
        except StopIteration:
            return steps


def _perform(effect: Any, world: World) -> Any:
    if isinstance(effect, Send):
        return world.transport(effect.request)
    return effect.call() if isinstance(effect, Ask) else None


def test_an_end_at_any_step_loses_nothing() -> None:
    """A refresh is cut off before or after each of its steps, by a closed flow, a cancellation or Ctrl-C; the next
    caller gets on at once, and the pair in the store is the one that the platform takes."""
    whole = World()
    whole.authorize()
    whole.clock.now += 71
    count = len(_steps_of_a_refresh(whole))
    assert count == 6  # look, claim, look again, refresh, store, call
    for step in range(count):
        for end in (GeneratorExit, KeyboardInterrupt, None):
            for performed in (False, True):
                world = World()
                world.authorize()
                world.clock.now += 71
                shop = world.shop()
                flow, result = shop.conversation.fetch(Ping(shop=SHOP)), None
                for _ in range(step):
                    result = _perform(flow.send(result), world)
                effect = flow.send(result)
                sent = isinstance(effect, Send) and effect.request.url.endswith("/oauth/refresh")
                if performed and not sent:  # an answer that nobody hears is the platform's matter: see above
                    _perform(effect, world)
                if end is None:
                    flow.close()
                else:
                    with pytest.raises(end):
                        flow.throw(end())
                with waiting_off() as waits, world.shop() as another:
                    assert another.ping() == SHOP
                where = f"{step} {end} {performed} {effect}"
                assert waits == [], where
                assert world.kept() == world.desk.pair(SHOP), where
                assert world.desk.refused == [], where


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_task_still_brings_its_refresh_home(backend: str) -> None:
    """The request is on its way when the task is cancelled: its answer is waited for and stored, then it ends."""
    world = World()
    world.authorize()
    world.clock.now += 71

    async def main() -> None:
        with anyio.CancelScope() as scope:

            async def transport(request: HttpRequest) -> HttpResponse:
                response = world.transport(request)
                if request.url.endswith("/oauth/refresh"):
                    scope.cancel()
                    await anyio.sleep(0.01)
                return response

            async with AsyncLittleShop(SHOP, transport=transport, **world.options()) as shop:
                await shop.ping()
        assert scope.cancelled_caught

    anyio.run(main, backend=backend)
    assert world.desk.calls == 0
    assert world.kept() == world.desk.pair(SHOP)
    with waiting_off() as waits, world.shop() as shop:
        assert shop.ping() == SHOP
    assert waits == []
    assert world.desk.refused == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_refresh_without_an_answer_holds_a_cancelled_task_only_so_long(backend: str) -> None:
    """Three quarters of a lease; then it ends as if the answer had been lost, and the pair stays."""
    world = World()
    world.authorize()
    before = world.kept()
    world.clock.now += 71

    async def hanging(request: HttpRequest) -> HttpResponse:
        await anyio.sleep_forever()
        raise AssertionError

    async def main() -> None:
        async with AsyncLittleShop(
            SHOP, transport=hanging, **world.options(token_lease_s=0.04)
        ) as shop:  # fmt: skip
            with anyio.move_on_after(0.01) as scope:
                await shop.ping()
            assert scope.cancelled_caught

    anyio.run(main, backend=backend)
    assert world.kept() == before
    assert world.store.claim(KEY, owner="next", lease_s=1)


def test_an_abandoned_flow_may_be_collected_in_the_middle_of_a_store_s_method() -> None:
    """Garbage is collected anywhere, and gives its claim back there: no lock may wait for its own thread."""
    store: Any = None

    def monotonic() -> float:
        if store is not None:  # called with the store's lock held
            store.release("k", owner="me")
        return 0.0

    store = MemoryTokenStore(monotonic=monotonic)
    thread = threading.Thread(
        target=lambda: store.get("k") or store.claim("k", owner="me", lease_s=1), daemon=True
    )
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


# --- leases ---


def _source(store: Any, clock: Hand, fetch: Callable[[str], Flow[Grant]], **more: Any) -> TokenSource:
    return TokenSource(store=store, key=KEY, fetch=fetch, monotonic=clock, lease_s=10, **more)


def test_the_lease_is_made_longer_while_its_holder_is_at_it() -> None:
    """Before a wait by that wait, and before a request that comes late."""
    clock = Hand()
    store = MemoryTokenStore(monotonic=clock)
    store.put(KEY, pack(Grant("A", 0, "R")), expires_in_s=0, expected_version=0)
    others: list[bool] = []

    def fetch(refresh: str) -> Flow[Grant]:
        for _ in range(4):
            yield Send(HttpRequest(method="POST", url=BASE_URL))
            clock.now += 9
            others.append(store.claim(KEY, owner="other", lease_s=1))
            yield Wait(30)
            clock.now += 30
            others.append(store.claim(KEY, owner="other", lease_s=1))
        return Grant("A2", 60, "R2")

    with waiting_off():
        assert run(_source(store, clock, fetch).current(), lambda request: HttpResponse(200)) == "A2"
    assert others == [False] * 8


def test_who_has_lost_the_lease_sends_nothing_more() -> None:
    """A laptop that slept: somebody else has renewed, and the old refresh token must not be sent after that."""
    clock = Hand()
    store = MemoryTokenStore(monotonic=clock)
    store.put(KEY, pack(Grant("A", 0, "R")), expires_in_s=0, expected_version=0)
    sent: list[str] = []

    def fetch(refresh: str) -> Flow[Grant]:
        yield Wait(1)
        sent.append(refresh)
        yield Send(HttpRequest(method="POST", url=BASE_URL))
        return Grant("ours", 60, "R2")

    flow = _source(store, clock, fetch).current()
    result: Any = None
    while not isinstance(effect := flow.send(result), Wait):
        result = effect.call()  # type: ignore[union-attr]  # only Ask comes before the first wait
    clock.now += 3600
    assert store.claim(KEY, owner="other", lease_s=10)
    assert store.put(KEY, pack(Grant("theirs", 60, "R3")), expires_in_s=60, expected_version=1)
    assert store.claim(KEY, owner="other", lease_s=10)
    with waiting_off():
        assert run(_going_on(flow), lambda request: pytest.fail("sent")) == "theirs"


def _going_on(flow: Flow[str]) -> Flow[str]:
    result: Any = None
    try:
        while True:
            effect = flow.send(result)
            result = yield effect
    except StopIteration as stop:
        return stop.value


def test_who_waits_for_a_pair_never_refreshes_without_the_lease() -> None:
    """Two leases long; then it is an error that may be tried again, because two refreshes would lose the pair."""
    clock = Hand()
    store = MemoryTokenStore(monotonic=clock)
    store.put(KEY, pack(Grant("A", 0, "R")), expires_in_s=0, expected_version=0)
    store.claim(KEY, owner="busy", lease_s=10**9)

    def fetch(refresh: str) -> Flow[Grant]:
        pytest.fail("nobody gave a lease")
        yield

    with waiting_off() as waits, pytest.raises(PlatformUnavailable, match="another process") as caught:
        run(_source(store, clock, fetch, platform=NAME).current(), lambda request: HttpResponse(200))
    assert sum(waits) == pytest.approx(20)
    assert caught.value.retryable


@pytest.mark.parametrize("lease_s", [0, -1, float("nan"), True, "10"])
def test_a_lease_is_a_number_of_seconds(lease_s: Any) -> None:
    """Refused when the client is made."""
    with pytest.raises(ValueError, match="token_lease_s"):
        LittleShop(SHOP, transport=lambda request: HttpResponse(200), token_lease_s=lease_s)


def test_a_store_of_another_make_is_taken() -> None:
    """What a store gives back has three attributes; its class is its own."""

    class Row:
        def __init__(self, value: str, version: int) -> None:
            self.value, self.version, self.expires_in_s = value, version, 60.0

    class Dictionary:
        def __init__(self) -> None:
            self.rows: dict[str, Row] = {}

        def get(self, key: str) -> Row | None:
            return self.rows.get(key)

        def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
            self.rows[key] = Row(value, expected_version + 1)
            return True

        def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
            return True

        def release(self, key: str, *, owner: str) -> None:
            return None

    world = World(Dictionary())
    world.authorize()
    with world.shop() as shop:
        assert shop.ping() == SHOP
    assert json.loads(world.store.rows[KEY].value)["refresh"] == world.desk.pair(SHOP)[1]


def test_without_an_authorization_nothing_is_sent() -> None:
    """The error is the dialect's, it is not remembered, and the lease is given back."""
    world = World()
    with world.shop() as shop:
        for _ in range(2):
            with pytest.raises(AuthenticationFailed, match="authorize first"):
                shop.ping()
    assert world.store.claim(KEY, owner="next", lease_s=1)
    assert world.store.get(KEY) is None
