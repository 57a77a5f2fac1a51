"""A fifth of the writes act and get no answer: exactly one effect each, and the outbox tells done from unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from privdomain.platforms import waiting_off
from tests.dispatch._answers import RIGS, lose_answers

SHOPS = ("wechat_shop", "douyin", "kuaishou", "xiaohongshu")
FEW, MANY = 300, 5000
FEW_OF_A_SHOP, MANY_OF_A_SHOP = 60, MANY // len(SHOPS)

CASES = [
    *((name, FEW_OF_A_SHOP if name in SHOPS else FEW) for name in RIGS),
    *(pytest.param(name, MANY_OF_A_SHOP if name in SHOPS else MANY, marks=pytest.mark.slow) for name in RIGS),
]


@pytest.mark.parametrize(("name", "count"), CASES)
def test_one_effect_each_and_the_outbox_knows_what_it_does_not_know(name, count, outbox, clock):
    rig = RIGS[name]()

    with waiting_off():
        seen = lose_answers(rig, outbox, count, advance=lambda: clock.advance(timedelta(hours=1)))

    # a shop that may repeat a write by itself leaves fewer to the outbox than have lost their answer
    assert 0.05 * count < seen["first_unknown"] < 0.3 * count
    assert seen["lost"] > 0.12 * count
    assert (seen["left"] > 0) is rig.delta_stock
