"""Where a listing stands, as text that another process can go on from."""

from __future__ import annotations

import json
from typing import Any, Self, cast

from attrs import evolve, frozen

from privdomain.errors import ArgumentError

__all__ = ["ProductCursor"]


def _load(text: str, *, of: str, shop_id: str) -> dict[str, Any]:
    try:
        loaded = json.loads(text)
    except ValueError:
        loaded = None
    fields = cast("dict[str, Any]", loaded) if isinstance(loaded, dict) else {}
    if fields.get("of") != of:
        raise ArgumentError(
            f"start={text[:40]!r} is no cursor of {of}; pass the cursor of an earlier page, unchanged"
        )
    if fields.get("shop") != shop_id:
        raise ArgumentError(f"this cursor belongs to shop {fields.get('shop')!r}, not to {shop_id!r}")
    return fields


def _dump(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


@frozen(kw_only=True)
class ProductCursor:
    """A place in a listing of products."""

    shop_id: str
    next_key: str = ""

    @classmethod
    def begin(cls, *, shop_id: str) -> Self:
        """The beginning."""
        return cls(shop_id=shop_id)

    def resume(self, text: str) -> Self:
        """The place that an earlier page named; raises `ArgumentError` for anything else."""
        fields = _load(text, of="products", shop_id=self.shop_id)
        key = fields.get("key")
        if not isinstance(key, str) or not key:
            raise ArgumentError("this cursor has been changed; pass the cursor of an earlier page as it was")
        return evolve(self, next_key=key)

    def __str__(self) -> str:
        return _dump(of="products", shop=self.shop_id, key=self.next_key)
