"""Carriers as 小红书 codes them: the few whose code is known, until a shop's own list is asked for.

A shop's full list is ``common.getExpressCompanyList``; ``Parcel.carrier_code`` sends any code of it.
"""

from __future__ import annotations

from privdomain.errors import ArgumentError
from privdomain.models import Parcel

__all__ = ["carrier_code", "our_carrier"]

_CODES = {
    "sf": "SF",
    "yto": "yuantong",
    "zto": "zto",
    "sto": "shentong",
    "yunda": "yunda",
    "jt": "jtexpress",
    "jd": "jd",
    "ems": "ems",
    "china_post": "youzhengguonei",
    "db": "debangwuliu",
}
_OURS = {code: ours for ours, code in _CODES.items()}


def carrier_code(parcel: Parcel) -> str:
    """The platform's code of the parcel's carrier.

    Raises:
        ArgumentError: where neither of the two codes is known.
    """
    code = parcel.carrier_code or _CODES.get(parcel.carrier, "")
    if not code:
        raise ArgumentError(
            f"carrier={parcel.carrier!r} has no known code at xiaohongshu; pass the platform's own as "
            "Parcel.carrier_code (GetExpressCompanyList lists them)"
        )
    return code


def our_carrier(code: str) -> str:
    """Our code of a carrier that the platform names, empty for one that is not known here."""
    return _OURS.get(code, "")
