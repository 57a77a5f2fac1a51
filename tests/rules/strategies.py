"""Random rules and random rows over one small schema, chosen to lie on the edges where engines differ."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from privdomain.rules import Op, Rule, field
from privdomain.rules._ast import Test, conjunction, constant, disjunction, negation

SHANGHAI = ZoneInfo("Asia/Shanghai")

INTS = [
    0,
    1,
    -1,
    7,
    2**53 - 1,
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    2**62,
    -(2**62),
    2**62 + 1,
    2**63 - 1,
    -(2**63),
]
FLOATS = [
    0.0,
    -0.0,
    0.1,
    1.0,
    1.5,
    -2.5,
    7.0,
    2.0**53,
    2.0**53 + 2,
    2.0**62,
    2.0**63,
    -(2.0**63),
    1e300,
    -1e300,
    5e-324,
]
STRINGS = [
    "",
    "a",
    "A",
    "a%b",
    "a_b",
    "axb",
    "%",
    "_",
    "上海",
    "上海市",
    "é",
    "e\u0301",
    "😀",
    "😀x",
    "\uffff",
    "tab\t\"'`\\",
    "1",
]
DAYS = [date(1969, 12, 31), date(1970, 1, 1), date(2024, 2, 29), date(2026, 11, 10), date(2026, 11, 11)]
_NOON = datetime(2026, 11, 11, 12, 0, 0, 123456, tzinfo=UTC)
MOMENTS = [
    _NOON,
    _NOON + timedelta(microseconds=1),
    _NOON.astimezone(SHANGHAI),
    _NOON.astimezone(timezone(timedelta(hours=-7))) + timedelta(days=1),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 11, 11, tzinfo=SHANGHAI),
]

ODD = "点.`名 \\ x"
FIELDS = {
    "n": "int",
    "x": "float",
    "s": "string",
    "flag": "bool",
    "day": "date",
    "at": "instant",
    ODD: "int",
    "a.b": "string",
}
"""The schema: field names with their kinds, two of them names that no engine likes."""

_POOL = {
    "int": INTS,
    "float": [*FLOATS, math.inf, -math.inf, math.nan],
    "string": STRINGS,
    "bool": [True, False],
    "date": DAYS,
    "instant": MOMENTS,
}

rows = st.fixed_dictionaries(
    {name: st.none() | st.sampled_from(_POOL[kind]) for name, kind in FIELDS.items()}
)

_numbers = (
    st.sampled_from(INTS)
    | st.sampled_from(FLOATS)
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_literals = {
    "int": _numbers,
    "float": _numbers,
    "string": st.sampled_from(STRINGS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
    "bool": st.booleans(),
    "date": st.sampled_from(DAYS),
    "instant": st.sampled_from(MOMENTS),
}
_EQUAL = [Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.IS_MISSING, Op.IS_NOT_MISSING]
_ORDER = [Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.NOT_BETWEEN]
_TEXTS = [Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS_WITH, Op.NOT_STARTS_WITH, Op.ENDS_WITH, Op.NOT_ENDS_WITH]


@st.composite
def one_test(draw, fields):
    """One test of one of the fields."""
    name = draw(st.sampled_from(sorted(fields)))
    kind = fields[name]
    op = draw(
        st.sampled_from(_EQUAL if kind == "bool" else _EQUAL + _ORDER + (_TEXTS if kind == "string" else []))
    )
    value = _literals[kind]
    if op in (Op.IS_MISSING, Op.IS_NOT_MISSING):
        given = []
    elif op in (Op.IN, Op.NOT_IN):
        given = draw(st.lists(value, min_size=1, max_size=4))
    elif op in (Op.BETWEEN, Op.NOT_BETWEEN):
        given = sorted([draw(value), draw(value)])
    else:
        given = [draw(value)]
    return Test(name, op, tuple(map(constant, given)))


def _deeper(nodes):
    several = st.lists(nodes, min_size=2, max_size=4)
    return several.map(conjunction) | several.map(disjunction) | nodes.map(negation)


nodes = st.recursive(one_test(FIELDS), _deeper, max_leaves=8)
rules = nodes.map(Rule)


def in_python(node):
    """The same rule written by the Python form."""
    if isinstance(node, Test):
        subject, given = field(node.field), [one.value for one in node.constants]
        method = {
            Op.EQ: subject.__eq__, Op.NE: subject.__ne__, Op.LT: subject.__lt__, Op.LE: subject.__le__,
            Op.GT: subject.__gt__, Op.GE: subject.__ge__, Op.BETWEEN: subject.between, Op.NOT_BETWEEN: subject.not_between,
            Op.CONTAINS: subject.contains, Op.NOT_CONTAINS: subject.not_contains, Op.STARTS_WITH: subject.starts_with,
            Op.NOT_STARTS_WITH: subject.not_starts_with, Op.ENDS_WITH: subject.ends_with,
            Op.NOT_ENDS_WITH: subject.not_ends_with, Op.IS_MISSING: subject.is_missing,
            Op.IS_NOT_MISSING: subject.is_not_missing,
        }.get(node.op)  # fmt: skip
        if method is not None:
            return method(*given)
        return subject.is_in(given) if node.op is Op.IN else subject.not_in(given)
    if hasattr(node, "clause"):
        return ~in_python(node.clause)
    first, *rest = map(in_python, node.clauses)
    for one in rest:
        first = first & one if type(node).__name__ == "And" else first | one
    return first
