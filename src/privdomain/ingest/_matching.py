"""Orders, refunds, fees and commissions against the movements of an account.

The rule of the file: no amount is lost. Every amount that is expected and every movement that is booked stands in
exactly one entry, so that the entries of a kind add up to all that was expected and to all that was booked.
Amounts are the shop's: what comes in is positive, what goes out negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import define, field, frozen

from privdomain.ingest.money_report import MoneyEntry, MoneyKind, MoneyState
from privdomain.models import (
    AfterSale,
    CommissionDirection,
    CommissionOrder,
    CommissionStatus,
    DiscountPayer,
    Order,
    OrderStatus,
    RefundStatus,
    Settlement,
    SettlementKind,
)
from privdomain.money import Money

__all__ = ["Matching", "latest"]

_KINDS: Final[Mapping[SettlementKind, MoneyKind]] = {
    SettlementKind.ORDER_INCOME: MoneyKind.INCOME,
    SettlementKind.SUBSIDY: MoneyKind.SUBSIDY,
    SettlementKind.REFUND: MoneyKind.REFUND,
    SettlementKind.PLATFORM_FEE: MoneyKind.FEE,
    SettlementKind.COMMISSION: MoneyKind.COMMISSION,
}
_PAID_FOR_THE_SHOP: Final = (DiscountPayer.PLATFORM, DiscountPayer.TALENT)
"""Who pays the shop what the buyer was spared."""
_PAID_BACK: Final = (RefundStatus.SUCCEEDED, RefundStatus.RECOVERED)
_COMMISSION_DUE: Final = (CommissionStatus.SETTLED, CommissionStatus.CLAWED_BACK)
_COMMISSION_OFF: Final = (CommissionStatus.INVALID,)

_Place = tuple[str, str, str]
"""Platform, shop, order."""


@define
class _Booked:
    """Movements added up."""

    amount: Money
    ids: list[str] = field(factory=list[str])

    def add(self, amount: Money, settlement_id: str) -> None:
        self.amount += amount
        if settlement_id not in self.ids:
            self.ids.append(settlement_id)


@define
class _Account:
    """What is booked for one order, by kind; refunds also by case, as far as the platform names it."""

    currency: str
    kinds: dict[MoneyKind, _Booked] = field(factory=dict[MoneyKind, _Booked])
    cases: dict[str, _Booked] = field(factory=dict[str, _Booked])

    def add(self, kind: MoneyKind, amount: Money, settlement_id: str, aftersale_id: str) -> None:
        zero = Money.zero(self.currency)
        if kind is MoneyKind.REFUND and aftersale_id:
            self.cases.setdefault(aftersale_id, _Booked(zero)).add(amount, settlement_id)
        else:
            self.kinds.setdefault(kind, _Booked(zero)).add(amount, settlement_id)

    def of(self, kind: MoneyKind) -> _Booked:
        return self.kinds.get(kind) or _Booked(Money.zero(self.currency))


def latest(records: Iterable[Any], key: Callable[[Any], tuple[str, ...]]) -> dict[Any, Any]:
    found: dict[tuple[str, ...], Any] = {}
    for record in records:
        place, version = key(record), getattr(record, "version", 0)
        if place not in found or version >= getattr(found[place], "version", 0):
            found[place] = record
    return found


@define(kw_only=True)
class Matching:
    orders: dict[_Place, Order]
    as_of: datetime
    settlement_days: timedelta
    refund_days: timedelta
    expected_fee: Callable[[Order], Money] | None
    cases: dict[_Place, list[AfterSale]] = field(factory=lambda: defaultdict(list))
    accounts: dict[_Place, _Account] = field(factory=dict[_Place, _Account])
    commissions: dict[_Place, list[CommissionOrder]] = field(factory=lambda: defaultdict(list))
    rest: list[MoneyEntry] = field(factory=list[MoneyEntry])
    """What belongs to no order that is known."""

    # --- taking in ---

    def take_cases(self, cases: Mapping[Any, AfterSale]) -> None:
        for case in cases.values():
            self.cases[case.platform, case.shop_id, case.order_id].append(case)

    def take_movements(self, movements: Mapping[Any, Settlement]) -> None:
        by_case = {
            (place[0], place[1], case.aftersale_id): place
            for place, cases in self.cases.items()
            for case in cases
        }
        for movement in movements.values():
            place = (movement.platform, movement.shop_id, movement.order_id)
            if not movement.order_id and movement.aftersale_id:
                place = by_case.get((movement.platform, movement.shop_id, movement.aftersale_id), place)
            order = self.orders.get(place)
            for kind, amount in _parts(movement):
                expects_order = kind in _KINDS
                mapped = _KINDS.get(kind, MoneyKind.ACCOUNT)
                if expects_order and order is not None and order.currency == amount.currency:
                    account = self.accounts.setdefault(place, _Account(order.currency))
                    account.add(mapped, amount, movement.settlement_id, movement.aftersale_id)
                    continue
                unknown = kind is SettlementKind.UNKNOWN
                self.rest.append(
                    MoneyEntry(
                        kind=mapped,
                        state=MoneyState.UNEXPECTED if expects_order or unknown else MoneyState.OWN,
                        platform=movement.platform,
                        shop_id=movement.shop_id,
                        order_id=place[2],
                        aftersale_id=movement.aftersale_id,
                        expected=Money.zero(amount.currency),
                        booked=amount,
                        settlement_ids=(movement.settlement_id,),
                        note=_why_unexpected(kind, order, amount),
                    )
                )

    def take_commissions(self, rows: Mapping[Any, CommissionOrder]) -> None:
        by_id: dict[str, list[_Place]] = defaultdict(list)
        for place in self.orders:
            by_id[place[2]].append(place)
        for row in rows.values():
            if row.direction is not CommissionDirection.EXPENSE:
                continue
            # An alliance has a name of its own, so that the order's id, and the shop's where it is said, must do.
            places = [place for place in by_id[row.order_id] if row.shop_id in {"", place[1]}]
            currency = _commission_currency(row)
            if len(places) == 1 and currency in {"", self.orders[places[0]].currency}:
                self.commissions[places[0]].append(row)
            elif currency:
                expected, is_due = _commission(row, currency)
                self.rest.append(
                    MoneyEntry(
                        kind=MoneyKind.COMMISSION,
                        state=MoneyState.MISSING if is_due else MoneyState.NOT_DUE,
                        platform=row.alliance,
                        shop_id=row.shop_id,
                        order_id=row.order_id,
                        expected=expected,
                        booked=Money.zero(currency),
                        note="of an order that is not known here" if not places else "of more than one order",
                    )
                )

    # --- matching ---

    def entries(self) -> Iterator[MoneyEntry]:
        for place in sorted(self.orders):
            made = self._order(place, self.orders[place])
            # what is neither expected nor booked is nothing
            yield from (one for one in made if one.expected.minor or one.settlement_ids)
        for place in sorted(self.cases.keys() - self.orders.keys()):
            for case in self.cases[place]:
                yield from self._lost_case(case)
        yield from self.rest

    def _order(self, place: _Place, order: Order) -> Iterator[MoneyEntry]:
        account = self.accounts.get(place) or _Account(order.currency)
        paid_back = {case.aftersale_id: _paid_back(case, order.currency) for case in self.cases[place]}
        paid_back = {case: amount for case, amount in paid_back.items() if amount.minor}
        zero = Money.zero(order.currency)
        income = order.total if order.paid_at is not None else zero
        subsidy = _subsidy(order, self.cases[place]) if order.paid_at is not None else zero
        refunds = sum(paid_back.values(), zero)
        entry = _Maker(place, zero)

        got, helped = account.of(MoneyKind.INCOME), account.of(MoneyKind.SUBSIDY)
        back = account.of(MoneyKind.REFUND)
        if not (income + refunds).minor and not helped.ids:
            subsidy = zero  # what the buyer got back in full, nobody subsidizes
        whole = subsidy.minor and not helped.ids
        nothing_back = not back.ids and not account.cases
        due_at = self._income_due(order)
        if (
            nothing_back
            and refunds.minor
            and self._is_net(got.amount, helped.amount, income, subsidy, refunds)
        ):
            yield entry(MoneyKind.INCOME, MoneyState.NETTED, income, got, due_at=due_at)
            yield entry(MoneyKind.SUBSIDY, MoneyState.NETTED, subsidy, helped)
            for case, amount in sorted(paid_back.items()):
                yield entry(MoneyKind.REFUND, MoneyState.NETTED, amount, _Booked(zero), aftersale_id=case)
        else:
            if whole and got.amount == income + subsidy:
                yield entry(MoneyKind.INCOME, MoneyState.NETTED, income, got, due_at=due_at)
                yield entry(MoneyKind.SUBSIDY, MoneyState.NETTED, subsidy, helped)
            else:
                yield self._compare(
                    entry, MoneyKind.INCOME, income, got, due_at=due_at, note=_income_note(order)
                )
                yield self._compare(entry, MoneyKind.SUBSIDY, subsidy, helped, due_at=due_at)
            yield from self._refunds(entry, place, account, paid_back)
        yield from self._fee(entry, order, account.of(MoneyKind.FEE), due_at)
        yield from self._commission(entry, place, account.of(MoneyKind.COMMISSION))

    @staticmethod
    def _is_net(got: Money, helped: Money, income: Money, subsidy: Money, refunds: Money) -> bool:
        # less the refunds, the subsidy booked by itself, within the income, or not at all
        rest = income + refunds
        return (helped == subsidy and got == rest) or (not helped.minor and got == rest + subsidy)

    def _income_due(self, order: Order) -> datetime | None:
        if order.completed_at is not None:
            return order.completed_at + self.settlement_days
        # paid and closed: unless it was paid back, the money is somewhere
        return order.updated_at + self.settlement_days if order.status is OrderStatus.CLOSED else None

    def _compare(
        self,
        entry: _Maker,
        kind: MoneyKind,
        expected: Money,
        booked: _Booked,
        *,
        due_at: datetime | None,
        aftersale_id: str = "",
        note: str = "",
    ) -> MoneyEntry:
        if booked.amount == expected:
            state = MoneyState.MATCHED
        elif not booked.ids:
            is_due = due_at is not None and due_at <= self.as_of
            state = MoneyState.MISSING if is_due else MoneyState.NOT_DUE
        else:
            state = MoneyState.DIFFERS if expected.minor else MoneyState.UNEXPECTED
        if state is MoneyState.MATCHED:
            note = ""
        return entry(kind, state, expected, booked, due_at=due_at, aftersale_id=aftersale_id, note=note)

    def _refunds(
        self, entry: _Maker, place: _Place, account: _Account, paid_back: Mapping[str, Money]
    ) -> Iterator[MoneyEntry]:
        due = {case.aftersale_id: self._refund_due(case) for case in self.cases[place]}
        pool = account.of(MoneyKind.REFUND)
        for case in sorted(account.cases):
            expected = paid_back.get(case, entry.zero)
            yield self._compare(
                entry,
                MoneyKind.REFUND,
                expected,
                account.cases[case],
                due_at=due.get(case),
                aftersale_id=case,
            )
        left = {case: amount for case, amount in paid_back.items() if case not in account.cases}
        if not pool.ids:
            for case, amount in sorted(left.items()):
                nothing = _Booked(entry.zero)
                yield self._compare(
                    entry, MoneyKind.REFUND, amount, nothing, due_at=due[case], aftersale_id=case
                )
            return
        # The platform names only the order: its cases and its movements are compared as sums.
        yield self._compare(
            entry,
            MoneyKind.REFUND,
            sum(left.values(), entry.zero),
            pool,
            due_at=max((moment for case in left if (moment := due[case])), default=None),
            aftersale_id=next(iter(left)) if len(left) == 1 else "",
            note=f"{len(left)} cases together" if len(left) > 1 else "",
        )

    def _refund_due(self, case: AfterSale) -> datetime | None:
        moments = [refund.at or case.updated_at for refund in case.refunds if refund.status in _PAID_BACK]
        return max(moments) + self.refund_days if moments else None

    def _fee(
        self, entry: _Maker, order: Order, booked: _Booked, due_at: datetime | None
    ) -> Iterator[MoneyEntry]:
        if self.expected_fee is not None and order.paid_at is not None:
            yield self._compare(entry, MoneyKind.FEE, -self.expected_fee(order), booked, due_at=due_at)
        elif booked.ids:
            yield entry(
                MoneyKind.FEE, MoneyState.MATCHED, booked.amount, booked, note="its amount was not checked"
            )

    def _commission(self, entry: _Maker, place: _Place, booked: _Booked) -> Iterator[MoneyEntry]:
        due, later = entry.zero, entry.zero
        for row in self.commissions[place]:
            amount, is_due = _commission(row, entry.zero.currency)
            due, later = (due + amount, later) if is_due else (due, later + amount)
        if later.minor and booked.ids and booked.amount == due + later:
            due, later = due + later, entry.zero  # the account was quicker than the alliance's list
        if due.minor or booked.ids:
            yield self._compare(entry, MoneyKind.COMMISSION, due, booked, due_at=self.as_of)
        if later.minor:
            nothing = _Booked(entry.zero)
            yield entry(MoneyKind.COMMISSION, MoneyState.NOT_DUE, later, nothing, note="estimated")

    def _lost_case(self, case: AfterSale) -> Iterator[MoneyEntry]:
        for currency in sorted({refund.amount.currency for refund in case.refunds}):
            amount = _paid_back(case, currency)
            if amount.minor:
                place = (case.platform, case.shop_id, case.order_id)
                entry = _Maker(place, Money.zero(currency))
                yield self._compare(
                    entry,
                    MoneyKind.REFUND,
                    amount,
                    _Booked(entry.zero),
                    due_at=self._refund_due(case),
                    aftersale_id=case.aftersale_id,
                    note="of an order that is not known here",
                )


@frozen
class _Maker:
    """Makes the entries of one order."""

    place: _Place
    zero: Money

    def __call__(
        self,
        kind: MoneyKind,
        state: MoneyState,
        expected: Money,
        booked: _Booked,
        *,
        due_at: datetime | None = None,
        aftersale_id: str = "",
        note: str = "",
    ) -> MoneyEntry:
        platform, shop_id, order_id = self.place
        return MoneyEntry(
            kind=kind,
            state=state,
            platform=platform,
            shop_id=shop_id,
            order_id=order_id,
            aftersale_id=aftersale_id,
            expected=expected,
            booked=booked.amount,
            due_at=due_at,
            settlement_ids=tuple(booked.ids),
            note=note,
        )


def _parts(movement: Settlement) -> Iterator[tuple[SettlementKind, Money]]:
    """What a movement is made of; what its parts leave over stands for itself, so that nothing is lost."""
    if not movement.parts:
        yield movement.kind, movement.signed
        return
    rest = movement.signed
    for part in movement.parts:
        yield part.kind, part.amount
        rest -= part.amount
    if rest.minor:
        yield SettlementKind.UNKNOWN, rest


def _paid_back(case: AfterSale, currency: str) -> Money:
    """What the buyer has got back, from the shop's side: negative."""
    done = (
        refund.amount
        for refund in case.refunds
        if refund.status in _PAID_BACK and refund.amount.currency == currency
    )
    return -sum(done, Money.zero(currency))


def _subsidy(order: Order, cases: Iterable[AfterSale]) -> Money:
    cuts = (*order.discounts, *(cut for line in order.lines for cut in line.discounts))
    given = sum((cut.amount for cut in cuts if cut.payer in _PAID_FOR_THE_SHOP), Money.zero(order.currency))
    for case in cases:
        for refund in case.refunds:
            if refund.status in _PAID_BACK and refund.amount.currency == order.currency:
                for cut in refund.returned_discounts:
                    given -= cut.amount
    return given


def _commission(row: CommissionOrder, currency: str) -> tuple[Money, bool]:
    """What the shop pays for a row, negative, and whether it is settled."""
    if row.status in _COMMISSION_DUE:
        return -row.settled(currency), True
    if row.status in _COMMISSION_OFF:
        return Money.zero(currency), False
    return -row.estimated(currency), False


def _commission_currency(row: CommissionOrder) -> str:
    amounts = (*(share.settled or share.estimated for share in row.shares), row.paid_amount, row.base)
    found = next((amount.currency for amount in amounts if amount is not None), "")
    return found or next((change.amount.currency for change in row.adjustments), "")


def _why_unexpected(kind: SettlementKind, order: Order | None, amount: Money) -> str:
    if kind is SettlementKind.UNKNOWN:
        return "of a kind that is not known here"
    if kind not in _KINDS:
        return kind.value
    if order is None:
        return "of an order that is not known here"
    return f"in {amount.currency}, the order in {order.currency}"


def _income_note(order: Order) -> str:
    if order.status is OrderStatus.CLOSED:
        return "paid and closed, and no refund of all of it is known"
    return "" if order.completed_at is not None else "not completed yet"
