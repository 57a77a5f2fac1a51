"""The shop's account: movements and balance. wechat.md §12.2"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Operation, Repeat
from privdomain.platforms.wechat_shop.operations._common import API, DOCS, READ
from privdomain.platforms.wechat_shop.payloads import BalanceReply, FundsFlowIds, FundsFlowReply

__all__ = ["GetBalance", "GetFundsFlow", "ListFundsFlows"]


class ListFundsFlows(Operation[FundsFlowIds]):
    """Ids of movements by time of booking. 资金流水列表

    A day's movements are there from 16:00 (Beijing) of the next day on; an end beyond that is cut off in silence.
    ``next_key`` counts only when ``page_no`` is one more than before and ``page_size`` the same: a walk raises both.
    """

    path: ClassVar = "/channels/ec/funds/getfundsflowlist"
    page: ClassVar = f"{DOCS}/channels/locallife/api/Fund.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="flow_ids", more="has_more", counts="page_no")
    start_time: int | None = None
    end_time: int | None = None
    page_no: int = Field(default=1, ge=1, serialization_alias="page")
    page_size: int = Field(default=50, ge=1, le=50)
    next_key: str = ""
    transaction_id: str | None = None


class GetFundsFlow(Operation[FundsFlowReply]):
    """One movement. 资金流水详情"""

    path: ClassVar = "/channels/ec/funds/getfundsflowdetail"
    page: ClassVar = f"{DOCS}/store/shop/API/funds/getfundsflowdetail.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    flow_id: str


class GetBalance(Operation[BalanceReply]):
    """What the account holds, in 分. 账户余额"""

    path: ClassVar = "/channels/ec/funds/getbalance"
    page: ClassVar = f"{API}/funds/getbalance.html (wechat.md §12.2) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
