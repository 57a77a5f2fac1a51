"""Sealing: what is kept cannot be read, moved or changed, and keys can be exchanged."""

from __future__ import annotations

import copy
import pickle
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import ArgumentError, SealBroken
from privdomain.platforms import KeyRing, MemoryTokenStore, SealedTokenStore, generate_key

OLD, NEW = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", generate_key()
RING = KeyRing({"k1": OLD}, current="k1")
SECRET = "r3fresh-t0ken"


@given(st.text(), st.text())
def test_what_is_sealed_opens_again(text: str, context: str) -> None:
    """Any text, for any context, and never twice alike."""
    sealed = RING.seal(text, context=context)

    assert RING.open(sealed, context=context) == text
    assert RING.seal(text, context=context) != sealed
    assert sealed.isascii()


def test_the_form_is_aes_256_gcm_with_the_key_s_name_and_the_context_bound_in() -> None:
    """Written down by hand once, so that another program can read what this one keeps."""
    nonce = bytes(range(12))
    box = AESGCM(bytes(range(32))).encrypt(nonce, SECRET.encode(), b"sealed/1:k1:douyin:shop 1")

    assert (
        RING.open("sealed/1:k1:" + urlsafe_b64encode(nonce + box).decode(), context="douyin:shop 1") == SECRET
    )


@given(st.data())
def test_one_changed_bit_is_noticed(data: st.DataObject) -> None:
    """Anywhere in nonce, text or tag."""
    beginning, coded = RING.seal(SECRET).rsplit(":", 1)
    box = bytearray(urlsafe_b64decode(coded))
    box[data.draw(st.integers(0, len(box) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(SealBroken) as caught:
        RING.open(f"{beginning}:{urlsafe_b64encode(bytes(box)).decode()}")
    assert caught.value.key_id == "k1"


@pytest.mark.parametrize(
    ("sealed", "key_id"),
    [
        ("", ""), (SECRET, ""), ("sealed/1:", ""), ("sealed/1:k1", "k1"), ("sealed/1:k1:", "k1"),
        ("sealed/1:k1:AAAA", "k1"), ("sealed/1:k1:not base64 !", "k1"), ("sealed/1:k1:令牌", "k1"),
        ("sealed/1:k9:" + "A" * 60, "k9"), ("sealed/2:k1:AAAA", ""),
    ],
)  # fmt: skip
def test_what_does_not_open_is_one_typed_error(sealed: str, key_id: str) -> None:
    """Without the value, and with the name of the key it would need."""
    with pytest.raises(SealBroken) as caught:
        RING.open(sealed)
    assert caught.value.key_id == key_id
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


def test_another_key_under_the_same_name_and_another_context() -> None:
    """Both look alike from outside, and neither opens."""
    sealed = RING.seal(SECRET, context="shop 1")
    for ring, context in ((KeyRing({"k1": NEW}, current="k1"), "shop 1"), (RING, "shop 2"), (RING, "")):
        with pytest.raises(SealBroken, match="does not open with the key 'k1'"):
            ring.open(sealed, context=context)


def test_a_renamed_key_does_not_open() -> None:
    """The key's name is part of the seal."""
    ring = KeyRing({"k1": OLD, "k2": OLD}, current="k2")
    with pytest.raises(SealBroken):
        ring.open(RING.seal(SECRET).replace(":k1:", ":k2:"))


def test_keys_are_exchanged_without_losing_a_token() -> None:
    """Old values open, new ones are written with the current key, and then the old key can go."""
    inner = MemoryTokenStore()
    SealedTokenStore(inner, keys=RING).put("shop", "T1", expires_in_s=60, expected_version=0)

    both = SealedTokenStore(inner, keys=KeyRing({"k2": NEW, "k1": OLD}, current="k2"))
    found = both.get("shop")
    assert found is not None
    assert (found.value, found.version) == ("T1", 1)
    assert both.put("shop", "T2", expires_in_s=60, expected_version=1)

    new = SealedTokenStore(inner, keys=KeyRing({"k2": NEW}, current="k2"))
    found = new.get("shop")
    assert found is not None
    assert found.value == "T2"
    with pytest.raises(SealBroken, match="'k2', which is not in the ring"):
        SealedTokenStore(inner, keys=RING).get("shop")


def test_values_from_before_sealing_are_read_or_refused_as_told() -> None:
    """Read by default, so that nobody has to authorize again, and sealed with the next write."""
    inner = MemoryTokenStore()
    inner.put("shop", "plain", expires_in_s=60, expected_version=0)
    found = SealedTokenStore(inner, keys=RING).get("shop")
    assert found is not None
    assert found.value == "plain"
    with pytest.raises(SealBroken, match="not sealed"):
        SealedTokenStore(inner, keys=RING, unsealed="refuse").get("shop")
    with pytest.raises(ArgumentError, match="unsealed"):
        SealedTokenStore(inner, keys=RING, unsealed="maybe")  # type: ignore[arg-type]  # the mistake under test


def test_no_key_is_shown_or_written_down() -> None:
    """Not by a repr, not by a pickle that a task queue would send away."""
    assert OLD not in repr(RING)
    assert OLD not in repr(SealedTokenStore(MemoryTokenStore(), keys=RING))
    for write in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not pickled"):
            write(RING)


@pytest.mark.parametrize(
    ("keys", "current", "said"),
    [
        ({"k1": "short"}, "k1", "generate_key"),
        ({"k1": b"x" * 16}, "k1", "32 bytes"),
        ({"k1": "锁" * 44}, "k1", "is no key"),
        ({"a:b": OLD}, "a:b", "without a colon"),
        ({"": OLD}, "", "no name"),
        ({"k1": OLD}, "k2", "one of 'k1'"),
        ({}, "k1", "current"),
    ],
)
def test_a_ring_that_cannot_seal_is_refused(keys: dict[str, str], current: str, said: str) -> None:
    """With what would be right, and without any key."""
    with pytest.raises(ArgumentError, match=said) as caught:
        KeyRing(keys, current=current)
    assert OLD not in str(caught.value)


def test_new_keys_are_new() -> None:
    """And of the right length."""
    assert len({generate_key() for _ in range(50)}) == 50
    KeyRing({"k": generate_key()}, current="k")
