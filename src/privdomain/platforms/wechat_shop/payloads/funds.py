"""The shop's account. wechat.md §12.2"""

from __future__ import annotations

from pydantic import ConfigDict

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, Whole

__all__ = ["BalanceReply", "FundsFlowIds", "FundsFlowPayload", "FundsFlowReply", "RelatedInfo"]


class FundsFlowIds(Payload):
    """A page of ids of movements."""

    flow_ids: tuple[IdText, ...] = ()
    next_key: str = ""
    has_more: bool = False


class RelatedInfo(Payload):
    """What a movement is about."""

    related_type: OptionalId = ""
    order_id: OptionalId = ""
    aftersale_id: OptionalId = ""
    transaction_id: OptionalId = ""
    present_id: OptionalId = ""


class FundsFlowPayload(Payload):
    """One movement: ``flow_type`` 1 in, 2 out; amounts in 分; ``bookkeeping_time`` is text, in Beijing's time."""

    flow_id: IdText
    funds_type: Whole
    flow_type: Whole
    amount: Minor
    balance: Whole | None = None
    related_info_list: tuple[RelatedInfo, ...] = ()
    bookkeeping_time: str
    remark: str = ""


class FundsFlowReply(Payload):
    """The answer of getfundsflowdetail."""

    funds_flow: FundsFlowPayload


class BalanceReply(Payload):
    """The answer of getbalance, in ``model_extra``: the documents read here do not name its fields."""

    model_config = ConfigDict(extra="allow")
