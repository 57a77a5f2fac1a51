"""Time as commerce needs it: periods, working days, festivals, business time, clocks.

Nothing here reads a clock but `SystemClock`; now is an argument. Zones default to Asia/Shanghai.
"""

from privdomain.calendar.business_time import BusinessHours
from privdomain.calendar.clocks import Clock, FixedClock, ManualClock, SystemClock
from privdomain.calendar.dated import Dated
from privdomain.calendar.festivals import (
    Festival,
    FestivalKind,
    Windows,
    festival,
    festival_names,
    festivals,
)
from privdomain.calendar.lunar import (
    FIRST_LUNAR_YEAR,
    LAST_LUNAR_YEAR,
    LunarDate,
    MissingDay,
    MissingLeap,
    leap_month,
    lunar_anniversary,
    lunar_month_days,
)
from privdomain.calendar.months import RoundUp, add_months, round_up_day, usable_through, usable_until
from privdomain.calendar.notices import Notice, NoticeDay
from privdomain.calendar.opening import DayHours, OpenHours
from privdomain.calendar.periods import Period
from privdomain.calendar.workdays import (
    CHINA,
    DaySource,
    DayStatus,
    NoticeTable,
    OnUnknown,
    WorkdayCalendar,
    china_notices,
)
from privdomain.calendar.zones import BUSINESS_ZONE, Zone, at_local, day_start, find_zone, local_date

__all__ = [
    "BUSINESS_ZONE",
    "CHINA",
    "FIRST_LUNAR_YEAR",
    "LAST_LUNAR_YEAR",
    "BusinessHours",
    "Clock",
    "Dated",
    "DayHours",
    "DaySource",
    "DayStatus",
    "Festival",
    "FestivalKind",
    "FixedClock",
    "LunarDate",
    "ManualClock",
    "MissingDay",
    "MissingLeap",
    "Notice",
    "NoticeDay",
    "NoticeTable",
    "OnUnknown",
    "OpenHours",
    "Period",
    "RoundUp",
    "SystemClock",
    "Windows",
    "WorkdayCalendar",
    "Zone",
    "add_months",
    "at_local",
    "china_notices",
    "day_start",
    "festival",
    "festival_names",
    "festivals",
    "find_zone",
    "leap_month",
    "local_date",
    "lunar_anniversary",
    "lunar_month_days",
    "round_up_day",
    "usable_through",
    "usable_until",
]
