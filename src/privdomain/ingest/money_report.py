"""What 对账 finds: entries, each one expected amount and what was booked for it, and their sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from privdomain.money import Money

__all__ = ["MoneyEntry", "MoneyKind", "MoneyReport", "MoneyState", "MoneyTotal"]


class MoneyKind(StrEnum):
    """What an amount is: 订单收入, 补贴, 退款, 平台手续费, 佣金, and the account's own movements (提现, 运费险 …)."""

    INCOME = "income"
    SUBSIDY = "subsidy"
    REFUND = "refund"
    FEE = "fee"
    COMMISSION = "commission"
    ACCOUNT = "account"


class MoneyState(StrEnum):
    """How an expected amount and the account stand to each other.

    ``MATCHED``: alike. ``NETTED``: alike together with the order's other entries of this state, because the platform
    books their sum. ``DIFFERS``: both are there and not alike. ``MISSING``: due, and not booked. ``NOT_DUE``: not
    booked, and not to be expected yet. ``UNEXPECTED``: booked, and nothing here says why. ``OWN``: a movement that
    needs no order, such as a withdrawal.
    """

    MATCHED = "matched"
    NETTED = "netted"
    DIFFERS = "differs"
    MISSING = "missing"
    NOT_DUE = "not_due"
    UNEXPECTED = "unexpected"
    OWN = "own"


@frozen(kw_only=True)
class MoneyEntry:
    """One expected amount, what was booked for it, and how the two stand to each other."""

    kind: MoneyKind
    state: MoneyState
    platform: str
    shop_id: str
    order_id: str
    aftersale_id: str = ""
    expected: Money
    booked: Money
    due_at: datetime | None = None
    """When it is to be on the account; None where nothing says."""
    settlement_ids: tuple[str, ...] = ()
    """The movements that ``booked`` is made of."""
    note: str = ""

    @property
    def gap(self) -> Money:
        """Booked less expected."""
        return self.booked - self.expected


@frozen(kw_only=True)
class MoneyTotal:
    """The sums of one kind in one currency; ``by_state`` are the gaps, which add up to ``booked - expected``."""

    kind: MoneyKind
    expected: Money
    booked: Money
    by_state: Mapping[MoneyState, Money]


@frozen(kw_only=True)
class MoneyReport:
    """Every entry; ``findings`` are those that somebody should look at."""

    as_of: datetime
    entries: tuple[MoneyEntry, ...]

    @property
    def findings(self) -> tuple[MoneyEntry, ...]:
        """What differs, is missing although due, or is booked without a reason known here."""
        wrong = (MoneyState.DIFFERS, MoneyState.MISSING, MoneyState.UNEXPECTED)
        return tuple(entry for entry in self.entries if entry.state in wrong)

    @property
    def not_due(self) -> tuple[MoneyEntry, ...]:
        """What is expected later."""
        return tuple(entry for entry in self.entries if entry.state is MoneyState.NOT_DUE)

    @property
    def totals(self) -> tuple[MoneyTotal, ...]:
        """The sums by kind and currency."""
        groups: dict[tuple[MoneyKind, str], list[MoneyEntry]] = defaultdict(list)
        for entry in self.entries:
            groups[entry.kind, entry.expected.currency].append(entry)
        totals: list[MoneyTotal] = []
        for (kind, currency), entries in sorted(groups.items()):
            zero = Money.zero(currency)
            by_state: dict[MoneyState, Money] = {}
            for entry in entries:
                by_state[entry.state] = by_state.get(entry.state, zero) + entry.gap
            totals.append(
                MoneyTotal(
                    kind=kind,
                    expected=sum((entry.expected for entry in entries), zero),
                    booked=sum((entry.booked for entry in entries), zero),
                    by_state=by_state,
                )
            )
        return tuple(totals)
