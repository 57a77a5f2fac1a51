"""Operations on encrypted buyer data. kuaishou.md §5.6

Up to 100 entries at once, a result for each. Decryption is counted by seller and day, one order once; it is for one
order on a person's click, not for lists, and not after 14 days from the completion.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Limits, Repeat
from privdomain.platforms.kuaishou._fields import DOCS, KuaishouOperation, KuaishouPart
from privdomain.platforms.kuaishou.payloads._buyer_data import (
    DecryptedReply,
    DesensitisedReply,
    EncryptedReply,
    IndexedReply,
)

__all__ = [
    "CipherEntry",
    "DecryptBatch",
    "DesensitiseBatch",
    "EncryptBatch",
    "IndexBatch",
    "IndexEntry",
    "PlainEntry",
]

_MOST = 100


class CipherEntry(KuaishouPart):
    """A cipher and the order it is of."""

    encrypted_data: str = Field(min_length=1)
    biz_id: str


class PlainEntry(KuaishouPart):
    """A text to encrypt for an order; ``type`` 1 address, 2 name, 3 phone."""

    decrypted_data: str = Field(repr=False)
    biz_id: str
    type: int = Field(ge=1, le=3)


class IndexEntry(KuaishouPart):
    """A text to look for; ``type`` 1 address, 2 name, 3 phone."""

    plain_text: str = Field(repr=False)
    type: int = Field(ge=1, le=3)


class DecryptBatch(KuaishouOperation[DecryptedReply]):
    """Ciphers in clear. 批量解密. What was decrypted once counts once."""

    path: ClassVar = "/open/order/decrypt/batch"
    page: ClassVar = DOCS.format("open.order.decrypt.batch")
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST, per_second=100)
    batch_decrypt_list: tuple[CipherEntry, ...] = Field(min_length=1, max_length=_MOST)


class DesensitiseBatch(KuaishouOperation[DesensitisedReply]):
    """Ciphers as masked texts. 批量脱敏"""

    path: ClassVar = "/open/order/desensitise/batch"
    page: ClassVar = DOCS.format("open.order.desensitise.batch")
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST)
    batch_desensitise_list: tuple[CipherEntry, ...] = Field(min_length=1, max_length=_MOST)


class EncryptBatch(KuaishouOperation[EncryptedReply]):
    """Texts as ciphers. 批量加密"""

    path: ClassVar = "/open/order/encrypt/batch"
    page: ClassVar = DOCS.format("open.order.encrypt.batch")
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST)
    batch_encrypt_list: tuple[PlainEntry, ...] = Field(min_length=1, max_length=_MOST)


class IndexBatch(KuaishouOperation[IndexedReply]):
    """The search indexes of texts: equal texts have equal ones, whatever their ciphers. 批量获取索引串"""

    path: ClassVar = "/open/order/search/index/batch"
    page: ClassVar = DOCS.format("open.order.search.index.batch")
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=_MOST)
    index_param_list: tuple[IndexEntry, ...] = Field(min_length=1, max_length=_MOST)
