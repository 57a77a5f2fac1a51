"""Payloads in the order of a moment, read by page number: what is written to meanwhile moves, as on the platform."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Rows"]


class Rows:
    """Payloads by id, ordered by one or more of their moments."""

    def __init__(self, *moments: str, moment_of: Callable[[Mapping[str, Any], str], int]) -> None:
        self._moment_of = moment_of
        self._by_id: dict[str, Mapping[str, Any]] = {}
        self._lines: dict[str, list[tuple[int, str]]] = {name: [] for name in moments}

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, name: str) -> bool:
        return name in self._by_id

    def get(self, name: str) -> Mapping[str, Any] | None:
        """The payload of an id."""
        return self._by_id.get(name)

    def all(self) -> list[Mapping[str, Any]]:
        """Every payload, in the order they came."""
        return list(self._by_id.values())

    def put(self, name: str, payload: Mapping[str, Any]) -> None:
        """Add a payload, or put it in place of the one with its id."""
        old = self._by_id.get(name)
        for moment, line in self._lines.items():
            if old is not None:
                del line[bisect_left(line, (self._moment_of(old, moment), name))]
            insort(line, (self._moment_of(payload, moment), name))
        self._by_id[name] = payload

    def between(
        self, moment: str, since: int, until: int, *, keep: Callable[[Mapping[str, Any]], bool] | None = None
    ) -> list[str]:
        """The ids whose moment lies between two seconds, both included, in its order."""
        line = self._lines[moment]
        ids = [
            name for _, name in line[bisect_left(line, (since, "")) : bisect_right(line, (until, "\uffff"))]
        ]
        return ids if keep is None else [name for name in ids if keep(self._by_id[name])]
