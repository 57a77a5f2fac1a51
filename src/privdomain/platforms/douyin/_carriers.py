"""What 抖店 calls the carriers that most shops use; `order.logisticsCompanyList` has them all."""

from __future__ import annotations

from privdomain.errors import ArgumentError, nearest

__all__ = ["carrier_of", "platform_code"]

_CODES = {
    "sf": "shunfeng",
    "yto": "yuantong",
    "zto": "zhongtong",
    "sto": "shentong",
    "yunda": "yunda",
    "jt": "jtexpress",
    "jd": "jd",
    "ems": "ems",
    "china_post": "youzhengguonei",
    "db": "debangwuliu",
    "cainiao": "danniao",
}
_OURS = {theirs: ours for ours, theirs in _CODES.items()}


def platform_code(carrier: str) -> str:
    """The platform's code of one of our carriers."""
    if carrier not in _CODES:
        close = nearest(carrier, _CODES)
        like = f"; did you mean {close!r}?" if close else ""
        raise ArgumentError(
            f"carrier={carrier!r} has no code of 抖店 here{like}; pass the platform's own code as Parcel.carrier_code"
        )
    return _CODES[carrier]


def carrier_of(code: str) -> str:
    """Our carrier of a code of the platform's, empty for one that we do not know."""
    return _OURS.get(code, "")
