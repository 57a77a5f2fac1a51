"""Buyers' names, numbers and addresses: encrypted by order, masked, indexed, decrypted on a budget. kuaishou.md §5.6

The platform says nothing of how its ciphers are made; these are ours. What it does say is kept: equal texts have
different ciphers in different orders and one index, and decrypting one order again is not counted again.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from attrs import frozen

__all__ = ["ADDRESS", "NAME", "PHONE", "BuyerData", "Cipher", "invented", "masked"]

ADDRESS, NAME, PHONE = 1, 2, 3
_CHECK = 4
_CHINA_OFFSET_S = 8 * 3600
_FAMILIES = "王李张刘陈杨黄赵吴周"


def invented(buyer_id: str) -> Mapping[int, str]:
    """Name, number and street of a buyer: always the same for the same id, and nobody's."""
    number = int.from_bytes(blake2b(buyer_id.encode(), digest_size=6).digest(), "big")
    return {
        NAME: f"{_FAMILIES[number % 10]}小{number % 97}",
        PHONE: f"199{number % 100_000_000:08d}",
        ADDRESS: f"文三路 {number % 900 + 1} 号",
    }


@frozen
class Cipher:
    """What one cipher says."""

    kind: int
    text: str


class BuyerData:
    """One seller's box of secrets; ``budget`` is how many orders may be decrypted in a day of Beijing."""

    def __init__(self, *, seller_id: str, budget: int) -> None:
        self._key = blake2b(f"buyers of {seller_id}".encode()).digest()
        self._budget = budget
        self._lock = threading.Lock()
        self._day = -1
        self._decrypted: set[str] = set()

    def encrypt(self, text: str, *, oid: str, kind: int) -> str:
        """The cipher of a text in one order."""
        plain = text.encode()
        check = blake2b(plain, key=self._key, digest_size=_CHECK).digest()
        body = self._xor(check + plain, oid=oid, kind=kind)
        return f"${base64.b64encode(body).decode()}${kind}$"

    def read(self, cipher: str, *, oid: str) -> Cipher | None:
        """What a cipher of an order says; None for anything else."""
        match cipher.split("$"):
            case ["", body, ("1" | "2" | "3") as kind, ""]:
                pass
            case _:
                return None
        try:
            opened = self._xor(base64.b64decode(body, validate=True), oid=oid, kind=int(kind))
            text = opened[_CHECK:].decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return None
        check = blake2b(text.encode(), key=self._key, digest_size=_CHECK).digest()
        return Cipher(int(kind), text) if check == opened[:_CHECK] else None

    def spend(self, oid: str, *, at: float) -> bool:
        """Count the decryption of an order; False when the day's budget is used up."""
        day = int((at + _CHINA_OFFSET_S) // 86_400)
        with self._lock:
            if day != self._day:
                self._day = day
                self._decrypted.clear()
            if oid not in self._decrypted and len(self._decrypted) >= self._budget:
                return False
            self._decrypted.add(oid)
            return True

    def spent(self) -> int:
        """How many orders have been decrypted today."""
        with self._lock:
            return len(self._decrypted)

    def index(self, text: str, *, kind: int) -> str:
        """The search index of a text."""
        digest = blake2b(f"{kind}:{text}".encode(), key=self._key, digest_size=15).digest()
        return base64.b64encode(digest).decode()

    def address(self, buyer_id: str, *, oid: str) -> dict[str, Any]:
        """``orderAddress`` of an order."""
        plain = invented(buyer_id)
        return {
            "encryptedConsignee": self.encrypt(plain[NAME], oid=oid, kind=NAME),
            "encryptedMobile": self.encrypt(plain[PHONE], oid=oid, kind=PHONE),
            "encryptedAddress": self.encrypt(plain[ADDRESS], oid=oid, kind=ADDRESS),
            "desensitiseConsignee": masked(plain[NAME], kind=NAME),
            "desensitiseMobile": masked(plain[PHONE], kind=PHONE),
            "desensitiseAddress": masked(plain[ADDRESS], kind=ADDRESS),
            "province": "浙江省",
            "provinceCode": 330000,
            "city": "杭州市",
            "cityCode": 330100,
            "district": "西湖区",
            "districtCode": 330106,
            "town": "",
        }

    def _xor(self, text: bytes, *, oid: str, kind: int) -> bytes:
        stream, block = b"", 0
        while len(stream) < len(text):
            stream += blake2b(f"{oid}/{kind}/{block}".encode(), key=self._key).digest()
            block += 1
        return bytes(one ^ other for one, other in zip(text, stream, strict=False))


def masked(text: str, *, kind: int) -> str:
    """A text as it is shown to everybody."""
    if kind == PHONE:
        return f"{text[:3]}****{text[-4:]}"
    return text[:1] + "*" * (len(text) - 1)
