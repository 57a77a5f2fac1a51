"""What the token stores have in common: the value they give back, and their one warning."""

from __future__ import annotations

import logging
import threading

from attrs import field, frozen

from privdomain.errors import ArgumentError

__all__ = ["SEALED", "KeptToken", "PlainTextAlarm", "check_lease"]

logger = logging.getLogger(__name__)

SEALED = "sealed/1:"
"""How a value begins that was sealed before it came here; `privdomain.platforms` writes it."""


@frozen(kw_only=True)
class KeptToken:
    """A token as a store keeps it; ``expires_in_s`` is by the store's own clock, zero or less once it is stale."""

    value: str = field(repr=False)
    version: int
    expires_in_s: float


class PlainTextAlarm:
    """Says once that tokens are kept as they are, where others may read them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = False

    def see(self, value: str, *, where: object) -> None:
        """Look at a value that is about to be kept."""
        if value.startswith(SEALED) or self._said:
            return
        with self._lock:
            if self._said:
                return
            self._said = True
        logger.warning(
            "%r keeps access tokens unsealed, outside of this process; pass the clients "
            "SealedTokenStore(store, keys=KeyRing({'k1': key}, current='k1')) of privdomain.platforms instead, "
            "with a key made once by generate_key()",
            where,
        )


def check_lease(seconds: float) -> None:
    """Refuse a lease that ends before it begins."""
    if isinstance(seconds, bool) or not seconds > 0:
        raise ArgumentError(f"lease_s is {seconds!r}; a lease is a number of seconds above zero")
