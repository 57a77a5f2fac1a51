"""What may be an address: said before anything is sent, because every HTTP library fails in its own way at others."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

__all__ = ["split_address"]

_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\\]")


def split_address(address: object) -> SplitResult | None:
    """The parts of an ``http`` or ``https`` address; None for anything that is none.

    ```python
    from privdomain.platforms._addresses import split_address

    assert split_address("https://api.example.com:8443/x").port == 8443
    assert split_address("http://127.0.0.1:8 0") is None
    ```
    """
    if not isinstance(address, str) or _UNFIT.search(address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # is read, and refused, only when it is asked for
        (parts.hostname or "").encode("idna")
    except ValueError:  # UnicodeError is one
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None
