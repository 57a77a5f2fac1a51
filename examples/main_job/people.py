"""The generated part: the keys under which WeChat would know the retailer's customers, made from a seed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b

import polars as pl


def keys_of(customers: pl.Series, *, seed: int) -> pl.DataFrame:
    """One row per customer number: the openid of the shop's app and the unionid, each of 28 characters as WeChat's are.

    The same seed gives the same keys; two customers never share one.
    """
    numbers = customers.unique().sort()
    return pl.DataFrame(
        {
            "retailer_customer": numbers,
            "openid": [_key(f"{seed}:openid:{number}") for number in numbers],
            "unionid": [_key(f"{seed}:unionid:{number}") for number in numbers],
        }
    )


def _key(text: str) -> str:
    digest = blake2b(text.encode(), digest_size=20).digest()
    return "o" + urlsafe_b64encode(digest).rstrip(b"=").decode()
