"""What the scores are called: eleven English segment names and the eight classes of RFM 八分类.

Names are data here, so that a report, a tag rule and a test read the same ones; ``RFM`` writes the values of these
enumerations into its columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["SEGMENT_GRID", "SEGMENT_RANGES", "RFMSegment", "ValueClass", "name_in_grid", "name_in_ranges"]


class RFMSegment(StrEnum):
    """The eleven segment names of western tools; a member's value is what stands in the column ``segment``.

    ```python
    from privdomain.customers.segmentation import RFMSegment

    assert RFMSegment.AT_RISK == "At risk" and RFMSegment.AT_RISK.chinese == "流失预警客户"
    ```
    """

    CHAMPIONS = "Champions"
    LOYAL = "Loyal customers"
    POTENTIAL_LOYALISTS = "Potential loyalists"
    NEW = "New customers"
    PROMISING = "Promising"
    NEEDS_ATTENTION = "Needs attention"
    ABOUT_TO_SLEEP = "About to sleep"
    AT_RISK = "At risk"
    CANT_LOSE = "Can't lose them"
    HIBERNATING = "Hibernating"
    LOST = "Lost"

    @property
    def chinese(self) -> str:
        """The name for a Chinese page."""
        return _CHINESE[self]


_CHINESE: Final = {
    RFMSegment.CHAMPIONS: "冠军客户",
    RFMSegment.LOYAL: "忠诚客户",
    RFMSegment.POTENTIAL_LOYALISTS: "潜在忠诚客户",
    RFMSegment.NEW: "新客户",
    RFMSegment.PROMISING: "有希望客户",
    RFMSegment.NEEDS_ATTENTION: "需要关注客户",
    RFMSegment.ABOUT_TO_SLEEP: "即将沉睡客户",
    RFMSegment.AT_RISK: "流失预警客户",
    RFMSegment.CANT_LOSE: "不能流失客户",
    RFMSegment.HIBERNATING: "沉睡客户",
    RFMSegment.LOST: "已流失客户",
}

_ROWS: Final = {
    5: (
        RFMSegment.NEW,
        RFMSegment.POTENTIAL_LOYALISTS,
        RFMSegment.POTENTIAL_LOYALISTS,
        RFMSegment.CHAMPIONS,
        RFMSegment.CHAMPIONS,
    ),
    4: (
        RFMSegment.PROMISING,
        RFMSegment.POTENTIAL_LOYALISTS,
        RFMSegment.POTENTIAL_LOYALISTS,
        RFMSegment.LOYAL,
        RFMSegment.LOYAL,
    ),
    3: (
        RFMSegment.ABOUT_TO_SLEEP,
        RFMSegment.ABOUT_TO_SLEEP,
        RFMSegment.NEEDS_ATTENTION,
        RFMSegment.LOYAL,
        RFMSegment.LOYAL,
    ),
    2: (
        RFMSegment.HIBERNATING,
        RFMSegment.HIBERNATING,
        RFMSegment.AT_RISK,
        RFMSegment.AT_RISK,
        RFMSegment.CANT_LOSE,
    ),
}

SEGMENT_GRID: Final[Mapping[tuple[int, int], RFMSegment]] = MappingProxyType(
    {(r, f): _ROWS[max(r, 2)][f - 1] for r in range(5, 0, -1) for f in range(1, 6)}
)
"""The usual partition: every pair of scores (R, F) has one of ten names. ``LOST`` is not among them."""

SEGMENT_RANGES: Final[tuple[tuple[RFMSegment, tuple[int, int], tuple[int, int]], ...]] = (
    (RFMSegment.CHAMPIONS, (4, 5), (4, 5)),
    (RFMSegment.CANT_LOSE, (0, 1), (4, 5)),
    (RFMSegment.HIBERNATING, (1, 2), (1, 2)),
    (RFMSegment.LOYAL, (2, 5), (3, 5)),
    (RFMSegment.POTENTIAL_LOYALISTS, (3, 5), (1, 3)),
    (RFMSegment.NEW, (4, 5), (0, 1)),
    (RFMSegment.PROMISING, (3, 4), (0, 1)),
    (RFMSegment.NEEDS_ATTENTION, (2, 3), (2, 3)),
    (RFMSegment.ABOUT_TO_SLEEP, (2, 3), (0, 2)),
    (RFMSegment.AT_RISK, (0, 2), (2, 5)),
    (RFMSegment.LOST, (0, 2), (0, 2)),
)
"""The widely copied table of ranges of R and of FM (the mean of the F and M scores), in the order it is asked.

A range is read as *above* its first number and *up to* its second. So read, the eleven boxes leave no pair out, and
overlap only where one lies inside another: Champions in Loyal, Can't lose in At risk, Hibernating in Lost. The three
inner boxes are asked first; the order of the rest changes nothing. Read with both ends included, the table would
give Hibernating and Lost the same box (scores begin at 1), and one of the names could never occur.
"""


class ValueClass(StrEnum):
    """The eight classes of RFM 八分类, each axis cut in two; the value is what stands in ``value_class``.

    ```python
    from privdomain.customers.segmentation import ValueClass

    assert ValueClass.of(r_high=False, f_high=True, m_high=True) is ValueClass.IMPORTANT_KEEP
    assert ValueClass.IMPORTANT_KEEP == "重要保持客户"
    assert ValueClass.IMPORTANT_KEEP.english == "Important, keep"
    assert "重要唤回客户" in ValueClass.IMPORTANT_KEEP.other_names
    ```
    """

    IMPORTANT_VALUE = "重要价值客户"
    IMPORTANT_KEEP = "重要保持客户"
    IMPORTANT_DEVELOP = "重要发展客户"
    IMPORTANT_RETAIN = "重要挽留客户"
    GENERAL_VALUE = "一般价值客户"
    GENERAL_KEEP = "一般保持客户"
    GENERAL_DEVELOP = "一般发展客户"
    GENERAL_RETAIN = "一般挽留客户"

    @classmethod
    def of(cls, *, r_high: bool, f_high: bool, m_high: bool) -> ValueClass:
        """The class of three halves; a high R means bought recently."""
        return _BY_HALVES[r_high, f_high, m_high]

    @property
    def halves(self) -> tuple[bool, bool, bool]:
        """(R, F, M): True where the class is the high half."""
        return _HALVES[self]

    @property
    def english(self) -> str:
        """The class in English words."""
        return _ENGLISH[self]

    @property
    def other_names(self) -> tuple[str, ...]:
        """Names that other tools use for the same class."""
        return _OTHER_NAMES.get(self, ())

    @property
    def action(self) -> str:
        """What is usually done with these customers."""
        return _ACTIONS[self]


_BY_HALVES: Final = {
    (True, True, True): ValueClass.IMPORTANT_VALUE,
    (False, True, True): ValueClass.IMPORTANT_KEEP,
    (True, False, True): ValueClass.IMPORTANT_DEVELOP,
    (False, False, True): ValueClass.IMPORTANT_RETAIN,
    (True, True, False): ValueClass.GENERAL_VALUE,
    (False, True, False): ValueClass.GENERAL_KEEP,
    (True, False, False): ValueClass.GENERAL_DEVELOP,
    (False, False, False): ValueClass.GENERAL_RETAIN,
}
_HALVES: Final = {name: halves for halves, name in _BY_HALVES.items()}
_ENGLISH: Final = {
    ValueClass.IMPORTANT_VALUE: "Important, value",
    ValueClass.IMPORTANT_KEEP: "Important, keep",
    ValueClass.IMPORTANT_DEVELOP: "Important, develop",
    ValueClass.IMPORTANT_RETAIN: "Important, win back",
    ValueClass.GENERAL_VALUE: "General, value",
    ValueClass.GENERAL_KEEP: "General, keep",
    ValueClass.GENERAL_DEVELOP: "General, develop",
    ValueClass.GENERAL_RETAIN: "General, win back",
}
_OTHER_NAMES: Final = {
    ValueClass.IMPORTANT_VALUE: ("核心用户",),
    ValueClass.IMPORTANT_KEEP: ("重要唤回客户",),
    ValueClass.IMPORTANT_DEVELOP: ("重要深耕客户",),
    ValueClass.GENERAL_VALUE: ("潜力客户",),
    ValueClass.GENERAL_KEEP: ("一般维持客户",),
    ValueClass.GENERAL_DEVELOP: ("新客户",),
    ValueClass.GENERAL_RETAIN: ("流失客户",),
}
_ACTIONS: Final = {
    ValueClass.IMPORTANT_VALUE: "keep: VIP service",
    ValueClass.IMPORTANT_KEEP: "call back: contact actively",
    ValueClass.IMPORTANT_DEVELOP: "raise frequency",
    ValueClass.IMPORTANT_RETAIN: "win back",
    ValueClass.GENERAL_VALUE: "raise basket value",
    ValueClass.GENERAL_KEEP: "contact when cheap",
    ValueClass.GENERAL_DEVELOP: "second purchase",
    ValueClass.GENERAL_RETAIN: "low effort",
}


def name_in_grid(r_score: int, f_score: int) -> RFMSegment:
    """The name of one pair of scores by `SEGMENT_GRID`."""
    return SEGMENT_GRID[r_score, f_score]


def name_in_ranges(r_score: int, f_score: int, m_score: int) -> RFMSegment:
    """The name of one triple of scores by `SEGMENT_RANGES`."""
    twice_fm = f_score + m_score
    return next(
        name
        for name, (r_above, r_to), (fm_above, fm_to) in SEGMENT_RANGES
        if r_above < r_score <= r_to and 2 * fm_above < twice_fm <= 2 * fm_to
    )
