"""Ids as numbers: the platform writes products and SKUs as text or as numbers above 2^53. wechat.md §4.3, §7"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

__all__ = ["numbered"]

_NAMES = frozenset({"product_id", "sku_id"})
_LISTS = frozenset({"product_ids"})


def numbered(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which the ids of products and SKUs are numbers, as far as they are digits."""
    return cast("dict[str, Any]", _walk("", document))


def _walk(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return {key: _walk(key, member) for key, member in members.items()}
    if isinstance(value, list):
        inner = "product_id" if name in _LISTS else ""
        return [_walk(inner, item) for item in cast("list[object]", value)]
    if name in _NAMES and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value
