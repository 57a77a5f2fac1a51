"""The list of carriers: no two share a name or a code, and what is sent reads back as what was meant."""

import pytest

from privdomain.errors import ArgumentError, Unsupported
from privdomain.platforms.couriers import (
    CARRIERS,
    carrier_of,
    find_carrier,
    guess_carrier,
    platform_code,
)

PLATFORMS = ("wechat_shop", "douyin", "kuaishou", "xiaohongshu")
KNOWN = [(one.code, platform) for one in CARRIERS.values() for platform in one.codes]


def test_there_are_enough_and_every_platform_has_the_large_ones():
    large = {"sf", "yto", "zto", "sto", "yunda", "jt", "jd", "ems", "db"}

    assert len(CARRIERS) >= 25
    for platform in PLATFORMS:
        known = {code for code, named in KNOWN if named == platform}
        assert large <= known, platform


def test_no_name_and_no_code_means_two_carriers():
    words = [
        word
        for one in CARRIERS.values()
        for word in {text.casefold() for text in (one.code, one.name, *one.aliases)}
    ]
    codes = [
        (platform, code) for one in CARRIERS.values() for platform, them in one.codes.items() for code in them
    ]

    assert len(words) == len(set(words))
    assert len(codes) == len(set(codes))
    assert {platform for platform, _ in codes} == set(PLATFORMS)


@pytest.mark.parametrize(("code", "platform"), KNOWN)
def test_what_is_sent_reads_back(code, platform):
    sent = platform_code(code, platform=platform)

    assert carrier_of(sent, platform=platform) is CARRIERS[code]
    assert sent.isdigit() is (platform == "kuaishou")


@pytest.mark.parametrize(
    ("code", "platform", "expected"),
    [
        ("sf", "wechat_shop", "SF"),
        ("jt", "wechat_shop", "JTSD"),
        ("db", "wechat_shop", "DBKD"),
        ("cainiao", "wechat_shop", "CNSD"),
        ("sf", "kuaishou", "4"),
        ("yunda", "kuaishou", "11"),
        ("yunda_freight", "kuaishou", "7"),
        ("jsd", "kuaishou", "153"),
        ("yto", "douyin", "yuantong"),
        ("zto", "xiaohongshu", "zto"),
    ],
)
def test_codes_that_the_published_lists_say(code, platform, expected):
    assert platform_code(code, platform=platform) == expected


def test_codes_that_are_only_read():
    """快手 has merged 百世 into 极兔 and 圆通快运 into 圆通: their old numbers are read and never sent."""

    for old, code in (("1", "jt"), ("13", "yto"), ("17", "db")):
        found = carrier_of(old, platform="kuaishou")
        assert found is CARRIERS[code]
        assert platform_code(code, platform="kuaishou") != old


@pytest.mark.parametrize("name", ["sf", "SF", " 顺丰 ", "顺丰速运", "ShunFeng"])
def test_any_name_of_a_carrier_finds_it(name):
    assert find_carrier(name) is CARRIERS["sf"]


def test_what_no_list_confirms_is_said_with_the_way_out():
    with pytest.raises(Unsupported, match=r"xiaohongshu calls kye \(跨越速运\).*Parcel\.carrier_code"):
        platform_code("kye", platform="xiaohongshu")


@pytest.mark.parametrize(
    ("carrier", "platform", "told"),
    [
        ("yundaa", "douyin", "did you mean 'yunda'"),
        ("顺风速运", "douyin", "did you mean 'sf'"),
        ("qqqq", "douyin", "CARRIERS lists them"),
        ("sf", "kuaishuo", "did you mean 'kuaishou'"),
    ],
)
def test_a_misspelling_is_told_with_the_nearest(carrier, platform, told):
    with pytest.raises(ArgumentError, match=told):
        platform_code(carrier, platform=platform)


def test_an_unknown_platform_is_no_unknown_carrier():
    with pytest.raises(ArgumentError, match="expected one of"):
        carrier_of("SF", platform="taobao")


@pytest.mark.parametrize(
    ("waybill", "code"),
    [
        ("SF1234567890123", "sf"),
        ("sf1234567890123", "sf"),
        ("YT1234567890123", "yto"),
        ("JT0123456789012", "jt"),
        ("EA123456789CN", "ems"),
        ("773123456789012", None),
        ("", None),
    ],
)
def test_a_waybill_of_one_form_is_guessed(waybill, code):
    found = guess_carrier(waybill)

    assert (found.code if found else None) == code
