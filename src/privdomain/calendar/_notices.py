"""The yearly notices of the State Council (国务院办公厅) on days off and make-up working days (调休), 2018 to 2026.

One entry a year: where it was published, then what it says. A day is ``MM-DD`` of the notice's own year unless a
year is written: a notice may set days of the December before. ``a..b`` are days off, ``+`` marks a day that is
worked (a weekend day, but for the amended 春节 of 2020). What is not listed follows the week. 2019 and 2020 were
amended by a second notice, which is already applied: 劳动节 2019 became four days, the 春节 of 2020 was extended.

A new year is published in October to December of the year before. To add one here, write its entry and let the
counts in the tests speak; a program need not wait for it, see `WorkdayCalendar.with_notice`.
"""

from __future__ import annotations

__all__ = ["CHINA_NOTICES"]

CHINA_NOTICES: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        2018,
        ("http://www.gov.cn/zhengce/zhengceku/2017-11/30/content_5243579.htm",),
        (
            "元旦 01-01",
            "春节 02-15..02-21 +02-11 +02-24",
            "清明节 04-05..04-07 +04-08",
            "劳动节 04-29..05-01 +04-28",
            "端午节 06-18",
            "中秋节 09-24",
            "国庆节 10-01..10-07 +09-29 +09-30",
        ),
    ),
    (
        2019,
        (
            "http://www.gov.cn/zhengce/zhengceku/2018-12/06/content_5346276.htm",
            "http://www.gov.cn/zhengce/zhengceku/2019-03/22/content_5375877.htm",
        ),
        (
            "元旦 2018-12-30..01-01 +2018-12-29",
            "春节 02-04..02-10 +02-02 +02-03",
            "清明节 04-05",
            "劳动节 05-01..05-04 +04-28 +05-05",
            "端午节 06-07",
            "中秋节 09-13",
            "国庆节 10-01..10-07 +09-29 +10-12",
        ),
    ),
    (
        2020,
        (
            "http://www.gov.cn/zhengce/zhengceku/2019-11/21/content_5454164.htm",
            "http://www.gov.cn/zhengce/zhengceku/2020-01/27/content_5472352.htm",
        ),
        (
            "元旦 01-01",
            "春节 01-24..02-02 +01-19 +02-03",
            "清明节 04-04..04-06",
            "劳动节 05-01..05-05 +04-26 +05-09",
            "端午节 06-25..06-27 +06-28",
            "国庆节、中秋节 10-01..10-08 +09-27 +10-10",
        ),
    ),
    (
        2021,
        ("http://www.gov.cn/zhengce/zhengceku/2020-11/25/content_5564127.htm",),
        (
            "元旦 01-01..01-03",
            "春节 02-11..02-17 +02-07 +02-20",
            "清明节 04-03..04-05",
            "劳动节 05-01..05-05 +04-25 +05-08",
            "端午节 06-12..06-14",
            "中秋节 09-19..09-21 +09-18",
            "国庆节 10-01..10-07 +09-26 +10-09",
        ),
    ),
    (
        2022,
        ("http://www.gov.cn/zhengce/zhengceku/2021-10/25/content_5644835.htm",),
        (
            "元旦 01-01..01-03",
            "春节 01-31..02-06 +01-29 +01-30",
            "清明节 04-03..04-05 +04-02",
            "劳动节 04-30..05-04 +04-24 +05-07",
            "端午节 06-03..06-05",
            "中秋节 09-10..09-12",
            "国庆节 10-01..10-07 +10-08 +10-09",
        ),
    ),
    (
        2023,
        ("http://www.gov.cn/zhengce/zhengceku/2022-12/08/content_5730844.htm",),
        (
            "元旦 2022-12-31..01-02",
            "春节 01-21..01-27 +01-28 +01-29",
            "清明节 04-05",
            "劳动节 04-29..05-03 +04-23 +05-06",
            "端午节 06-22..06-24 +06-25",
            "中秋节、国庆节 09-29..10-06 +10-07 +10-08",
        ),
    ),
    (
        2024,
        ("https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm",),
        (
            "元旦 01-01",
            "春节 02-10..02-17 +02-04 +02-18",
            "清明节 04-04..04-06 +04-07",
            "劳动节 05-01..05-05 +04-28 +05-11",
            "端午节 06-10",
            "中秋节 09-15..09-17 +09-14",
            "国庆节 10-01..10-07 +09-29 +10-12",
        ),
    ),
    (
        2025,
        ("https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm",),
        (
            "元旦 01-01",
            "春节 01-28..02-04 +01-26 +02-08",
            "清明节 04-04..04-06",
            "劳动节 05-01..05-05 +04-27",
            "端午节 05-31..06-02",
            "国庆节、中秋节 10-01..10-08 +09-28 +10-11",
        ),
    ),
    (
        2026,
        ("https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm",),
        (
            "元旦 01-01..01-03 +01-04",
            "春节 02-15..02-23 +02-14 +02-28",
            "清明节 04-04..04-06",
            "劳动节 05-01..05-05 +05-09",
            "端午节 06-19..06-21",
            "国庆节 10-01..10-07 +09-20 +10-10",
            "中秋节 09-25..09-27",
        ),
    ),
)
