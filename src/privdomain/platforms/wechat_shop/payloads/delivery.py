"""Carriers and receivers in clear. wechat.md §4.5–§4.6"""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import IdText, OptionalId, Payload, UnixTime, Whole
from privdomain.platforms.wechat_shop.payloads.orders import AddressInfo

__all__ = [
    "Carrier",
    "Carriers",
    "DecodedReply",
    "VirtualNumberExtended",
    "VirtualNumberInfo",
    "VirtualNumberReply",
]


class Carrier(Payload):
    """One carrier: the platform's code and its name."""

    delivery_id: IdText
    delivery_name: str = ""


class Carriers(Payload):
    """The answer of deliverycompanylist/new/get."""

    company_list: tuple[Carrier, ...] = ()


class VirtualNumberInfo(Payload):
    """A number that rings through to the buyer for some time."""

    virtual_number: OptionalId = ""
    extension: OptionalId = ""
    expiration: UnixTime = 0


class DecodedReply(Payload):
    """The answer of sensitiveinfo/decode; where a virtual number is used, the real one in the address stays masked."""

    address_info: AddressInfo
    virtual_number_info: VirtualNumberInfo = Field(default_factory=VirtualNumberInfo)


class VirtualNumberReply(VirtualNumberInfo):
    """The answer of virtualnumber/applyagain; ``apply_quota`` is how often it can be asked for again."""

    apply_quota: Whole = 0


class VirtualNumberExtended(Payload):
    """The answer of virtualnumber/delay."""

    expiration: UnixTime = 0
    available_extend_num: Whole = 0
