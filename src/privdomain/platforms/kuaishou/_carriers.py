"""The platform's numbers of the carriers that ship most parcels, until the house's own list has them.

Source: 物流公司编号 (`expressCode`), copy in github AndersonBY/kwaixiaodian-python-sdk@35db9e1 (K1).
"""

from __future__ import annotations

from collections.abc import Mapping

from privdomain.errors import ArgumentError, nearest

__all__ = ["carrier_of", "express_code"]

_CODES: Mapping[str, int] = {
    "ems": 2,
    "sto": 3,
    "sf": 4,
    "yto": 6,
    "postb": 8,
    "zto": 9,
    "zjs": 10,
    "yunda": 11,
    "jd": 14,
    "uc": 15,
    "deppon": 53,
    "jtexpress": 109,
    "cainiao": 113,
}
_BY_CODE = {str(number): carrier for carrier, number in _CODES.items()}


def express_code(carrier: str, *, platform_code: str = "") -> int:
    """The platform's number of a carrier: ``platform_code`` where the caller has it, else of our own code.

    Raises:
        ArgumentError: for a carrier that is not on the list, and for a ``platform_code`` that is no number.
    """
    if platform_code:
        if not (platform_code.isascii() and platform_code.isdigit()):
            raise ArgumentError(
                f"carrier_code={platform_code!r}; 快手 numbers its carriers (expressCode): 4 is 顺丰, 6 圆通"
            )
        return int(platform_code)
    if carrier not in _CODES:
        hint = nearest(carrier, _CODES)
        like = f"; did you mean {hint!r}?" if hint else f" (known: {', '.join(sorted(_CODES))})"
        raise ArgumentError(
            f"carrier={carrier!r} has no known number at 快手{like}; or give the number as Parcel.carrier_code"
        )
    return _CODES[carrier]


def carrier_of(code: str) -> str:
    """Our code of one of the platform's numbers; empty for one that is not on the list."""
    return _BY_CODE.get(code, "")
