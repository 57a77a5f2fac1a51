"""Buyer data: decrypt, mask, encrypt, search. douyin.md A5.

The same name or number has another cipher in every order, so ciphers join nothing: join on ``doudian_open_id`` or on a
search index. Decryption is counted by shop and day, and is for one order at a time.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from privdomain.platforms._operation import Limits, Repeat
from privdomain.platforms._payload import OptionalId, Payload, Whole
from privdomain.platforms.douyin.operations._base import DouyinOperation, Part

__all__ = [
    "BatchDecrypt",
    "BatchEncrypt",
    "BatchMask",
    "Cipher",
    "DecryptReply",
    "Decrypted",
    "EncryptReply",
    "Encrypted",
    "IndexReply",
    "Indexed",
    "MaskReply",
    "Masked",
    "Plain",
    "PlainSearch",
    "SearchIndex",
]

_READ = "(read 2026-11-24)"
_MOST = 50


class Cipher(Part):
    """A cipher, and the order it belongs to."""

    auth_id: str = Field(min_length=1)
    cipher_text: str = Field(min_length=1)


class Decrypted(Payload):
    """One result: good if ``err_no`` is 0. A virtual number is ``phone_no_a`` with the extension ``phone_no_b``."""

    auth_id: OptionalId = ""
    cipher_text: str = ""
    decrypt_text: str = ""
    err_no: Whole = 0
    err_msg: str = ""
    data_type: Whole = 0
    is_virtual_tel: bool = False
    expire_time: Whole = 0
    phone_no_a: str = ""
    phone_no_b: str = ""


class DecryptReply(Payload):
    """The results, each with its own error."""

    decrypt_infos: tuple[Decrypted, ...] = ()


class BatchDecrypt(DouyinOperation[DecryptReply]):
    """Decrypt up to 50 texts of orders; counted by shop and day. ``account_id`` is who looks, by your own name."""

    path: ClassVar = "/order/batchDecrypt"
    page: ClassVar = f"op.jinritemai.com order.batchDecrypt, douyin.md A5 [S1 S6] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST)
    partial: ClassVar = frozenset({"isv.business-failed:300008"})
    cipher_infos: tuple[Cipher, ...] = Field(min_length=1, max_length=_MOST)
    account_id: str = Field(min_length=1)
    account_type: Literal["main_account", "sub_account"] = "main_account"


class Masked(Payload):
    """One result: good if ``err_no`` is 0."""

    auth_id: OptionalId = ""
    cipher_text: str = ""
    decrypt_text: str = ""
    err_no: Whole = 0
    err_msg: str = ""


class MaskReply(Payload):
    """The results, each with its own error."""

    decrypt_infos: tuple[Masked, ...] = ()


class BatchMask(DouyinOperation[MaskReply]):
    """Up to 50 ciphers as masked texts (脱敏), which costs nothing of the day's budget."""

    path: ClassVar = "/order/batchSensitive"
    page: ClassVar = f"op.jinritemai.com order.batchSensitive, douyin.md A5 [S1 S6] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST)
    partial: ClassVar = frozenset({"isv.business-failed:300008"})
    cipher_infos: tuple[Cipher, ...] = Field(min_length=1, max_length=_MOST)


class Plain(Part):
    """A text to encrypt: an address (1), a name (2) or a number (3)."""

    plain_text: str = Field(min_length=1, repr=False)
    auth_id: str = Field(min_length=1)
    is_support_index: bool = True
    sensitive_type: Literal[1, 2, 3]


class Encrypted(Payload):
    """One result: good if ``err_no`` is 0."""

    auth_id: OptionalId = ""
    cipher_text: str = ""
    decrypt_text: str = ""
    err_no: Whole = 0
    err_msg: str = ""


class EncryptReply(Payload):
    """The ciphers."""

    encrypt_infos: tuple[Encrypted, ...] = ()


class BatchEncrypt(DouyinOperation[EncryptReply]):
    """Encrypt texts of one's own, so that a database holds no plain ones."""

    path: ClassVar = "/order/batchEncrypt"
    page: ClassVar = f"op.jinritemai.com order.batchEncrypt, douyin.md A5 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST)
    partial: ClassVar = frozenset({"isv.business-failed:300008"})
    batch_encrypt_list: tuple[Plain, ...] = Field(min_length=1, max_length=_MOST)
    sensitive_scene: Literal["OrderCode", "AftersaleCode"] = "OrderCode"


class PlainSearch(Part):
    """A text to search for: an address (1), a name (2) or a number (3)."""

    plain_text: str = Field(min_length=1, repr=False)
    encrypt_type: Literal[1, 2, 3]


class Indexed(Payload):
    """One result; the same text has the same index in every order."""

    plain: str = ""
    search_index: str = ""
    err_code: Whole = 0
    err_msg: str = ""


class IndexReply(Payload):
    """The indexes."""

    plain_to_encrypt_index_list: tuple[Indexed, ...] = ()


class SearchIndex(DouyinOperation[IndexReply]):
    """The search indexes of up to 50 texts: what ciphers of the same text have in common."""

    path: ClassVar = "/order/BatchSearchIndex"
    page: ClassVar = f"op.jinritemai.com order.BatchSearchIndex, douyin.md A5 [S1 S6] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST)
    plain_text_list: tuple[PlainSearch, ...] = Field(min_length=1, max_length=_MOST)
