"""`Dated`: values that change on a date, such as fee rates, limits and policies, with the one in force.

The rule of the file: an entry holds from its moment until the next entry's, half-open. Old entries stay beside
new ones, so that a decision can be made again as it was made.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from attrs import field, frozen

from privdomain.calendar.zones import BUSINESS_ZONE, Zone, day_start, find_zone, to_utc
from privdomain.errors import ArgumentError, Problem

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Dated"]

T = TypeVar("T")


def _entries(entries: Iterable[tuple[datetime, T]]) -> tuple[tuple[datetime, T], ...]:
    return tuple(
        (to_utc(since, name=f"entry {place}"), value) for place, (since, value) in enumerate(entries)
    )


@frozen
class Dated(Generic[T]):
    """Values by the moment they come into force, in order: ``at(moment)`` is the one that holds then.

    ```python
    from datetime import UTC, date, datetime
    from privdomain.calendar import Dated

    limit = Dated.by_day([(date(2022, 1, 1), 4), (date(2023, 6, 12), 30)])
    assert limit.at(datetime(2023, 6, 11, 15, 59, tzinfo=UTC)) == 4
    assert limit.at(datetime(2023, 6, 11, 16, 0, tzinfo=UTC)) == 30  # midnight in Shanghai
    ```

    Raises:
        ArgumentError: for no entries, a naive moment, or moments that are not in order, each once; every wrong
            place is named.
    """

    entries: tuple[tuple[datetime, T], ...] = field(converter=_entries)

    def __attrs_post_init__(self) -> None:
        if not self.entries:
            raise ArgumentError("a dated value needs at least one entry (from, value)")
        problems = [
            Problem(
                f"entries[{place}]",
                f"{after.isoformat()} {'repeats' if after == before else 'comes after a later'} {before.isoformat()}",
                "each moment once, the earliest first",
            )
            for place, ((before, _), (after, _)) in enumerate(
                zip(self.entries, self.entries[1:], strict=False), start=1
            )
            if after <= before
        ]
        if problems:
            raise ArgumentError("the entries of a dated value are out of order", problems=problems)

    @classmethod
    def by_day(cls, entries: Iterable[tuple[date, T]], *, zone: Zone = BUSINESS_ZONE) -> Dated[T]:
        """From dates: each value holds from the beginning of that local day."""
        found = find_zone(zone)
        return cls([(day_start(day, zone=found), value) for day, value in entries])

    def at(self, moment: datetime) -> T:
        """The value in force at that moment.

        Raises:
            ArgumentError: before the first entry, when nothing is in force.
        """
        asked = to_utc(moment, name="moment")
        place = bisect_right(self.entries, asked, key=lambda entry: entry[0])
        if not place:
            raise ArgumentError(
                f"nothing is in force at {asked.isoformat()}; the first entry begins {self.entries[0][0].isoformat()}"
            )
        return self.entries[place - 1][1]

    def __iter__(self) -> Iterator[tuple[datetime, T]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """How pydantic reads and writes it: ``[{"from": …, "value": …}]`` with the values checked as ``T``."""
        from pydantic_core import core_schema  # noqa: PLC0415  (pydantic must not load with Dated)

        (kind,) = get_args(source) or (Any,)

        def build(rows: list[dict[str, Any]]) -> Dated[Any]:
            return cls([(row["from"], row["value"]) for row in rows])

        def write(dated: Dated[Any]) -> list[dict[str, Any]]:
            return [{"from": since, "value": value} for since, value in dated.entries]

        row = core_schema.typed_dict_schema(
            {
                "from": core_schema.typed_dict_field(core_schema.datetime_schema(tz_constraint="aware")),
                "value": core_schema.typed_dict_field(handler.generate_schema(kind)),
            },
            extra_behavior="forbid",
        )
        rows = core_schema.list_schema(row, min_length=1)
        from_rows = core_schema.no_info_after_validator_function(build, rows)
        return core_schema.json_or_python_schema(
            json_schema=from_rows,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_rows]),
            serialization=core_schema.plain_serializer_function_ser_schema(write, return_schema=rows),
        )
