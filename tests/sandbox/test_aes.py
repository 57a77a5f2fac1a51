"""The sandbox's AES against published vectors and against ``cryptography``."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import ArgumentError
from privdomain.sandbox._aes import decrypt_cbc, encrypt_cbc

# FIPS 197, appendix C: one block, the key 00 01 02 …, which CBC with an IV of zeros leaves as it is
PLAIN = bytes.fromhex("00112233445566778899aabbccddeeff")


@pytest.mark.parametrize(
    ("length", "cipher"),
    [
        (16, "69c4e0d86a7b0430d8cdb78070b4c55a"),
        (24, "dda97ca4864cdfe06eaf70a0ec0d7191"),
        (32, "8ea2b7ca516745bfeafc49904b496089"),
    ],
)
def test_the_vectors_of_fips_197(length: int, cipher: str) -> None:
    key = bytes(range(length))

    assert encrypt_cbc(PLAIN, key=key, iv=bytes(16)).hex() == cipher
    assert decrypt_cbc(bytes.fromhex(cipher), key=key, iv=bytes(16)) == PLAIN


@given(
    st.sampled_from([16, 24, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)),
    st.binary(min_size=16, max_size=16),
    st.integers(0, 5).flatmap(lambda n: st.binary(min_size=16 * n, max_size=16 * n)),
)
def test_it_is_what_the_well_known_library_does(key: bytes, iv: bytes, text: bytes) -> None:
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()

    sealed = encrypt_cbc(text, key=key, iv=iv)

    assert sealed == encryptor.update(text) + encryptor.finalize()
    assert decrypt_cbc(sealed, key=key, iv=iv) == text


@pytest.mark.parametrize(
    ("key", "iv", "text"), [(b"short", bytes(16), b""), (bytes(16), b"", b""), (bytes(16), bytes(16), b"x")]
)
def test_what_is_no_key_iv_or_block_is_refused(key: bytes, iv: bytes, text: bytes) -> None:
    with pytest.raises(ArgumentError):
        encrypt_cbc(text, key=key, iv=iv)
