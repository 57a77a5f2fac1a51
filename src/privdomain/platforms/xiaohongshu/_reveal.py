"""The receiver of an order in clear (解密): the order, its ciphers, and one decryption, which is what is counted.

Nothing that can be known before is left to the platform to refuse: a decryption of the day would be spent on it.
"""

from __future__ import annotations

from privdomain.errors import Refused, RequestRejected
from privdomain.models import Receiver
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._errors import mask
from privdomain.platforms._flow import Flow
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu.order_operations import (
    BatchDecrypt,
    EncryptedData,
    GetOrderDetail,
    GetOrderReceiverInfo,
    ReceiverQuery,
)
from privdomain.platforms.xiaohongshu.order_payloads import ReceiverInfo

__all__ = ["reveal"]

_WAITING = 4
_RESENT = 5  # orderType 换货补发


def reveal(conversation: Conversation, order_id: str, *, operator_id: str) -> Flow[Receiver]:
    """The receiver in clear.

    Raises:
        Refused: when the order does not wait to be shipped: nothing is decrypted then.
        RequestRejected: when the platform does not decrypt, or the address has changed twice meanwhile.
    """
    address_id, info = "", None
    for _ in range(
        2
    ):  # the address id goes stale when the buyer changes the address: then the order is read again
        order = yield from conversation.send(GetOrderDetail(order_id=order_id))
        if order.order_status != _WAITING:
            raise Refused(
                "not_waiting_for_shipment",
                f"{PLATFORM} shows the receiver of an order only while it waits to be shipped (status 4); "
                f"order {order_id} has status {order.order_status}",
                order_id=order_id,
                status=order.order_status,
            )
        address_id = order.open_address_id
        query = ReceiverQuery(order_id=order_id, open_address_id=address_id)
        reply = yield from conversation.send(
            GetOrderReceiverInfo(receiver_queries=(query,), is_return=order.order_type == _RESENT)
        )
        info = next((one for one in reply.receiver_infos if one.order_id in {"", order_id}), None)
        if info is not None and info.matched:
            break
    if info is None or not info.matched:
        raise RequestRejected(
            f"{PLATFORM}: the address of order {order_id} does not match its openAddressId, although the order was "
            "read again; try later",
            platform=PLATFORM,
            retryable=True,
        )
    clear = yield from _decrypt(conversation, order_id, info, operator_id=operator_id)
    return Receiver(
        name=clear.get(info.receiver_name, info.receiver_name),
        phone=clear.get(info.receiver_phone, info.receiver_phone),
        province=info.receiver_province_name,
        city=info.receiver_city_name,
        district=info.receiver_district_name,
        address=info.receiver_town_name + clear.get(info.receiver_address, info.receiver_address),
        address_key=address_id,
    )


def _decrypt(
    conversation: Conversation, order_id: str, info: ReceiverInfo, *, operator_id: str
) -> Flow[dict[str, str]]:
    """Cipher → text, in one call."""
    ciphers = dict.fromkeys(filter(None, (info.receiver_name, info.receiver_phone, info.receiver_address)))
    if not ciphers:
        return {}
    asked = tuple(EncryptedData(data_tag=order_id, encrypted_data=cipher) for cipher in ciphers)
    reply = yield from conversation.send(BatchDecrypt(base_infos=asked, app_user_id=operator_id))
    for one in reply.data_info_list:
        if one.error_code:
            said = mask(one.error_msg, *ciphers)
            raise RequestRejected(
                f"{PLATFORM}: data.batchDecrypt refused a part of order {order_id} "
                f"(code {one.error_code}; it says {said!r}); there are few decryptions a day",
                platform=PLATFORM,
                code=str(one.error_code),
            )
    clear = {one.encrypted_data: one.decrypted_data for one in reply.data_info_list}
    if missing := len(ciphers.keys() - clear.keys()):
        raise RequestRejected(
            f"{PLATFORM}: data.batchDecrypt left out {missing} of {len(ciphers)} parts of order {order_id}",
            platform=PLATFORM,
        )
    return clear
