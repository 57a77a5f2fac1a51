"""A hundred generated rules over a generated customer profile (seeded), written for every side of the race.

A rule is a list of clauses joined by and; a clause is a list of tests joined by or; a test is
``(negated, field, op, value)``. Only the standard library is imported here: peers read this too.
"""

from __future__ import annotations

import json
import random

CITIES = ["上海", "杭州", "北京", "广州", "成都", "武汉", "南京", "西安", "重庆", "苏州"]
CHANNELS = ["live", "search", "group", "friend", "ad", "store"]
TIERS = ["none", "silver", "gold", "black"]
TITLES = ["护肤 敏感肌", "母婴 奶粉", "零食 坚果", "美妆 口红 礼盒", "家清 洗衣液", "宠物 猫粮"]

STRINGS = {"city": CITIES, "channel": CHANNELS, "tier": TIERS, "interests": TITLES}
INTS = {
    "spend_365d_minor": 500_000, "spend_90d_minor": 150_000, "orders_365d": 40, "orders_90d": 12,
    "days_since_last_order": 365, "days_since_first_order": 1_500, "average_order_minor": 60_000, "points": 20_000,
    "age": 80, "messages_30d": 12,
}  # fmt: skip
FLOATS = {"refund_rate": 0.5, "discount_share": 1.0, "open_rate": 1.0, "price_index": 3.0}
BOOLS = ["is_member", "has_contact"]


def hundred_rules(seed=20261111, count=100):
    """Named rules in the neutral form."""
    random_ = random.Random(seed)
    return {
        f"rule_{number:03}": [_clause(random_) for _ in range(random_.randint(2, 4))]
        for number in range(count)
    }


def _clause(random_):
    return [_test(random_) for _ in range(random_.choice((1, 1, 1, 2)))]


def _test(random_):
    negated = random_.random() < 0.15
    kind = random_.choice(("int", "int", "int", "string", "string", "float", "bool"))
    if kind == "bool":
        return [negated, random_.choice(BOOLS), "==", random_.random() < 0.5]
    if kind == "string":
        field = random_.choice(sorted(STRINGS))
        if field == "interests":
            return [negated, field, "contains", random_.choice(random_.choice(TITLES).split())]
        op = random_.choice(("==", "!=", "in", "in"))
        values = random_.sample(STRINGS[field], 1 if op != "in" else random_.randint(2, 3))
        return [negated, field, op, values if op == "in" else values[0]]
    sizes = INTS if kind == "int" else FLOATS
    field = random_.choice(sorted(sizes))
    share = round(random_.uniform(0.1, 0.9), 2)
    value = int(sizes[field] * share) if kind == "int" else round(sizes[field] * share, 3)
    return [negated, field, random_.choice((">=", ">", "<", "<=", ">=", "<")), value]


def profile(seed=7):
    """One customer with every field filled."""
    random_ = random.Random(seed)
    return {
        **{field: random_.choice(values) for field, values in STRINGS.items()},
        **{field: random_.randrange(size) for field, size in INTS.items()},
        **{field: round(random_.uniform(0, size), 4) for field, size in FLOATS.items()},
        **{field: random_.random() < 0.5 for field in BOOLS},
    }


def ours(rule):
    """The rule in our text form."""
    return _written(rule, lambda field, op, value: f"{field} {op} {json.dumps(value, ensure_ascii=False)}")


def rule_engine(rule):
    """The rule in rule-engine's text form."""

    def test(field, op, value):
        shown = json.dumps(value, ensure_ascii=False)
        return f"{shown} in {field}" if op == "contains" else f"{field} {op} {shown}"

    return _written(rule, test)


def zen(rule):
    """The rule in zen's expression form."""

    def test(field, op, value):
        shown = json.dumps(value, ensure_ascii=False)
        return f"contains({field}, {shown})" if op == "contains" else f"{field} {op} {shown}"

    return _written(rule, test)


def _written(rule, test):
    def one(negated, field, op, value):
        return f"not ({test(field, op, value)})" if negated else test(field, op, value)

    clauses = [" or ".join(one(*tested) for tested in clause) for clause in rule]
    return " and ".join(
        f"({clause})" if len(tests) > 1 else clause for clause, tests in zip(clauses, rule, strict=True)
    )
