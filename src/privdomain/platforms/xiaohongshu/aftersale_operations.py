"""Methods of 小红书 ARK for after-sales. xiaohongshu-and-cps.md A4 (X1, X3).

Times of requests are **milliseconds** here, unlike those of order listings.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from privdomain.platforms._operation import Limits, NumberPaging, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.xiaohongshu._operation import ArkOperation, ArkPart
from privdomain.platforms.xiaohongshu.aftersale_payloads import (
    AfterSalePage,
    AfterSaleReply,
    RejectReasonList,
)

__all__ = [
    "AuditReturns",
    "ConfirmReceive",
    "GetAfterSaleInfo",
    "ListAfterSaleInfos",
    "ReceiveAndShip",
    "RejectReasons",
    "ReturnAddress",
]

_PAGE = "https://open.xiaohongshu.com/document/api (read 2026-11-24, xiaohongshu-and-cps.md A4)"


class ListAfterSaleInfos(ArkOperation[AfterSalePage]):
    """After-sale cases by order, or by creation (24 hours at most) or update time (30 minutes at most). 售后列表

    Times are **milliseconds**. ``page_no · page_size`` is at most 50,000.
    """

    path: ClassVar = "afterSale.listAfterSaleInfos"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(
        items="after_sale_basic_infos", sends="page_no", first=1, size="page_size", total="total_count"
    )
    limits: ClassVar = Limits(window=timedelta(minutes=30), page_size=100, depth=50_000, per_second=200)
    order_id: str | None = None
    time_type: Literal[1, 2] | None = None
    start_time: int | None = None
    end_time: int | None = None
    statuses: tuple[int, ...] | None = None
    return_types: tuple[int, ...] | None = None
    page_no: int = Field(default=1, ge=1)
    page_size: int = Field(default=50, ge=1, le=100)

    @model_validator(mode="after")
    def _asks_for_something(self) -> ListAfterSaleInfos:
        if self.order_id is None and None in (self.time_type, self.start_time, self.end_time):
            raise ValueError("give order_id, or time_type with start_time and end_time")
        return self


class GetAfterSaleInfo(ArkOperation[AfterSaleReply]):
    """One case with its goods, amounts and parcels. 售后详情"""

    path: ClassVar = "afterSale.getAfterSaleInfo"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(per_second=200)
    returns_id: str
    need_negotiate_record: bool = False


class ReturnAddress(ArkPart):
    """Where the goods go back to: a record of the shop's address book."""

    seller_address_record_id: int


class AuditReturns(ArkOperation[Done]):
    """Decide a case: pay back at once, let the goods come back, or refuse. 售后审核

    ``action`` 1 pays back, 2 lets the goods come back, 3 refuses with a ``reason`` of `RejectReasons`.
    """

    path: ClassVar = "afterSale.auditReturns"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.NEVER
    unconfirmed: ClassVar = (
        "two published SDKs read action 1 pay back, 2 let the goods come back, 3 refuse; another account has 1 agree, "
        "2 refuse, 3 pay back"
    )
    returns_id: str
    action: Literal[1, 2, 3]
    reason: int | None = None
    description: str | None = None
    message: str | None = None
    receiver_info: ReturnAddress | None = None


class ConfirmReceive(ArkOperation[Done]):
    """Say that the returned goods came back, or refuse them. 确认收货

    ``action`` 1 confirms (which pays back), 2 refuses with a ``reason`` of `RejectReasons`, 3 asks for more time.
    """

    path: ClassVar = "afterSale.confirmReceive"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.NEVER
    unconfirmed: ClassVar = "the codes of action are those of published SDKs"
    returns_id: str
    action: Literal[1, 2, 3]
    reason: int | None = None
    description: str | None = None


class RejectReasons(ArkOperation[RejectReasonList]):
    """Reasons a refusal may name: 1 of the request, 2 of the returned goods. 售后拒绝原因"""

    path: ClassVar = "afterSale.rejectReasons"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    returns_id: str
    reject_reason_type: Literal[1, 2]


class ReceiveAndShip(ArkOperation[Done]):
    """Of an exchange: the goods came back, and the new ones are on their way. 换货确认收货并发货"""

    path: ClassVar = "afterSale.receiveAndShip"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.NEVER
    returns_id: str
    express_company_code: str
    express_no: str
