"""A receiver in clear: which ciphers of an order are asked for, and what is made of the answers. douyin.md A5.

Every cipher has its own answer. What was refused stays as the platform masks it, and the log says so without naming
anybody; only when nothing could be read is it an error.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from privdomain.errors import PermissionDenied, RequestRejected
from privdomain.models import Order, Receiver
from privdomain.platforms.douyin._values import PLATFORM
from privdomain.platforms.douyin.operations import Cipher, DecryptReply
from privdomain.platforms.douyin.payloads import OrderPayload

__all__ = ["receiver_of", "requests_of"]

logger = logging.getLogger(__name__)


def requests_of(order: OrderPayload) -> dict[str, Cipher]:
    """The ciphers of an order by what they hold.

    Raises:
        PermissionDenied: for an order that shows none: the app lacks the permission for buyers.
    """
    ciphers = {
        "name": order.encrypt_post_receiver,
        "phone": order.encrypt_post_tel,
        "address": order.post_addr.encrypt_detail,
    }
    found = {
        what: Cipher(auth_id=order.order_id, cipher_text=cipher) for what, cipher in ciphers.items() if cipher
    }
    if not found:
        raise PermissionDenied(
            f"{PLATFORM}: order {order.order_id} has nothing that could be decrypted; the app lacks the permission "
            "for buyers' data, or the order has no receiver",
            platform=PLATFORM,
        )
    return found


def receiver_of(reply: DecryptReply, wanted: Mapping[str, Cipher], *, order: Order) -> Receiver:
    """The receiver with everything that could be read.

    Raises:
        RequestRejected: where nothing could be read, with the first refusal.
    """
    clear: dict[str, str] = {}
    refused: dict[str, tuple[int, str]] = {}
    by_cipher = {info.cipher_text: info for info in reply.decrypt_infos}
    for what, cipher in wanted.items():
        info = by_cipher.get(cipher.cipher_text)
        if info is None:
            refused[what] = (-1, "no answer")
        elif info.err_no or not info.decrypt_text:
            refused[what] = (info.err_no, info.err_msg)
        else:
            clear[what] = info.decrypt_text
    if not clear:
        code, said = next(iter(refused.values()))
        raise RequestRejected(
            f"{PLATFORM}: nothing of the receiver of order {order.order_id} was decrypted (error {code}: {said[:80]})",
            platform=PLATFORM,
            sub_code=str(code),
        )
    for what, (code, _) in refused.items():
        logger.warning(
            "%s order %s: the %s was not decrypted (error %s)", PLATFORM, order.order_id, what, code
        )
    masked = order.receiver or Receiver()
    return masked.model_copy(update=_with_street(clear, order))


def _with_street(clear: Mapping[str, str], order: Order) -> dict[str, str]:
    """The decrypted detail behind its street, as the masked one stands behind it."""
    update = dict(clear)
    post = order.raw.get("post_addr")
    street = post.get("street") if isinstance(post, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    name = street.get("name") if isinstance(street, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if "address" in update and isinstance(name, str):
        update["address"] = f"{name}{update['address']}"
    return update
