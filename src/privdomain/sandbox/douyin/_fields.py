"""Reading ``param_json``: what a call was given, refused where it is missing or of a wrong kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from privdomain.sandbox.douyin._words import Refusal

__all__ = ["Fields"]


class Fields:
    """The members of one JSON object; an absent member and ``null`` are the same. Unknown members are ignored."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def text(self, name: str, *, default: str | None = None) -> str:
        """A text (a number is taken for one); without a default it is required."""
        value = self._members.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (not value and default is None):
            raise Refusal("isv.parameter-missing" if not value else "isv.parameter-invalid", name)
        return value

    def whole(self, name: str, *, default: int | None = None) -> int:
        """A whole number (text with one is taken); without a default it is required."""
        value = self.optional_whole(name)
        if value is None:
            if default is None:
                raise Refusal("isv.parameter-missing", name)
            return default
        return value

    def optional_whole(self, name: str) -> int | None:
        """A whole number, or None when it is not there."""
        value = self._members.get(name)
        if isinstance(value, str) and value.lstrip("-").isdigit():
            value = int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise Refusal("isv.parameter-invalid", name)
        return value

    def flag(self, name: str) -> bool:
        """A boolean, false when it is not there."""
        value = self._members.get(name)
        if value is not None and not isinstance(value, bool):
            raise Refusal("isv.parameter-invalid", name)
        return bool(value)

    def texts(self, name: str) -> list[str]:
        """A list of texts, empty when it is not there."""
        value = self._members.get(name)
        if value is None:
            return []
        items = cast("list[Any]", value)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in items):
            raise Refusal("isv.parameter-invalid", name)
        return items

    def parts(self, name: str, *, most: int | None = None) -> list[Fields]:
        """A list of objects."""
        value = self._members.get(name)
        items = cast("list[Any]", value)
        if not isinstance(value, list) or not items or not all(isinstance(item, dict) for item in items):
            raise Refusal("isv.parameter-invalid", name)
        if most is not None and len(items) > most:
            raise Refusal("isv.parameter-invalid", f"{name} takes {most} at most")
        return [Fields(cast("dict[str, Any]", item)) for item in items]

    def optional_parts(self, name: str) -> list[Fields]:
        """A list of objects, empty when it is not there."""
        return [] if self._members.get(name) is None else self.parts(name)

    def part(self, name: str) -> Fields | None:
        """A nested object, or None."""
        value = self._members.get(name)
        if value is not None and not isinstance(value, dict):
            raise Refusal("isv.parameter-invalid", name)
        return None if value is None else Fields(cast("dict[str, Any]", value))
