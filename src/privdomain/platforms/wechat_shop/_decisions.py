"""Whether a decision on an after-sale case is still to be sent, by the case as it stands.

One call of the platform agrees to a return at one stage and pays back at the next. So every decision is held against
the case before it is sent: what has been decided so already is not sent again, and what would do something else than
its name says is refused here. ``accept_type`` makes the platform check the same.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from privdomain.errors import ArgumentError, Refused
from privdomain.models import AfterSale, AfterSaleStatus, AfterSaleType
from privdomain.money import Money

__all__ = [
    "PAY_BACK",
    "TAKE_BACK",
    "is_received",
    "is_refunded",
    "is_refused",
    "is_returning",
    "reason_number",
]

TAKE_BACK = 1
"""``accept_type``: the goods come back."""
PAY_BACK = 2
"""``accept_type``: the money goes back."""

_PAID_BACK = frozenset({AfterSaleStatus.REFUNDING, AfterSaleStatus.COMPLETED})
_OVER = frozenset({AfterSaleStatus.CANCELED, AfterSaleStatus.CLOSED})
_ON_ITS_WAY = frozenset({AfterSaleStatus.WAITING_RETURN, AfterSaleStatus.WAITING_RETURN_RECEIPT})
_PROCESSING = "MERCHANT_PROCESSING"


def is_refunded(case: AfterSale, *, amount: Money | None) -> bool:
    """Whether the money is on its way already; raises `Refused` where agreeing would not pay back ``amount``."""
    if amount is not None and case.requested != amount:
        raise Refused(
            "refund_amount_differs",
            f"case {case.aftersale_id} asks for {case.requested}, not for {amount}; it has changed, or is another one",
            aftersale_id=case.aftersale_id,
            requested=None if case.requested is None else case.requested.minor,
            amount=amount.minor,
        )
    if case.type is AfterSaleType.EXCHANGE:
        _refuse(case, "is an exchange; agree_return agrees to it")
    if case.status in _PAID_BACK:
        return True
    if case.type is AfterSaleType.RETURN_REFUND:
        if case.platform_status == _PROCESSING:
            _refuse(case, "asks for a return; agree_return agrees to it")
        if case.status in _ON_ITS_WAY:
            _refuse(case, "waits for its goods; confirm_return pays back once they are there")
    _check_open(case, _OVER)
    return False


def is_returning(case: AfterSale) -> bool:
    """Whether the return has been agreed to already; raises `Refused` where there is nothing to return."""
    if case.type is AfterSaleType.REFUND_ONLY:
        _refuse(case, "asks for money without a return; agree_refund agrees to it")
    if case.status in _ON_ITS_WAY | _PAID_BACK:
        return True
    _check_open(case, _OVER)
    return False


def is_received(case: AfterSale) -> bool:
    """Whether the return has been confirmed already; raises `Refused` for a case that is not at that stage."""
    if case.type is AfterSaleType.REFUND_ONLY:
        _refuse(case, "asks for money without a return; agree_refund agrees to it")
    if case.type is AfterSaleType.EXCHANGE:
        _refuse(case, "is an exchange; AcceptExchangeReship sends the other goods")
    if case.status in _PAID_BACK:
        return True
    if case.platform_status == _PROCESSING:
        _refuse(case, "has not been agreed to; agree_return does that")
    _check_open(case, _OVER)
    return False


def is_refused(case: AfterSale) -> bool:
    """Whether it has been refused already; raises `Refused` where it is too late for that."""
    if case.status is AfterSaleStatus.REJECTED:
        return True
    _check_open(case, _OVER | _PAID_BACK)
    return False


def reason_number(reason_code: str) -> int:
    """The platform's number of a reason; raises `ArgumentError` for anything else."""
    if not (reason_code.isascii() and reason_code.isdigit() and len(reason_code) < 10):
        raise ArgumentError(
            f"reason_code={reason_code[:20]!r}; wechat_shop wants one of the numbers that ListRejectReasons lists"
        )
    return int(reason_code)


def _check_open(case: AfterSale, over: Collection[AfterSaleStatus]) -> None:
    if case.status in over:
        _refuse(case, "is over")


def _refuse(case: AfterSale, why: str) -> NoReturn:
    raise Refused(
        "aftersale_stage",
        f"case {case.aftersale_id} {why} (it is {case.status}, {case.platform_status})",
        aftersale_id=case.aftersale_id,
        status=str(case.status),
        platform_status=case.platform_status,
    )
