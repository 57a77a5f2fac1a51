"""送礼物. wechat.md §5; none of the lists has a has-more flag."""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, UnixTime, Whole

__all__ = [
    "PresentCreated",
    "PresentDetail",
    "PresentId",
    "PresentIds",
    "PresentOrders",
    "PresentPay",
    "PresentPayload",
    "PresentPrice",
    "PresentReply",
    "PresentSubOrder",
    "ReceiverOrder",
    "ReceiverOrders",
]


class PresentId(Payload):
    """A present order in a list."""

    present_order_id: IdText


class PresentIds(Payload):
    """The answer of presentlist/get."""

    present_order_list: tuple[PresentId, ...] = ()
    next_key: str = ""


class PresentPrice(Payload):
    """What the giver paid, in 分."""

    order_price: Minor = 0


class PresentPay(Payload):
    """When."""

    pay_time: UnixTime = 0


class PresentDetail(Payload):
    """What the giver paid, and what he wishes."""

    price_info: PresentPrice = Field(default_factory=PresentPrice)
    pay_info: PresentPay = Field(default_factory=PresentPay)
    wishmessage: str = ""


class PresentSubOrder(Payload):
    """One receiver's order; ``openid`` is the receiver's."""

    order_id: IdText
    openid: OptionalId = ""
    status: Whole = 0


class PresentPayload(Payload):
    """One present order."""

    present_order_id: IdText
    create_time: UnixTime = 0
    present_detail: PresentDetail = Field(default_factory=PresentDetail)
    sub_order_list: tuple[PresentSubOrder, ...] = ()
    is_b2c_free_present: bool = False
    activity_id: OptionalId = ""


class PresentReply(Payload):
    """The answer of present/get."""

    present: PresentPayload


class PresentOrders(Payload):
    """The answer of presentsuborder/get."""

    order_ids: tuple[IdText, ...] = ()


class ReceiverOrder(Payload):
    """An order that somebody was given."""

    present_order_id: IdText
    order_id: IdText


class ReceiverOrders(Payload):
    """The answer of receiverorderlist/get."""

    order_list: tuple[ReceiverOrder, ...] = ()
    next_key: str = ""


class PresentCreated(Payload):
    """The answer of presentorder/create."""

    present_order_id: IdText
