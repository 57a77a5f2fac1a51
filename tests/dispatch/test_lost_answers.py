"""A fifth of the writes act and get no answer: exactly one effect each, and the outbox tells done from unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from privdomain.platforms import waiting_off
from tests.dispatch._answers import RIGS, lose_answers

SIZES = [300, pytest.param(5000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("name", RIGS)
def test_one_effect_each_and_the_outbox_knows_what_it_does_not_know(name, count, outbox, clock):
    rig = RIGS[name]()

    with waiting_off():
        seen = lose_answers(rig, outbox, count, advance=lambda: clock.advance(timedelta(hours=1)))

    assert 0.1 * count < seen["first_unknown"] < 0.3 * count
    assert (seen["left"] > 0) is rig.delta_stock
