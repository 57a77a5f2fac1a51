"""Encrypted buyer data: another cipher in every order, one search index for every text. douyin.md A5."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from privdomain.sandbox._aes import decrypt_cbc, encrypt_cbc
from privdomain.sandbox.douyin._fields import Fields
from privdomain.sandbox.douyin._words import Refusal

__all__ = ["CipherDesk", "masked"]

_MOST = 50
_CHINA_OFFSET_S = 8 * 3600
_FORM = re.compile(r"#([A-Za-z0-9+/=]{24})#([A-Za-z0-9+/=]+)#1##")


def masked(text: str) -> str:
    """The first and last two letters, stars between them."""
    return (
        text[0] + "*" * (len(text) - 1) if len(text) < 5 else f"{text[:2]}{'*' * (len(text) - 4)}{text[-2:]}"
    )


class CipherDesk:
    """Encrypts and decrypts for one shop; ``budget`` is how many texts it decrypts in a day of Beijing."""

    def __init__(self, secret: str, *, shop_id: str, budget: int, knows: Callable[[str], bool]) -> None:
        self._key = hashlib.sha256(f"{secret}/{shop_id}".encode()).digest()
        self._budget, self._knows = budget, knows
        self._spent: Counter[int] = Counter()
        self.decrypted: Counter[str] = Counter()
        """How many texts were decrypted, by operator."""

    def index(self, text: str) -> str:
        """The search index of a text."""
        return base64.b64encode(hmac.digest(self._key, text.encode(), "sha256")[:18]).decode()

    def cipher(self, text: str, *, auth_id: str) -> str:
        """The cipher of a text in one order."""
        vector = hashlib.sha256(f"{auth_id}/{text}".encode()).digest()[:16]
        content = text.encode()
        space = 16 - len(content) % 16
        body = vector + encrypt_cbc(content + bytes([space]) * space, key=self._key, iv=vector)
        return f"#{self.index(text)}#{base64.b64encode(body).decode()}#1##"

    def _plain(self, cipher: str) -> str | None:
        found = _FORM.fullmatch(cipher)
        if found is None:
            return None
        body = base64.b64decode(found[2])
        content = decrypt_cbc(body[16:], key=self._key, iv=body[:16])
        text = content[: -content[-1]].decode(errors="replace")
        return text if hmac.compare_digest(self.index(text), found[1]) else None

    def decrypt(self, fields: Fields, *, at: float) -> dict[str, Any]:
        """``order.batchDecrypt``: each text by itself, until the day's budget is spent."""
        operator = fields.text("account_id")
        fields.text("account_type")
        day = int((at + _CHINA_OFFSET_S) // 86_400)
        infos = [self._decrypted(part, operator, day) for part in fields.parts("cipher_infos", most=_MOST)]
        failed = sum(1 for info in infos if info["err_no"])
        data = {"decrypt_infos": infos, "custom_err": {"err_code": 0, "err_msg": ""}}
        if failed == len(infos):
            raise Refusal("isv.business-failed:300003", str(infos[0]["err_msg"]), data)
        if failed:
            raise Refusal("isv.business-failed:300008", f"{failed}", data)
        return data

    def _decrypted(self, part: Fields, operator: str, day: int) -> dict[str, Any]:
        auth_id, cipher = part.text("auth_id"), part.text("cipher_text")
        info = {"auth_id": auth_id, "cipher_text": cipher, "decrypt_text": "", "err_no": 0, "err_msg": ""}
        info |= {
            "data_type": 0,
            "is_virtual_tel": False,
            "expire_time": 0,
            "phone_no_a": "",
            "phone_no_b": "",
        }
        text = self._plain(cipher) if self._knows(auth_id) else None
        if text is None:
            return info | {"err_no": 300002, "err_msg": "密文不合法"}
        if self._spent[day] >= self._budget:
            return info | {"err_no": 300010, "err_msg": "当日解密额度已用完"}
        self._spent[day] += 1
        self.decrypted[operator] += 1
        return info | {"decrypt_text": text}

    def mask(self, fields: Fields) -> dict[str, Any]:
        """``order.batchSensitive``."""
        infos: list[dict[str, Any]] = []
        for part in fields.parts("cipher_infos", most=_MOST):
            text = self._plain(part.text("cipher_text"))
            info = {"auth_id": part.text("auth_id"), "cipher_text": part.text("cipher_text"), "err_no": 0}
            infos.append(info | {"decrypt_text": masked(text)} if text else info | {"err_no": 300002})
        return {"decrypt_infos": infos}

    def encrypt(self, fields: Fields) -> dict[str, Any]:
        """``order.batchEncrypt``."""
        infos = [
            {
                "auth_id": part.text("auth_id"),
                "cipher_text": self.cipher(part.text("plain_text"), auth_id=part.text("auth_id")),
                "err_no": 0,
                "err_msg": "",
            }
            for part in fields.parts("batch_encrypt_list", most=_MOST)
        ]
        return {"encrypt_infos": infos}

    def search(self, fields: Fields) -> dict[str, Any]:
        """``order.BatchSearchIndex``."""
        infos = [
            {
                "plain": part.text("plain_text"),
                "search_index": self.index(part.text("plain_text")),
                "err_code": 0,
                "err_msg": "",
            }
            for part in fields.parts("plain_text_list", most=_MOST)
        ]
        return {"plain_to_encrypt_index_list": infos}
