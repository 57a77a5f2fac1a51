"""Carriers (快递公司): one code of ours for each, and what the platforms call it.

``Parcel.carrier`` holds our code; an adapter asks `platform_code` before it ships, and `carrier_of` for what it reads.
Where the codes come from is written above the table, in ``platforms/_courier_table.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from privdomain.errors import ArgumentError, Unsupported, nearest
from privdomain.platforms._courier_table import PLATFORMS, ROWS

__all__ = ["CARRIERS", "Carrier", "carrier_of", "find_carrier", "guess_carrier", "our_code", "platform_code"]


@frozen(kw_only=True)
class Carrier:
    """One carrier.

    ``codes`` has, for each platform that is known to carry it, the platform's codes: the first is sent, the others
    are only read. ``waybill`` is a regular expression for the carrier's numbers, or empty where they have no form of
    their own; a number is never refused by it.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    waybill: str = ""
    codes: Mapping[str, tuple[str, ...]] = field(repr=False, hash=False)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(",")))


def _carrier(row: tuple[str, str, str, str, str, str, str, str]) -> Carrier:
    code, name, aliases, waybill, *cells = row
    codes = {platform: _split(cell) for platform, cell in zip(PLATFORMS, cells, strict=True) if cell}
    return Carrier(
        code=code, name=name, aliases=_split(aliases), waybill=waybill, codes=MappingProxyType(codes)
    )


CARRIERS: Mapping[str, Carrier] = MappingProxyType({row[0]: _carrier(row) for row in ROWS})
"""Every carrier by our code."""

_BY_NAME = {
    word.casefold(): carrier
    for carrier in CARRIERS.values()
    for word in (carrier.code, carrier.name, *carrier.aliases)
}
_BY_CODE = {
    (platform, code): carrier
    for carrier in CARRIERS.values()
    for platform, codes in carrier.codes.items()
    for code in codes
}


def find_carrier(carrier: str) -> Carrier:
    """The carrier of our code, its name or another name of it, whatever the case.

    ```python
    from privdomain.platforms.couriers import find_carrier

    assert find_carrier("顺丰") is find_carrier("sf")
    ```

    Raises:
        ArgumentError: for a name that is not known, with the nearest that is.
    """
    found = _BY_NAME.get(carrier.strip().casefold())
    if found is None:
        close = nearest(carrier.strip().casefold(), _BY_NAME)
        like = f"; did you mean {_BY_NAME[close].code!r} ({_BY_NAME[close].name})?" if close else ""
        raise ArgumentError(
            f"carrier={carrier!r} is no carrier that we know{like}; "
            "couriers.CARRIERS lists them, and Parcel.carrier_code takes the platform's own code of any other"
        )
    return found


def platform_code(carrier: str, *, platform: str) -> str:
    """What a platform calls a carrier; 快手's numbers come as text.

    ```python
    from privdomain.platforms.couriers import platform_code

    assert platform_code("sf", platform="douyin") == "shunfeng"
    assert platform_code("圆通", platform="kuaishou") == "6"
    ```

    Raises:
        ArgumentError: for a carrier or a platform that is not known, with the nearest that is.
        Unsupported: where no published list says what this platform calls it; ``Parcel.carrier_code`` says it.
    """
    _check(platform)
    found = find_carrier(carrier)
    if platform not in found.codes:
        raise Unsupported(
            f"what {platform} calls {found.code} ({found.name}) is in no published list; "
            "pass the platform's own code as Parcel.carrier_code"
        )
    return found.codes[platform][0]


def carrier_of(code: str, *, platform: str) -> Carrier | None:
    """The carrier that a platform means by its code, or None for one that is not known here.

    ```python
    from privdomain.platforms.couriers import carrier_of

    merged = carrier_of("1", platform="kuaishou")  # 百世快递, which 极兔 has taken over
    assert merged is not None and merged.code == "jt"
    assert carrier_of("OTHER", platform="wechat_shop") is None
    ```

    Raises:
        ArgumentError: for a platform that is not known.
    """
    _check(platform)
    return _BY_CODE.get((platform, code))


def our_code(code: str, *, platform: str) -> str:
    """Our code of the carrier that a platform means by its own, empty for one that is not known here.

    ```python
    from privdomain.platforms.couriers import our_code

    assert our_code("JTSD", platform="wechat_shop") == "jt"
    assert our_code("OTHER", platform="wechat_shop") == ""
    ```

    Raises:
        ArgumentError: for a platform that is not known.
    """
    found = carrier_of(code, platform=platform)
    return found.code if found else ""


def guess_carrier(waybill_id: str) -> Carrier | None:
    """The carrier whose numbers look like this one, or None where none or several do. A guess, for a form to offer.

    ```python
    from privdomain.platforms.couriers import guess_carrier

    guessed = guess_carrier("YT1234567890123")
    assert guessed is not None and guessed.code == "yto"
    assert guess_carrier("1234567890") is None
    ```
    """
    text = waybill_id.strip().upper()
    fitting = [one for one in CARRIERS.values() if one.waybill and re.fullmatch(one.waybill, text)]
    return fitting[0] if len(fitting) == 1 else None


def _check(platform: str) -> None:
    if platform not in PLATFORMS:
        close = nearest(platform, PLATFORMS)
        like = f"; did you mean {close!r}?" if close else ""
        raise ArgumentError(f"platform={platform!r}; expected one of {', '.join(PLATFORMS)}{like}")
