"""Who gets the parcel, masked as orders tell it and in clear as decoding does. wechat.md §4.3, §4.5"""

from __future__ import annotations

from privdomain.models import Receiver
from privdomain.platforms._payload import Json, read
from privdomain.platforms.wechat_shop.payloads import AddressInfo, DecodedReply

__all__ = ["read_decoded", "receiver_of"]


def receiver_of(address: AddressInfo | None) -> Receiver | None:
    """The receiver as an address names him; None where there is no address."""
    if address is None or not address.model_fields_set:
        return None
    return Receiver(
        name=address.user_name,
        phone=address.tel_number,
        province=address.province_name,
        city=address.city_name,
        district=address.county_name,
        address=f"{address.detail_info}{address.house_number}",
        address_key=address.hash_code,
    )


def read_decoded(reply: Json, *, order_id: str = "") -> Receiver:
    """The receiver in an answer of sensitiveinfo/decode.

    Where the buyer is reached by a virtual number, ``phone`` is that number, with its extension behind a hyphen: the
    real one stays masked. A virtual number is made some time after it is first asked for; until then ``phone`` is the
    masked one.

    Raises:
        PayloadError: with every bad path.
    """
    decoded = read(DecodedReply, reply, kind="receiver", ref=order_id)
    receiver = receiver_of(decoded.address_info) or Receiver()
    virtual = decoded.virtual_number_info
    if not virtual.virtual_number:
        return receiver
    parts = [virtual.virtual_number, virtual.extension]
    return receiver.model_copy(update={"phone": "-".join(filter(None, parts))})
