"""Every token store keeps one contract: versions, leases, its own clock, nothing shown, one warning."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event

from privdomain.errors import ArgumentError, MissingExtra, SealBroken, UsageError
from privdomain.platforms import KeyRing, MemoryTokenStore, SealedTokenStore, TokenStore, generate_key
from privdomain.stores import RedisTokenStore, SqlStore, SqlTokenStore, _kept
from tests.stores.conftest import EVERY, url_of

KEY = "douyin:openapi.example.com:app1:shop1"
RING = KeyRing({"k1": generate_key()}, current="k1")


def _sql(request: pytest.FixtureRequest) -> SqlTokenStore:
    store = SqlTokenStore(url_of(request), space=uuid4().hex[:12])
    store.migrate()
    return store


@pytest.fixture(params=["memory", "sealed", *EVERY, pytest.param("redis", marks=pytest.mark.servers)])
def tokens(request: pytest.FixtureRequest) -> Any:
    """One store of each kind, with nothing in it."""
    if request.param == "memory":
        yield MemoryTokenStore()
    elif request.param == "sealed":
        yield SealedTokenStore(MemoryTokenStore(), keys=RING)
    elif request.param == "redis":
        with RedisTokenStore(request.getfixturevalue("redis_url"), prefix=f"{uuid4().hex}:") as store:
            yield store
    else:
        with _sql(request) as store:
            yield store


def test_what_was_put_comes_back(tokens: TokenStore) -> None:
    """The text as it was, its version, and how long it lives by the store's clock."""
    value = '{"access":"令牌 \u2028 \\"x\\"","refresh":"' + "r" * 5000 + '"}'
    assert tokens.get(KEY) is None
    assert tokens.put(KEY, value, expires_in_s=7200, expected_version=0)

    found = tokens.get(KEY)
    assert found is not None
    assert (found.value, found.version) == (value, 1)
    assert 7190 < found.expires_in_s <= 7200
    assert "令牌" not in repr(found)


def test_a_writer_says_which_version_he_replaces(tokens: TokenStore) -> None:
    """Whoever has an old one writes nothing."""
    assert not tokens.put(KEY, "T9", expires_in_s=60, expected_version=9)
    assert tokens.put(KEY, "T1", expires_in_s=60, expected_version=0)
    assert not tokens.put(KEY, "T0", expires_in_s=60, expected_version=0)
    assert tokens.put(KEY, "T2", expires_in_s=60, expected_version=1)
    assert not tokens.put(KEY, "T1 again", expires_in_s=60, expected_version=1)

    found = tokens.get(KEY)
    assert found is not None
    assert (found.value, found.version) == ("T2", 2)


@pytest.mark.parametrize("expires_in_s", [0, -5, -1e12, float("-inf")])
def test_a_stale_entry_stays(tokens: TokenStore, expires_in_s: float) -> None:
    """Its refresh token is in it."""
    tokens.put(KEY, "T1", expires_in_s=expires_in_s, expected_version=0)

    found = tokens.get(KEY)
    assert found is not None
    assert (found.value, found.version) == ("T1", 1)
    assert found.expires_in_s <= 0
    assert tokens.put(KEY, "T2", expires_in_s=60, expected_version=1)


@pytest.mark.parametrize("for_s", [1e6, 1e12, float("inf")])
def test_a_token_that_never_ends(tokens: TokenStore, for_s: float) -> None:
    """Some platforms have such; the database must be able to write the moment down."""
    tokens.put(KEY, "T1", expires_in_s=for_s, expected_version=0)

    found = tokens.get(KEY)
    assert found is not None
    assert found.expires_in_s > 9e5


def test_a_claim_is_one_s_until_it_ends(tokens: TokenStore) -> None:
    """It is made longer by its holder, given back by him only, and ended by a write."""
    assert tokens.claim(KEY, owner="a", lease_s=60)
    assert tokens.get(KEY) is None  # there is somebody who fetches one, and no token
    assert not tokens.claim(KEY, owner="b", lease_s=60)
    assert tokens.claim(KEY, owner="a", lease_s=60)
    assert tokens.claim("another account", owner="b", lease_s=60)
    tokens.release(KEY, owner="b")
    assert not tokens.claim(KEY, owner="b", lease_s=60)
    tokens.release(KEY, owner="a")
    assert tokens.claim(KEY, owner="b", lease_s=60)
    assert tokens.put(KEY, "T1", expires_in_s=60, expected_version=0)
    assert tokens.claim(KEY, owner="a", lease_s=60)
    assert not tokens.claim(KEY, owner="b", lease_s=60)
    found = tokens.get(KEY)
    assert found is not None
    assert (found.value, found.version) == ("T1", 1)


def test_a_claim_of_the_dead_is_taken_over(tokens: TokenStore) -> None:
    """By the store's own clock, which nobody can move here: a lease that is over in a moment."""
    tokens.claim(KEY, owner="dead", lease_s=0.05)
    end = time.monotonic() + 5
    while not tokens.claim(KEY, owner="next", lease_s=60):
        assert time.monotonic() < end
    assert not tokens.claim(KEY, owner="dead", lease_s=60)


def test_one_winner_per_version_and_one_holder_per_lease(tokens: TokenStore) -> None:
    """Eight threads write the same versions and claim the same lease: each is one thread's."""

    def work(me: int) -> tuple[list[int], list[int]]:
        wins = [v for v in range(12) if tokens.put(KEY, f"{me}", expires_in_s=60, expected_version=v)]
        held = [n for n in range(6) if tokens.claim(f"{KEY}{n}", owner=f"t{me}", lease_s=60)]
        return wins, held

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(8)))

    wins = sorted(version for won, _ in results for version in won)
    found = tokens.get(KEY)
    assert wins == list(range(len(wins)))
    assert found is not None
    assert found.version == len(wins) > 0
    assert sorted(n for _, held in results for n in held) == list(range(6))


@pytest.mark.parametrize("key", ["k" * 255, "k" * 256, "k" * 4000, "Kk", "KK", "k ", "店:é", "e\u0301"])
def test_keys_are_apart_to_the_byte(tokens: TokenStore, key: str) -> None:
    """However long, in whatever case, padded or not."""
    tokens.put(key, "mine", expires_in_s=60, expected_version=0)

    for other in (key + "k", key[:-1], key.swapcase(), key + " ", "店:é", "店:e\u0301"):
        if other != key:
            assert tokens.get(other) is None
    found = tokens.get(key)
    assert found is not None
    assert found.value == "mine"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_store_does_what_the_one_in_memory_does(tokens: TokenStore, data: st.DataObject) -> None:
    """Any sequence of calls without a passing of time has the same answers."""
    model, key = MemoryTokenStore(monotonic=lambda: 0.0), uuid4().hex
    names = st.sampled_from(["a", "b", "c"])
    for _ in range(data.draw(st.integers(1, 15))):
        kind = data.draw(st.sampled_from(["put", "claim", "release", "get"]))
        arguments: dict[str, Any] = {}
        if kind == "put":
            arguments = {"expires_in_s": 600, "expected_version": data.draw(st.integers(0, 4))}
        elif kind != "get":
            arguments = {"owner": data.draw(names)} | ({"lease_s": 600} if kind == "claim" else {})
        values = ("v",) if kind == "put" else ()
        mine, theirs = (getattr(store, kind)(key, *values, **arguments) for store in (tokens, model))
        if kind == "get":
            mine, theirs = ((found.value, found.version) if found else None for found in (mine, theirs))
        assert mine == theirs


# --- one store each ---


@pytest.mark.parametrize("lease_s", [0, -1, float("nan"), True])
@pytest.mark.parametrize("make", [lambda: SqlTokenStore("sqlite://"), lambda: RedisTokenStore(_Deaf())])
def test_a_lease_ends_after_it_begins(make: Any, lease_s: float) -> None:
    """Anything else would never keep anybody out."""
    with make() as store, pytest.raises(ArgumentError, match="lease_s"):
        store.claim(KEY, owner="a", lease_s=lease_s)


class _Deaf:
    """A client of Redis that knows nothing."""

    def eval(self, script: str, numkeys: int, *arguments: Any) -> Any:
        return None


def test_spaces_are_apart(tmp_path: Any) -> None:
    """One database, two brands, one shop."""
    url = f"sqlite:///{tmp_path / 'tokens.sqlite3'}"
    with SqlTokenStore(url, space="a") as one, SqlTokenStore(url, space="b") as other:
        one.put(KEY, "A", expires_in_s=60, expected_version=0)
        assert other.get(KEY) is None
        assert other.claim(KEY, owner="x", lease_s=60)
        assert one.claim(KEY, owner="y", lease_s=60)


def test_a_store_of_facts_has_its_tokens() -> None:
    """The same database, the same space."""
    with SqlStore("sqlite://", space="brand") as store:
        assert store.tokens.put(KEY, "T", expires_in_s=60, expected_version=0)
        found = store.tokens.get(KEY)
        assert found is not None
        assert found.value == "T"
        assert "brand" in repr(store.tokens)


@pytest.mark.parametrize("call", ["get", "put", "claim", "release"])
def test_a_token_is_not_kept_in_somebody_s_transaction(call: str) -> None:
    """It would be rolled back with it; the error says which store to use."""
    arguments: dict[str, dict[str, Any]] = {
        "put": {"value": "T", "expires_in_s": 60, "expected_version": 0},
        "claim": {"owner": "me", "lease_s": 60},
        "release": {"owner": "me"},
    }
    with (
        SqlStore("sqlite://") as store,
        store.begin() as unit,
        pytest.raises(UsageError, match="rolled back"),
    ):
        getattr(unit.tokens, call)(KEY, **arguments.get(call, {}))
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(ArgumentError, match="lost with it"):
        SqlTokenStore(connection)  # type: ignore[arg-type]  # the mistake under test
    engine.dispose()


def test_a_token_is_read_with_one_statement_and_renewed_with_three(tmp_path: Any) -> None:
    """Look, claim, write: what a renewal costs the database."""
    engine = create_engine(f"sqlite:///{tmp_path / 'count.sqlite3'}")
    statements: list[str] = []
    with SqlTokenStore(engine) as store:
        store.migrate()
        store.put(KEY, "T1", expires_in_s=60, expected_version=0)
        event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2].split()[0]))
        store.get(KEY)
        store.claim(KEY, owner="me", lease_s=60)
        store.put(KEY, "T2", expires_in_s=60, expected_version=1)
    engine.dispose()

    assert [word for word in statements if word not in {"BEGIN", "PRAGMA"}] == ["SELECT", "UPDATE", "UPDATE"]


@pytest.mark.servers
def test_entries_in_redis_outlive_their_tokens_and_claims_do_not_stay(redis_url: str) -> None:
    """The refresh token is in the entry; a claim of somebody who never fetched one is swept up."""
    redis = pytest.importorskip("redis")
    prefix = f"{uuid4().hex}:"
    with redis.Redis.from_url(redis_url) as client:
        store = RedisTokenStore(client, prefix=prefix)
        store.claim("never", owner="dead", lease_s=1)
        store.claim("kept", owner="me", lease_s=1)
        store.put("kept", "T", expires_in_s=0.001, expected_version=0)
        store.claim("kept", owner="me", lease_s=1)

        assert 0 < client.pttl(f"{prefix}never") <= 2000
        assert client.pttl(f"{prefix}kept") == -1


@pytest.mark.servers
def test_a_client_that_decodes_is_taken_too(redis_url: str) -> None:
    """``decode_responses=True`` gives texts where others give bytes."""
    redis = pytest.importorskip("redis")
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        store = RedisTokenStore(client, prefix=f"{uuid4().hex}:")
        store.put(KEY, "令牌", expires_in_s=60, expected_version=0)
        found = store.get(KEY)
        assert found is not None
        assert found.value == "令牌"


def test_what_is_no_redis_is_refused_without_its_password() -> None:
    """Nor is it shown."""
    with pytest.raises(ArgumentError) as caught:
        RedisTokenStore("https://user:s3cret@host")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ArgumentError, match="not of int"):
        RedisTokenStore(7)  # type: ignore[arg-type]  # the mistake under test


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line that installs it."""
    import sys

    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingExtra, match=r"pip install 'privdomain\[redis\]'"):
        RedisTokenStore("redis://127.0.0.1")


# --- unsealed tokens ---


def test_a_store_outside_the_process_says_once_that_nothing_is_sealed(caplog: Any, tmp_path: Any) -> None:
    """How it is sealed is in the warning, the token is not; another store says it for itself."""
    for name in ("one", "two"):
        with SqlTokenStore(f"sqlite:///{tmp_path / name}") as store:
            for version in range(3):
                store.put(KEY, "T0KEN", expires_in_s=60, expected_version=version)
    RedisTokenStore(_Deaf()).put(KEY, "T0KEN", expires_in_s=60, expected_version=0)

    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 3
    assert "SealedTokenStore(store, keys=KeyRing(" in caplog.text
    assert "T0KEN" not in caplog.text


def test_a_sealed_store_is_silent(caplog: Any, tmp_path: Any) -> None:
    """The same word stands at both sides of the port, which do not import each other."""
    with SqlTokenStore(f"sqlite:///{tmp_path / 'sealed'}") as inner:
        store = SealedTokenStore(inner, keys=RING)
        store.put(KEY, "T0KEN", expires_in_s=60, expected_version=0)
        kept = inner.get(KEY)

    assert caplog.records == []
    assert kept is not None
    assert kept.value.startswith(_kept.SEALED)
    assert "T0KEN" not in kept.value


def test_a_value_moved_to_another_account_does_not_open(tmp_path: Any) -> None:
    """Whoever can write to the table cannot hand a shop's token to another shop."""
    with SqlTokenStore(f"sqlite:///{tmp_path / 'moved'}") as inner:
        store = SealedTokenStore(inner, keys=RING)
        store.put("shop 1", "T0KEN", expires_in_s=60, expected_version=0)
        kept = inner.get("shop 1")
        assert kept is not None
        inner.put("shop 2", kept.value, expires_in_s=60, expected_version=0)
        with pytest.raises(SealBroken, match="belongs to something else"):
            store.get("shop 2")
