"""What a play, a referral or a tier gives to a person; the engine that owns that kind of thing hands it out. 奖励"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Space, not_before

__all__ = ["Reward", "RewardKind"]


class RewardKind(StrEnum):
    """积分, 优惠券, 现金, 储值, 赠品, 抽奖机会, 会员天数."""

    POINTS = "points"
    COUPON = "coupon"
    CASH = "cash"
    STORED_VALUE = "stored_value"
    GIFT = "gift"
    DRAW_CHANCE = "draw_chance"
    MEMBER_DAYS = "member_days"


_NEEDS: Final = {
    RewardKind.POINTS: "quantity",
    RewardKind.COUPON: "coupon_id",
    RewardKind.CASH: "amount",
    RewardKind.STORED_VALUE: "amount",
    RewardKind.GIFT: "sku_id",
    RewardKind.DRAW_CHANCE: "quantity",
    RewardKind.MEMBER_DAYS: "quantity",
}


class Reward(Model):
    """Something for one person, once. ``(space, reward_id)`` identifies it.

    ```python
    from datetime import UTC, datetime
    from privdomain.models import Reward, RewardKind

    bonus = Reward(
        reward_id="rw1", customer_id="c1", kind=RewardKind.POINTS, quantity=200, ground="referral:spring",
        reference_id="A1", at=datetime(2026, 11, 11, tzinfo=UTC),
    )
    assert bonus.amount is None
    ```
    """

    space: Space = ""
    """The tenant."""
    reward_id: Id
    """Ours; also the idempotency key of handing it out."""
    customer_id: Id
    """Our id of the person."""
    kind: RewardKind
    """What it is; decides which of the next four fields is filled."""
    quantity: int | None = Field(default=None, ge=1)
    """How many points, coupons, gifts, chances or days."""
    amount: Amount | None = None
    """How much cash or stored value."""
    coupon_id: str = ""
    """Which coupon."""
    sku_id: str = ""
    """Which gift."""
    ground: Id
    """The play, programme or tier that gives it."""
    reference_id: str = ""
    """The order, binding or draw behind it: a refund of it takes the reward back."""
    at: Instant
    """When it was earned."""
    available_at: Instant | None = None
    """When it may be used; None for at once. Rewards for an order wait until its return window has closed."""
    expires_at: Instant | None = None
    """When it lapses; None for never."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        needed = _NEEDS[self.kind]
        if not getattr(self, needed):
            raise ValueError(f"a reward of {self.kind} needs {needed}")
        money = self.kind in (RewardKind.CASH, RewardKind.STORED_VALUE)
        if self.amount is not None and not money:
            raise ValueError(f"amount is for cash and stored value; a reward of {self.kind} has quantity")
        not_before(self.available_at or self.at, self.expires_at, names=("its beginning", "expires_at"))
        return self
