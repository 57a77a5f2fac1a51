"""Checkpoints and dead letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from privdomain.errors import ArgumentError, PayloadError, Problem
from privdomain.stores import Checkpoint, SqlStore

AT = datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
SHOP = {"platform": "wechat_shop", "shop_id": "wx1"}


def checkpoint(**fields) -> Checkpoint:
    return Checkpoint(**{**SHOP, "stream": "orders", "high_water": AT, **fields})


def test_a_checkpoint_is_kept_and_replaced(store: SqlStore) -> None:
    """The last one saved is the state, microseconds and a long cursor included."""
    first = checkpoint(window_start=AT, window_end=LATER, cursor="页" * 5000)

    assert store.checkpoints.get("orders", **SHOP) is None
    store.checkpoints.put(first, at=AT)
    assert store.checkpoints.get("orders", **SHOP) == first
    rest = {"beginning": AT - timedelta(days=9), "refused_at": LATER, "high_water": None}
    store.checkpoints.put(checkpoint(window_start=AT, window_end=LATER, cursor="x", **rest), at=AT)
    assert store.checkpoints.get("orders", **SHOP) == checkpoint(
        window_start=AT, window_end=LATER, cursor="x", **rest
    )
    store.checkpoints.put(checkpoint(high_water=LATER), at=LATER)
    assert store.checkpoints.get("orders", **SHOP) == checkpoint(high_water=LATER)
    store.checkpoints.drop("orders", **SHOP)
    assert store.checkpoints.get("orders", **SHOP) is None


def test_checkpoints_are_of_a_space_a_shop_and_a_stream(open_store) -> None:
    """None of the three sees another's state."""
    store = open_store()
    store.checkpoints.put(checkpoint(), at=AT)

    assert store.checkpoints.get("Orders", **SHOP) is None
    assert store.checkpoints.get("orders", platform="wechat_shop", shop_id="WX1") is None
    assert open_store(space=store.space.upper()).checkpoints.get("orders", **SHOP) is None


@pytest.mark.parametrize(
    "fields",
    [{"window_start": AT}, {"cursor": "x"}, {"stream": "s" * 129}],
    ids=["half", "no window", "long"],
)
def test_a_half_specified_checkpoint_is_refused(fields) -> None:
    """A window has two ends and a cursor a window."""
    with pytest.raises(ArgumentError):
        checkpoint(**fields)


def rejected(payload, *, ref="A1", problem="is text; expected a whole number") -> PayloadError:
    return PayloadError(
        kind="order", ref=ref, payload=payload, problems=[Problem("order.lines[0].quantity", problem)]
    )


def test_a_dead_letter_says_what_and_why(store: SqlStore) -> None:
    """Payload, reason, bad paths, when and which item: what somebody needs to put it right."""
    payload = {"order_id": "A1", "quantity": "两个", "user_name": "王小茶"}

    assert store.dead_letters.add([rejected(payload)], **SHOP, at=AT) == 1

    (letter,) = store.dead_letters.unresolved()
    assert (letter.kind, letter.ref, letter.payload, letter.seen) == ("order", "A1", payload, 1)
    assert letter.reason == "order A1 does not have the documented form"
    assert letter.problems == (Problem("order.lines[0].quantity", "is text; expected a whole number"),)
    assert letter.first_seen_at == letter.last_seen_at == AT
    assert "王小茶" not in repr(letter)


def test_the_same_bad_payload_is_one_row_with_a_count(store: SqlStore) -> None:
    """However often and in whatever key order it comes; another payload of the item is another letter."""
    store.dead_letters.add([rejected({"a": 1, "b": 2})], **SHOP, at=AT)
    store.dead_letters.add(
        [rejected({"b": 2, "a": 1}), rejected({"a": 1, "b": 2}, problem="is worse")], **SHOP, at=LATER
    )
    store.dead_letters.add([rejected({"a": 2})], **SHOP, at=LATER)

    one, other = store.dead_letters.unresolved()
    assert (one.seen, one.first_seen_at, one.last_seen_at, one.problems[0].problem) == (
        3,
        AT,
        LATER,
        "is worse",
    )
    assert (other.seen, other.payload) == (1, {"a": 2})
    assert store.dead_letters.count() == 2


def test_a_letter_is_resolved_and_opened_again(store: SqlStore) -> None:
    """A good copy closes every letter about the item; the bad payload coming back opens it."""
    store.dead_letters.add(
        [rejected({"v": 1}), rejected({"v": 2}), rejected({"v": 3}, ref="A2")], **SHOP, at=AT
    )

    assert store.dead_letters.resolve(["A1", "A9"], kind="order", **SHOP, at=LATER) == 2
    assert [letter.ref for letter in store.dead_letters.unresolved()] == ["A2"]
    assert store.dead_letters.resolve(["A1"], kind="order", **SHOP, at=LATER) == 0

    store.dead_letters.add([rejected({"v": 1})], **SHOP, at=LATER)
    found = {letter.ref: letter.seen for letter in store.dead_letters.unresolved()}
    assert found == {"A1": 2, "A2": 1}


def test_letters_are_of_a_shop(store: SqlStore) -> None:
    """Two shops may have an order of one id."""
    store.dead_letters.add([rejected({"v": 1})], platform="wechat_shop", shop_id="wx1", at=AT)
    store.dead_letters.add([rejected({"v": 1})], platform="wechat_shop", shop_id="wx2", at=AT)

    store.dead_letters.resolve(["A1"], kind="order", platform="wechat_shop", shop_id="wx1", at=LATER)

    assert [letter.shop_id for letter in store.dead_letters.unresolved()] == ["wx2"]
    assert store.dead_letters.count(shop_id="wx1") == 0
    assert store.dead_letters.count(platform="wechat_shop", shop_id="wx2") == 1
    assert store.dead_letters.unresolved(platform="douyin") == ()


@pytest.mark.parametrize(
    "payload",
    [None, "not JSON: \x00 \ud83d", ["茶", 2**70, 1.5, None, True], {"nested": {"等": [{}]}}],
    ids=["nothing", "broken text", "a list", "nested"],
)
def test_any_answer_can_be_kept(store: SqlStore, payload) -> None:
    """A payload that is no object, holds a NUL or half a surrogate pair is kept and comes back."""
    store.dead_letters.add([rejected(payload, ref="")], **SHOP, at=AT)

    (letter,) = store.dead_letters.unresolved()
    assert letter.payload == payload
    assert store.dead_letters.resolve([""], kind="order", **SHOP, at=LATER) == 0


def test_items_whose_payload_is_unknown_stay_apart(store: SqlStore) -> None:
    """Two items without a payload and without an id are told apart by what was wrong."""
    store.dead_letters.add(
        [rejected(None, ref="", problem="one"), rejected(None, ref="", problem="two")], **SHOP, at=AT
    )

    assert store.dead_letters.count() == 2
