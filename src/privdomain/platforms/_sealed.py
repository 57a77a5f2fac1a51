"""Tokens and secrets at rest: sealed with a key of the host's before they reach a store, AES-256-GCM.

A sealed text names the key it was sealed with, so that keys can be exchanged: the current one seals, every one in the
ring opens. What it belongs to (the key of a token, the name of a secret) is part of the seal: a value that somebody
moves to another account does not open there. No error says more than which key would be needed.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Literal

from privdomain.errors import ArgumentError, Problem, SealBroken
from privdomain.platforms._tokens import StoredToken, TokenStore

__all__ = ["KeyRing", "SealedTokenStore", "generate_key"]

_BEGINNING = "sealed/1:"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16


def generate_key() -> str:
    """A new key as text, for an environment variable or a vault: 256 bits from the system's generator.

    ```python
    from privdomain.platforms import generate_key

    assert len(generate_key()) == 44
    ```
    """
    return urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode()


class KeyRing:
    """The keys of a host by their names; ``current`` seals, all of them open.

    A key is what `generate_key` made, or 32 bytes. To exchange one, add the new one and make it ``current``; drop the
    old one when nothing is sealed with it any more. ``context`` is what a text belongs to, and is not in the seal:
    the same must be given to open it.

    ```python
    from privdomain.platforms import KeyRing, generate_key

    old, new = generate_key(), generate_key()
    sealed = KeyRing({"k1": old}, current="k1").seal("app s3cret", context="douyin:app 1")
    assert "s3cret" not in sealed

    ring = KeyRing({"k1": old, "k2": new}, current="k2")
    assert ring.open(sealed, context="douyin:app 1") == "app s3cret"
    assert ring.seal("app s3cret").startswith("sealed/1:k2:")
    ```

    Raises:
        ArgumentError: for keys of another length, names that are no words, or a current one that is not there.
    """

    def __init__(self, keys: Mapping[str, str | bytes], *, current: str) -> None:
        problems: list[Problem] = []
        self._keys: dict[str, bytes] = {}
        for name, key in keys.items():
            if not name or ":" in name:
                problems.append(Problem(f"keys[{name!r}]", "is no name of a key", "a word without a colon"))
            raw = _raw(key)
            if len(raw) != _KEY_BYTES:
                # the key itself is not quoted
                problems.append(
                    Problem(f"keys[{name!r}]", "is no key", "what generate_key() makes, or 32 bytes")
                )
            self._keys[name] = raw
        if current not in keys:
            problems.append(Problem("current", f"names {current!r}", f"one of {', '.join(map(repr, keys))}"))
        if problems:
            raise ArgumentError("nothing can be sealed with these keys", problems=problems)
        self._current = current

    def __repr__(self) -> str:
        return f"KeyRing(<{', '.join(self._keys)}>, current={self._current!r})"

    def __reduce__(self) -> str:
        raise TypeError(
            "a KeyRing is not pickled: its keys would be written down; make it where it is needed"
        )

    @property
    def current(self) -> str:
        """The name of the key that seals."""
        return self._current

    def seal(self, text: str, *, context: str = "") -> str:
        """A text that only the keys of this ring can open: ``sealed/1:key:…``, ASCII."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  (only who seals pays for it)

        nonce = os.urandom(_NONCE_BYTES)
        box = AESGCM(self._keys[self._current]).encrypt(
            nonce, text.encode("utf-8", "surrogatepass"), _belongs(self._current, context)
        )
        return f"{_BEGINNING}{self._current}:{urlsafe_b64encode(nonce + box).decode()}"

    def open(self, sealed: str, *, context: str = "") -> str:
        """The text again.

        Raises:
            SealBroken: for a text that was sealed with another key or for another context, that has been changed
                since, or that is not sealed at all.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        if not sealed.startswith(_BEGINNING):
            raise SealBroken("this text is not sealed; it begins otherwise than what KeyRing.seal makes")
        name, _, coded = sealed.removeprefix(_BEGINNING).partition(":")
        key = self._keys.get(name)
        if key is None:
            raise SealBroken(
                f"this text was sealed with the key {name[:40]!r}, which is not in the ring "
                f"({', '.join(self._keys)}); add it to keys= until everything is sealed anew",
                key_id=name[:40],
            )
        box = _decoded(coded)
        try:
            if len(box) >= _NONCE_BYTES + _TAG_BYTES:
                opened = AESGCM(key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], _belongs(name, context))
                return opened.decode("utf-8", "surrogatepass")
        except InvalidTag:
            pass
        raise SealBroken(
            f"this text does not open with the key {name!r}: the key is another one under the same name, the text "
            "belongs to something else, or it has been changed",
            key_id=name,
        )


class SealedTokenStore:
    """A token store whose values are sealed before they reach ``store``, and opened when they come back.

    ``unsealed="read"`` lets values that were kept before sealing began be read, and seals them when they are next
    written; ``"refuse"`` does not, so that nobody can slip in a token of his own.

    ```python
    from privdomain.platforms import KeyRing, MemoryTokenStore, SealedTokenStore, generate_key

    inner = MemoryTokenStore()
    store = SealedTokenStore(inner, keys=KeyRing({"k1": generate_key()}, current="k1"))
    store.put("douyin:shop 1", "T0KEN", expires_in_s=7200, expected_version=0)
    assert store.get("douyin:shop 1").value == "T0KEN"
    assert "T0KEN" not in inner.get("douyin:shop 1").value
    ```
    """

    def __init__(
        self, store: TokenStore, *, keys: KeyRing, unsealed: Literal["read", "refuse"] = "read"
    ) -> None:
        if unsealed not in {"read", "refuse"}:
            raise ArgumentError(f"unsealed={unsealed!r}; expected 'read' or 'refuse'")
        self._store, self._keys, self._unsealed = store, keys, unsealed

    def __repr__(self) -> str:
        return f"SealedTokenStore({self._store!r}, keys={self._keys!r})"

    def get(self, key: str) -> StoredToken | None:
        """As `TokenStore.get`.

        Raises:
            SealBroken: for a value that the ring does not open.
        """
        found = self._store.get(key)
        if found is None:
            return None
        value = found.value
        if value.startswith(_BEGINNING) or self._unsealed == "refuse":
            value = self._keys.open(value, context=key)
        return StoredToken(value=value, version=found.version, expires_in_s=found.expires_in_s)

    def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
        """As `TokenStore.put`."""
        sealed = self._keys.seal(value, context=key)
        return self._store.put(key, sealed, expires_in_s=expires_in_s, expected_version=expected_version)

    def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
        """As `TokenStore.claim`."""
        return self._store.claim(key, owner=owner, lease_s=lease_s)

    def release(self, key: str, *, owner: str) -> None:
        """As `TokenStore.release`."""
        self._store.release(key, owner=owner)


def _belongs(name: str, context: str) -> bytes:
    return f"{_BEGINNING}{name}:{context}".encode("utf-8", "surrogatepass")


def _raw(key: str | bytes) -> bytes:
    return key if isinstance(key, bytes) else _decoded(key)


def _decoded(text: str) -> bytes:
    """Base64 as bytes; nothing for what is none."""
    try:
        return urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        return b""
