"""``next_key``: where a listing stands, and of which query. Opaque to clients; wechat.md §4.1, §7."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Any

from attrs import frozen

from privdomain.sandbox._timeline import Position

__all__ = ["Cursor", "query_mark"]


def query_mark(*parts: object) -> str:
    """A short fingerprint of what is being listed, so that a cursor of another query is noticed."""
    return blake2b(json.dumps(parts).encode(), digest_size=6).hexdigest()


@frozen
class Cursor:
    """A position, the mark of its query, and how many empty pages have been answered there.

    ```python
    from privdomain.sandbox.wechat_shop._cursor import Cursor

    cursor = Cursor("9f3a", (1_700_000_000, "3700000000000000001"), 0)
    assert Cursor.read(str(cursor)) == cursor
    assert Cursor.read("made up") is None
    ```
    """

    mark: str
    position: Position
    turns: int = 0

    def __str__(self) -> str:
        fields = [self.mark, *self.position, self.turns]
        return urlsafe_b64encode(json.dumps(fields).encode()).decode()

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """The cursor that was written as ``text``; None for anything else."""
        try:
            fields: Any = json.loads(urlsafe_b64decode(text.encode()))
        except (binascii.Error, ValueError):
            return None
        match fields:
            case [str(mark), int(at), str(name), int(turns)]:
                return cls(mark, (at, name), turns)
            case _:
                return None
