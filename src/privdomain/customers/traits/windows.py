"""Look-back windows: which part of a history a trait sees.

Two families, never mixed silently. A rolling window counts hours and moves with every second of ``as_of``; a natural
one counts whole local days and moves at midnight. Both are half-open, and no trait sees anything at or after
``as_of``.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from attrs import field, frozen

from privdomain.errors import ArgumentError

__all__ = ["NaturalDays", "RollingDays", "Window"]


def _positive(instance: Any, _attribute: Any, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ArgumentError(
            f"{type(instance).__name__}({value!r}): a window has one day or more, a whole number"
        )


@frozen
class RollingDays:
    """``days`` times 24 hours: ``[as_of − days · 24 h, as_of)``, by the instant column."""

    days: int = field(validator=_positive)


@frozen
class NaturalDays:
    """The ``days`` local days before the day of ``as_of``, which is left out because it is not over. 自然日

    Computed on 18 February at 13:00, ``NaturalDays(7)`` is 11 February 00:00 to 18 February 00:00, by the date
    column.
    """

    days: int = field(validator=_positive)


Window: TypeAlias = RollingDays | NaturalDays
"""A look-back; None in a trait means the whole history before ``as_of``."""
