"""Reading a request's body as strictly as the platform does: a wrong JSON type is 47001, a bad value a bad argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from privdomain.sandbox.wechat_shop._replies import Refusal

__all__ = ["BAD_ARGUMENT", "Fields"]

BAD_ARGUMENT = 40097


class Fields:
    """The members of one JSON object; an absent member and ``null`` are the same. Unknown members are ignored.

    ``bad_argument`` is the code for a missing or impossible value: the order endpoints say 40097, the product
    endpoints 10020051.
    """

    def __init__(self, members: Mapping[str, Any], *, bad_argument: int = BAD_ARGUMENT) -> None:
        self._members = members
        self._bad_argument = bad_argument

    def bad(self, detail: str) -> Refusal:
        """The refusal of a value."""
        return Refusal(self._bad_argument, detail)

    def text(self, name: str, *, default: str | None = None) -> str:
        """A string; without a default it is required and not empty."""
        value = self._members.get(name)
        if value is None and default is not None:
            return default
        if value is not None and not isinstance(value, str):
            raise Refusal(47001, f"{name} must be a string")
        if not value and default is None:
            raise self.bad(f"{name} is required")
        return value or ""

    def whole(self, name: str, *, least: int, most: int) -> int:
        """A required integer within bounds."""
        value = self.optional_whole(name)
        if value is None:
            raise self.bad(f"{name} is required")
        if not least <= value <= most:
            raise self.bad(f"{name} must be from {least} to {most}")
        return value

    def optional_whole(self, name: str) -> int | None:
        """An integer, or None when it is not there."""
        value = self._members.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise Refusal(47001, f"{name} must be a number")
        return value

    def flag(self, name: str) -> bool:
        """A boolean, false when it is not there."""
        value = self._members.get(name)
        if value is not None and not isinstance(value, bool):
            raise Refusal(47001, f"{name} must be a boolean")
        return bool(value)

    def parts(self, name: str) -> list[Fields]:
        """The members of every object of a required list with one object at least."""
        value = self._members.get(name)
        if value is None:
            raise self.bad(f"{name} is required")
        if not isinstance(value, list):
            raise Refusal(47001, f"{name} must be a list")
        items = cast("list[object]", value)
        if not items:
            raise self.bad(f"{name} is empty")
        if not all(isinstance(item, dict) for item in items):
            raise Refusal(47001, f"{name} must be a list of objects")
        return [Fields(cast("dict[str, Any]", item), bad_argument=self._bad_argument) for item in items]

    def texts(self, name: str) -> list[str]:
        """A required list of strings with one of them at least."""
        value = self._members.get(name)
        if not isinstance(value, list):
            raise Refusal(47001, f"{name} must be a list")
        items = cast("list[object]", value)
        if not all(isinstance(item, str) for item in items):
            raise Refusal(47001, f"{name} must be a list of strings")
        if not items:
            raise self.bad(f"{name} is empty")
        return cast("list[str]", items)

    def part(self, name: str) -> Fields | None:
        """The members of a nested object, or None when it is not there."""
        value = self._members.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise Refusal(47001, f"{name} must be an object")
        return Fields(cast("dict[str, Any]", value), bad_argument=self._bad_argument)
