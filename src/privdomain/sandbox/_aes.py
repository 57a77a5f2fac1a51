"""AES in CBC mode by the standard library, for what emulated platforms encrypt. FIPS 197, SP 800-38A.

The adapters use ``cryptography``; the sandbox needs no package, and its own implementation is what makes the two
witnesses of each other. It is slow and leaks timings: for a sandbox, never for secrets.
"""

from __future__ import annotations

from functools import cache

from privdomain.errors import ArgumentError

__all__ = ["decrypt_cbc", "encrypt_cbc"]

_BLOCK = 16


def _double(value: int) -> int:
    value <<= 1
    return (value ^ 0x11B) if value & 0x100 else value


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left, right = _double(left), right >> 1
    return product


def _boxes() -> tuple[bytes, bytes]:
    powers = [1]  # of 3, which generates every number but 0
    while len(powers) < 255:
        powers.append(powers[-1] ^ _double(powers[-1]))
    inverses = {power: powers[-place % 255] for place, power in enumerate(powers)}
    box = bytearray(256)
    for value in range(256):
        inverse = inverses.get(value, 0)
        spread = inverse
        for turn in range(1, 5):
            spread ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xFF
        box[value] = spread ^ 0x63
    inverted = bytearray(256)
    for value, substituted in enumerate(box):
        inverted[substituted] = value
    return bytes(box), bytes(inverted)


_BOX, _INVERSE_BOX = _boxes()
_BY = {factor: bytes(_times(factor, value) for value in range(256)) for factor in (2, 3, 9, 11, 13, 14)}
_SHIFT = tuple((4 * ((place // 4 + place % 4) % 4)) + place % 4 for place in range(_BLOCK))
_UNSHIFT = tuple(_SHIFT.index(place) for place in range(_BLOCK))


@cache
def _round_keys(key: bytes) -> tuple[bytes, ...]:
    words = [key[at : at + 4] for at in range(0, len(key), 4)]
    length, constant = len(words), 1
    for place in range(length, 4 * (length + 7)):
        word = words[-1]
        if place % length == 0:
            word = bytes(_BOX[value] for value in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _double(constant)
        elif length > 6 and place % length == 4:
            word = bytes(_BOX[value] for value in word)
        words.append(_xor(words[place - length], word))
    return tuple(b"".join(words[at : at + 4]) for at in range(0, len(words), 4))


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


def _mix(state: bytes, factors: tuple[int, int, int, int]) -> bytes:
    mixed = bytearray()
    tables = [_BY.get(factor) for factor in factors]
    for at in range(0, _BLOCK, 4):
        column = state[at : at + 4]
        for row in range(4):
            value = 0
            for place in range(4):
                table = tables[(place - row) % 4]
                value ^= column[place] if table is None else table[column[place]]
            mixed.append(value)
    return bytes(mixed)


def _encrypt(block: bytes, keys: tuple[bytes, ...]) -> bytes:
    state = _xor(block, keys[0])
    for number, key in enumerate(keys[1:], 1):
        state = bytes(_BOX[state[place]] for place in _SHIFT)
        if number < len(keys) - 1:
            state = _mix(state, (2, 3, 1, 1))
        state = _xor(state, key)
    return state


def _decrypt(block: bytes, keys: tuple[bytes, ...]) -> bytes:
    state = _xor(block, keys[-1])
    for number in range(len(keys) - 2, -1, -1):
        state = bytes(_INVERSE_BOX[state[place]] for place in _UNSHIFT)
        state = _xor(state, keys[number])
        if number:
            state = _mix(state, (14, 11, 13, 9))
    return state


def _checked(key: bytes, iv: bytes, text: bytes) -> tuple[bytes, ...]:
    if len(key) not in {16, 24, 32} or len(iv) != _BLOCK or len(text) % _BLOCK:
        raise ArgumentError("AES takes a key of 16, 24 or 32 bytes, an IV of 16, and whole blocks of 16")
    return _round_keys(key)


def encrypt_cbc(text: bytes, *, key: bytes, iv: bytes) -> bytes:
    """Encrypt whole blocks; padding is the caller's, because platforms pad differently.

    ```python
    from privdomain.sandbox._aes import decrypt_cbc, encrypt_cbc

    key, iv = bytes(range(16)), bytes(16)
    assert decrypt_cbc(encrypt_cbc(b"sixteen letters!", key=key, iv=iv), key=key, iv=iv) == b"sixteen letters!"
    ```
    """
    keys, out, last = _checked(key, iv, text), bytearray(), iv
    for at in range(0, len(text), _BLOCK):
        last = _encrypt(_xor(text[at : at + _BLOCK], last), keys)
        out += last
    return bytes(out)


def decrypt_cbc(text: bytes, *, key: bytes, iv: bytes) -> bytes:
    """Decrypt whole blocks; what was padded stays padded."""
    keys, out, last = _checked(key, iv, text), bytearray(), iv
    for at in range(0, len(text), _BLOCK):
        block = text[at : at + _BLOCK]
        out += _xor(_decrypt(block, keys), last)
        last = block
    return bytes(out)
