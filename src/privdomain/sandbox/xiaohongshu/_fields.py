"""Reading the business parameters of a request, which stand beside the system ones in one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from privdomain.sandbox.xiaohongshu._replies import BAD_ARGUMENT, Refusal

__all__ = ["Fields"]


class Fields:
    """The members of one JSON object; an absent member and ``null`` are the same."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def text(self, name: str, *, default: str | None = None) -> str:
        """A text; without a default it is required and not empty."""
        value = self._members.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (not value and default is None):
            raise Refusal(BAD_ARGUMENT, f"{name} must be a text")
        return value

    def whole(self, name: str, *, least: int = 0, most: int = 2**63, default: int | None = None) -> int:
        """A whole number within bounds."""
        value = self._members.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Refusal(BAD_ARGUMENT, f"{name} must be a whole number from {least} to {most}")
        return value

    def optional(self, name: str) -> int | None:
        """A whole number, or None when it is not there."""
        return None if self._members.get(name) is None else self.whole(name, least=-(2**63))

    def flag(self, name: str) -> bool:
        """A boolean, false when it is not there."""
        value = self._members.get(name)
        if value is not None and not isinstance(value, bool):
            raise Refusal(BAD_ARGUMENT, f"{name} must be true or false")
        return bool(value)

    def texts(self, name: str) -> list[str]:
        """A list of texts, empty when it is not there."""
        items = self._items(name)
        texts = [one for one in items if isinstance(one, str)]
        if len(texts) < len(items):
            raise Refusal(BAD_ARGUMENT, f"{name} must be a list of texts")
        return texts

    def wholes(self, name: str) -> list[int]:
        """A list of whole numbers, empty when it is not there."""
        items = self._items(name)
        numbers = [one for one in items if isinstance(one, int) and not isinstance(one, bool)]
        if len(numbers) < len(items):
            raise Refusal(BAD_ARGUMENT, f"{name} must be a list of whole numbers")
        return numbers

    def parts(self, name: str, *, most: int) -> list[Fields]:
        """A list of objects, one at least."""
        items = self._items(name)
        parts = [Fields(cast("dict[str, Any]", one)) for one in items if isinstance(one, dict)]
        if not 1 <= len(items) <= most or len(parts) < len(items):
            raise Refusal(BAD_ARGUMENT, f"{name} must be a list of 1 to {most} objects")
        return parts

    def _items(self, name: str) -> list[object]:
        value: object = self._members.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Refusal(BAD_ARGUMENT, f"{name} must be a list")
        return cast("list[object]", value)

    def members(self, name: str) -> Mapping[str, Any]:
        """A nested object as it is, empty when it is not there."""
        value = self._members.get(name)
        if value is not None and not isinstance(value, dict):
            raise Refusal(BAD_ARGUMENT, f"{name} must be an object")
        return cast("dict[str, Any]", value or {})
