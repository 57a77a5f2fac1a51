"""How far each pull has come, so that the next one goes on from there."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen
from sqlalchemy import ColumnElement, delete, select

from privdomain.errors import ArgumentError
from privdomain.stores._inserts import insert_or_overwrite
from privdomain.stores._types import ID_LENGTH
from privdomain.stores.database import Database
from privdomain.stores.schema import CHECKPOINT

__all__ = ["Checkpoint", "Checkpoints"]


@frozen(kw_only=True)
class Checkpoint:
    """The state of one stream of one shop.

    Everything updated before ``high_water`` has been stored. Where a window is open, its pages up to ``cursor``
    have been stored too; ``cursor`` is None before its first page. ``beginning`` is where the pull began, None for
    one of a single period; ``refused_at`` is set when the platform refused the cursor although it was new.
    """

    platform: str
    shop_id: str
    stream: str
    high_water: datetime | None
    window_start: datetime | None = None
    window_end: datetime | None = None
    cursor: str | None = field(default=None, repr=False)
    beginning: datetime | None = None
    refused_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if (self.window_start is None) is not (self.window_end is None):
            raise ArgumentError("window_start and window_end are given together or not at all")
        if self.cursor is not None and self.window_start is None:
            raise ArgumentError("a cursor belongs to a window; give window_start and window_end")
        if len(self.stream) > ID_LENGTH:
            raise ArgumentError(f"stream has {len(self.stream)} characters; at most {ID_LENGTH}")


class Checkpoints:
    """The checkpoints of a store's space: ``store.checkpoints``."""

    def __init__(self, database: Database, *, space: str) -> None:
        self._database, self._space = database, space

    def get(self, stream: str, *, platform: str, shop_id: str) -> Checkpoint | None:
        """The state of a stream, or None when it has never been saved."""
        columns = CHECKPOINT.c
        wanted = select(
            columns.high_water,
            columns.window_start,
            columns.window_end,
            columns.page_cursor,
            columns.beginning,
            columns.refused_at,
        ).where(*self._is(stream, platform, shop_id))
        with self._database.reading() as connection:
            found = connection.execute(wanted).one_or_none()
        if found is None:
            return None
        high_water, start, end, cursor, beginning, refused_at = found
        return Checkpoint(
            platform=platform,
            shop_id=shop_id,
            stream=stream,
            high_water=high_water,
            window_start=start,
            window_end=end,
            cursor=cursor,
            beginning=beginning,
            refused_at=refused_at,
        )

    def put(self, checkpoint: Checkpoint, *, at: datetime) -> None:
        """Save a stream's state in place of the one before."""
        row = {
            "space": self._space,
            "platform": checkpoint.platform,
            "shop_id": checkpoint.shop_id,
            "stream": checkpoint.stream,
            "high_water": checkpoint.high_water,
            "window_start": checkpoint.window_start,
            "window_end": checkpoint.window_end,
            "page_cursor": checkpoint.cursor,
            "beginning": checkpoint.beginning,
            "refused_at": checkpoint.refused_at,
            "saved_at": at,
        }
        self._database.run(
            lambda connection: connection.execute(
                insert_or_overwrite(CHECKPOINT, connection.dialect.name), row
            )
        )

    def drop(self, stream: str, *, platform: str, shop_id: str) -> None:
        """Forget a stream: the next pull of it begins anew."""
        gone = delete(CHECKPOINT).where(*self._is(stream, platform, shop_id))
        self._database.run(lambda connection: connection.execute(gone))

    def _is(self, stream: str, platform: str, shop_id: str) -> tuple[ColumnElement[bool], ...]:
        columns = CHECKPOINT.c
        return (
            columns.space == self._space,
            columns.platform == platform,
            columns.shop_id == shop_id,
            columns.stream == stream,
        )
