"""What the buyer-data APIs answer: a result for every entry, beside ``data`` and not in it. kuaishou.md §5.6"""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import OptionalId, Whole
from privdomain.platforms.kuaishou._fields import KuaishouPayload

__all__ = [
    "Decrypted",
    "DecryptedReply",
    "Desensitised",
    "DesensitisedReply",
    "Encrypted",
    "EncryptedReply",
    "Indexed",
    "IndexedReply",
]


class _Entry(KuaishouPayload):
    """``error_code`` 1 is success."""

    biz_id: OptionalId = ""
    error_code: Whole = 0
    error_msg: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether this entry has its answer."""
        return self.error_code == 1


class Decrypted(_Entry):
    """One cipher in clear."""

    encrypted_data: str = ""
    decrypted_data: str = ""


class DecryptedReply(KuaishouPayload):
    """The answer of open.order.decrypt.batch."""

    batch_decrypt_result_list: tuple[Decrypted, ...] = ()


class Desensitised(_Entry):
    """One cipher, masked."""

    encrypted_data: str = ""
    desensitised_data: str = ""


class DesensitisedReply(KuaishouPayload):
    """The answer of open.order.desensitise.batch."""

    batch_desensitise_result_list: tuple[Desensitised, ...] = ()


class Encrypted(_Entry):
    """One text, encrypted."""

    decrypted_data: str = ""
    encrypted_data: str = ""


class EncryptedReply(KuaishouPayload):
    """The answer of open.order.encrypt.batch."""

    batch_encrypt_result_list: tuple[Encrypted, ...] = ()


class Indexed(KuaishouPayload):
    """The search index of one text: the same for the same text, whatever its ciphers."""

    plain_text: str = Field(default="", repr=False)
    search_index: str = ""
    error_code: Whole = 0
    error_msg: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether this entry has its answer."""
        return self.error_code == 1


class IndexedReply(KuaishouPayload):
    """The answer of open.order.search.index.batch."""

    index_result_list: tuple[Indexed, ...] = ()
