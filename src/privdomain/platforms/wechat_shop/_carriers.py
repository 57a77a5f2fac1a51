"""Our codes of carriers and the platform's ``delivery_id``, until `privdomain.platforms.couriers` has them for all.

Source: the list in deliverycompanylist_get_new.html (doc/store/shop/API/ewaybill), read 2026-11-24.
"""

from __future__ import annotations

from privdomain.errors import ArgumentError, nearest

__all__ = ["carrier_of", "delivery_id_of"]

_CODES = {
    "sf": "SF",
    "yto": "YTO",
    "zto": "ZTO",
    "zto_freight": "ZTOKY",
    "sto": "STO",
    "yunda": "YUNDA",
    "yunda_freight": "YDKY",
    "jt": "JTSD",
    "jd": "JD",
    "ems": "EMS",
    "db": "DBKD",
    "cainiao": "CNSD",
    "kye": "KYSY",
    "ane": "ANEKY",
    "best_freight": "BTWL",
    "yimidida": "YMDD",
    "sxjd": "SXJD",
    "zjs": "ZJS",
}
_OURS = {code: carrier for carrier, code in _CODES.items()}


def delivery_id_of(carrier: str) -> str:
    """The platform's code of a carrier; raises `ArgumentError` for one that is not known."""
    code = _CODES.get(carrier)
    if code is None:
        hint = nearest(carrier, _CODES)
        like = f"; did you mean {hint!r}?" if hint else ""
        raise ArgumentError(
            f"carrier={carrier!r} is no carrier that we know{like}; Parcel.carrier_code takes the platform's own code "
            "(ListCarriers lists them), and 'OTHER' for a carrier that it does not have"
        )
    return code


def carrier_of(delivery_id: str) -> str:
    """Our code of a carrier; empty where the platform names one that we do not know."""
    return _OURS.get(delivery_id, "")
