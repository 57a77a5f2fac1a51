"""A person as we know them: our own id, the keys that lead to it, and what they are like."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from privdomain.models._base import Id, Instant, Model, Payload, Personal, Space, not_before
from privdomain.models.identity import IdentityKey

__all__ = ["Birthday", "BirthdayCalendar", "Customer", "CustomerStatus", "Gender"]

_LEAP_YEAR: Final = 2000


class CustomerStatus(StrEnum):
    """``MERGED`` means another one now (``merged_into``); ``ERASED`` asked to be forgotten."""

    ACTIVE = "active"
    MERGED = "merged"
    RESTRICTED = "restricted"
    ERASED = "erased"


class Gender(StrEnum):
    """As the person or a platform states it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class BirthdayCalendar(StrEnum):
    """公历, 农历."""

    SOLAR = "solar"
    LUNAR = "lunar"


class Birthday(Model):
    """A birthday in the calendar the person keeps it by; the year may be unknown.

    ```python
    from privdomain.models import Birthday, BirthdayCalendar

    assert "8" not in repr(Birthday(month=8, day=15, calendar=BirthdayCalendar.LUNAR))
    ```
    """

    year: int | None = Field(default=None, ge=1900, le=2100, repr=False)
    """Of birth; None where only the day is known."""
    month: int = Field(ge=1, le=12, repr=False)
    """1 to 12."""
    day: int = Field(ge=1, le=31, repr=False)
    """1 to 31; in the lunar calendar to 30."""
    calendar: BirthdayCalendar = BirthdayCalendar.SOLAR
    """Which calendar month and day belong to."""
    is_leap_month: bool = False
    """A lunar leap month (闰月)."""

    @model_validator(mode="after")
    def _exists(self) -> Self:
        if self.calendar is BirthdayCalendar.LUNAR:
            if self.day > 30:
                raise ValueError("a lunar month has at most 30 days")
            return self
        if self.is_leap_month:
            raise ValueError("is_leap_month is of the lunar calendar")
        try:
            date(self.year or _LEAP_YEAR, self.month, self.day)
        except ValueError:
            raise ValueError("this month has no such day") from None
        return self


class Customer(Model):
    """One person. ``(space, customer_id)`` identifies them; ``customer_id`` is ours, minted by identity.

    Consents, tags and segments are records of their own, because each of them has its own time and evidence.
    """

    space: Space = ""
    """The tenant."""
    customer_id: Id
    """Our id of the person; survives merges."""
    status: CustomerStatus = CustomerStatus.ACTIVE
    """Whether this is still a person of their own."""
    merged_into: str = ""
    """The survivor's id, for a merged one."""
    keys: tuple[IdentityKey, ...] = ()
    """Every key that leads to this person."""
    name: Personal = ""
    """As they gave it."""
    nickname: Personal = ""
    """As a platform shows it."""
    phone: Personal = ""
    """For service staff; matching uses the keyed hash among ``keys``."""
    gender: Gender = Gender.UNKNOWN
    """As stated."""
    birthday: Birthday | None = Field(default=None, repr=False)
    """When to congratulate."""
    province: str = ""
    """省."""
    city: str = ""
    """市."""
    district: str = ""
    """区县."""
    zone: str = ""
    """The person's time zone (``"Asia/Shanghai"``) for quiet hours; empty where it is not known."""
    first_seen_at: Instant | None = None
    """When we first saw any of the keys."""
    registered_at: Instant | None = None
    """When they became a member."""
    updated_at: Instant
    """When this record last changed."""
    attributes: Payload = Field(default_factory=dict)
    """The brand's own fields."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        not_before(self.first_seen_at, self.updated_at, names=("first_seen_at", "updated_at"))
        if (self.status is CustomerStatus.MERGED) != bool(self.merged_into):
            raise ValueError(
                "a merged customer names its survivor in merged_into, and only a merged one does"
            )
        if self.merged_into == self.customer_id:
            raise ValueError("merged_into is the customer itself")
        if self.zone:
            try:
                ZoneInfo(self.zone)
            except (ZoneInfoNotFoundError, ValueError):
                raise ValueError('zone is no IANA time zone such as "Asia/Shanghai"') from None
        return self
