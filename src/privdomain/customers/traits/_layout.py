"""Which column plays which part, for both readings of a trait."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from privdomain.customers.traits.definitions import Trait

__all__ = ["Layout", "is_money"]


@frozen(kw_only=True)
class Layout:
    """Which columns play which part; ``currency`` is the one whose money counts, if one was named."""

    by: tuple[str, ...]
    at: str | None
    day: str
    currency: str | None

    @property
    def order(self) -> str:
        """What tells earlier from later."""
        return self.at or self.day

    def mixed(self, found: Iterable[str]) -> str:
        """The words of the refusal to add up amounts of several currencies."""
        some = sorted(found)
        return (
            f"amounts in {' and '.join(some)} do not add up: group with by={(*self.by, 'currency')!r}, "
            f"or say whose amounts count with currency={some[0]!r}"
        )


def is_money(trait: Trait) -> bool:
    """Whether the trait aggregates amounts, which add up in one currency only."""
    return any(name.endswith("_minor") for name in trait.columns)
