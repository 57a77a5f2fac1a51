"""精选联盟 as a shop sees it: what talents sold, and what they get for it. douyin.md A10.

Rates are times 10,000 (1000 is 10 %), amounts are 分. An order goes from PAY_SUCC by CONFIRM to SETTLE, or becomes
REFUND; ``estimated_…`` counts before the settlement, ``real_…`` after it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from privdomain.platforms._operation import KeyPaging, Limits, Repeat
from privdomain.platforms._payload import Json, OptionalId, Payload
from privdomain.platforms.douyin.operations._base import DouyinOperation

__all__ = ["AllianceOrders", "ListAllianceOrders", "ListShopSettlements", "SettledOrders"]

_READ = "(read 2026-11-24)"
_MOMENT = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"


class AllianceOrders(Payload):
    """A page of rows, as they came, and the key of the next: that of the answer, or of the last row."""

    orders: tuple[Json, ...] = ()
    cursor: OptionalId = ""

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, value: object) -> object:
        # data.data.orders in one source, data.orders in another
        inner = value.get("data") if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return inner if isinstance(inner, dict) else value  # pyright: ignore[reportUnknownVariableType]

    @field_validator("cursor", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class ListAllianceOrders(DouyinOperation[AllianceOrders]):
    """The shop's orders that came by talents, by time of payment or of the alliance's own update.

    At most 90 days, or up to 20 order ids with commas between them.
    """

    path: ClassVar = "/buyin/queryShopAllianceOrder"
    page: ClassVar = f"op.jinritemai.com buyin.queryShopAllianceOrder, douyin.md A10 [S3 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="orders", sends="cursor", receives="cursor")
    limits: ClassVar = Limits(window=timedelta(days=90), page_size=20)
    size: int = Field(default=20, ge=1, le=20)
    cursor: str = "0"
    start_time: str | None = Field(default=None, pattern=_MOMENT)
    end_time: str | None = Field(default=None, pattern=_MOMENT)
    time_type: Literal["pay", "update"] | None = None
    order_ids: str | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if not self.order_ids and not (self.start_time and self.end_time):
            raise ValueError("has neither a whole range nor order_ids; the platform answers 1033 to that")
        if self.order_ids and self.order_ids.count(",") >= 20:
            raise ValueError("has more than 20 order_ids")
        return self


class SettledOrders(Payload):
    """A page of settlements, as they came."""

    model_config = Payload.model_config | {"extra": "allow"}


class ListShopSettlements(DouyinOperation[SettledOrders]):
    """Settlements of orders that came by talents, up to 100 a page."""

    path: ClassVar = "/buyin/shopMultiSettlementOrders"
    page: ClassVar = f"op.jinritemai.com buyin.shopMultiSettlementOrders, douyin.md A10 [S3 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(page_size=100)
    unconfirmed: ClassVar = "its parameters beside size and cursor are not known"
    size: int = Field(default=100, ge=1, le=100)
    cursor: str = "0"
    start_time: str = Field(pattern=_MOMENT)
    end_time: str = Field(pattern=_MOMENT)
