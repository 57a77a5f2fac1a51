"""After-sale cases: listing, reading, deciding. douyin.md A6."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from privdomain.platforms._operation import Limits, NumberPaging, Repeat
from privdomain.platforms._payload import Json, OptionalId, Payload, Whole
from privdomain.platforms.douyin.case_payloads import AfterSaleReply
from privdomain.platforms.douyin.operations._base import DouyinOperation, Part, Seconds

__all__ = [
    "AGREE_REFUND",
    "AGREE_RETURN",
    "CONFIRM_RETURN",
    "REFUSE_REFUND",
    "REFUSE_RETURN",
    "AfterSaleAction",
    "AfterSaleList",
    "AfterSaleLogistics",
    "Evidence",
    "GetAfterSale",
    "ListAfterSales",
    "ListRejectReasons",
    "OperateAfterSale",
    "OperateReply",
    "Operated",
    "RejectReason",
    "RejectReasons",
]

_READ = "(read 2026-11-24)"

AGREE_RETURN = 101
"""同意退货申请."""
AGREE_REFUND = 201
"""同意仅退款."""
REFUSE_REFUND = 202
"""拒绝仅退款."""
REFUSE_RETURN = 102
"""拒绝退货申请: unconfirmed, in the order of the known ones."""
CONFIRM_RETURN = 111
"""同意退货收货: unconfirmed, in the order of the known ones."""


class AfterSaleList(Payload):
    """A page of cases, as they came: each is read by `read_aftersale_row`."""

    items: tuple[Json, ...] = ()
    has_more: bool = False
    total: Whole = 0


class ListAfterSales(DouyinOperation[AfterSaleList]):
    """Cases by time of application or of update. Pages count from 0.

    A listing by update time is ordered by it (``order_by``), or rows are lost between the pages; without any time
    the platform takes the last six months.
    """

    path: ClassVar = "/afterSale/List"
    page: ClassVar = f"op.jinritemai.com afterSale.List, douyin.md A6 [S1 S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="items", sends="page_number")
    limits: ClassVar = Limits(page_size=100, depth=50_000, per_second=500)
    page_number: int = Field(default=0, ge=0, serialization_alias="page")
    size: int = Field(default=100, ge=1, le=100)
    start_time: Seconds | None = None
    end_time: Seconds | None = None
    update_start_time: Seconds | None = None
    update_end_time: Seconds | None = None
    order_by: tuple[str, ...] | None = None
    order_id: str | None = None
    aftersale_id: str | None = None
    aftersale_type: int | None = None
    standard_aftersale_status: tuple[int, ...] | None = None
    refund_type: int | None = None
    arbitrate_status: tuple[int, ...] | None = None
    logistics_status: int | None = None
    pay_type: int | None = None
    reason: int | None = None
    risk_flag: int | None = None
    amount_start: int | None = None
    amount_end: int | None = None

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        by_update = self.update_start_time is not None or self.update_end_time is not None
        if by_update and not any(word.startswith("update_time ") for word in self.order_by or ()):
            raise ValueError(
                'is by update time and not ordered by it, so pages would lose rows; add order_by=("update_time asc",)'
            )
        return self


class GetAfterSale(DouyinOperation[AfterSaleReply]):
    """One case with its parcels, its dispute and what was done in it."""

    path: ClassVar = "/afterSale/Detail"
    page: ClassVar = f"op.jinritemai.com afterSale.Detail, douyin.md A6 [S1 S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    after_sale_id: str = Field(min_length=1)
    need_operation_record: bool = True


class Evidence(Part):
    """A picture (1) for the platform or the buyer."""

    type: int = 1
    url: str
    desc: str = ""


class AfterSaleLogistics(Part):
    """Where goods come back to, or the parcel in which new ones go out."""

    receiver_address_id: int | None = None
    company_code: str | None = None
    logistics_code: str | None = None


class AfterSaleAction(Part):
    """What is done with one case; ``update_time`` lets the platform refuse if the case has changed since."""

    aftersale_id: str = Field(min_length=1)
    reason: str | None = None
    remark: str | None = None
    evidence: tuple[Evidence, ...] | None = None
    logistics: AfterSaleLogistics | None = None
    reject_reason_code: int | None = None
    update_time: Seconds | None = None


class Operated(Payload):
    """What became of one case: 0 for done."""

    aftersale_id: OptionalId = ""
    status_code: Whole = 0
    status_msg: str = ""


class OperateReply(Payload):
    """What became of each case."""

    items: tuple[Operated, ...] = ()


class OperateAfterSale(DouyinOperation[OperateReply]):
    """Agree to a case or refuse it. Up to 20 of them, and one that fails takes the others along: send one.

    ``type`` is `AGREE_RETURN` (101), `AGREE_REFUND` (201), `REFUSE_REFUND` (202), 301 or 311 for exchanges; the whole
    table is not public.
    """

    path: ClassVar = "/afterSale/operate"
    page: ClassVar = f"https://op.jinritemai.com/docs/question-docs/93/2752, douyin.md A6 [S1 S6 S7] {_READ}"
    limits: ClassVar = Limits(items=20)
    type: int
    items: tuple[AfterSaleAction, ...] = Field(min_length=1, max_length=20)


class RejectReason(Payload):
    """A reason for refusing, and whether it wants evidence (``Y``)."""

    reject_reason_code: Whole
    reason: str = ""
    evidence_need: str = ""
    evidence_description: str = ""


class RejectReasons(Payload):
    """The reasons that this case can be refused for."""

    items: tuple[RejectReason, ...] = ()


class ListRejectReasons(DouyinOperation[RejectReasons]):
    """What a case can be refused for."""

    path: ClassVar = "/afterSale/rejectReasonCodeList"
    page: ClassVar = f"op.jinritemai.com afterSale.rejectReasonCodeList, douyin.md A6 [S1] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    aftersale_id: int | None = None
