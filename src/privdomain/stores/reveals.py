"""Who looked at whose address: ``store.reveals``, a budget a day and an audit that holds no personal data."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from attrs import frozen
from sqlalchemy import Connection, insert, select, update

from privdomain.stores._documents import printable
from privdomain.stores._frames import within
from privdomain.stores._inserts import insert_or_leave
from privdomain.stores.database import Database
from privdomain.stores.schema import REVEAL, REVEAL_COUNT

if TYPE_CHECKING:
    from privdomain.calendar import Period

__all__ = ["Reveal", "Reveals"]

ASKED: Final = "asked"


@frozen(kw_only=True)
class Reveal:
    """One time somebody asked for a receiver in clear.

    ``outcome`` is ``shown``, ``failed`` (the platform refused or did not answer), ``not_sent`` (nothing was asked,
    nothing counted), or ``asked`` where the process ended before it knew.
    """

    reveal_id: str
    platform: str
    shop_id: str
    order_id: str
    operator_id: str
    reason: str
    day: str
    at: datetime
    outcome: str


class Reveals:
    """The reveals of a store's space: ``store.reveals``."""

    def __init__(self, database: Database, *, space: str) -> None:
        self._database, self._space = database, space

    def begin(
        self,
        order_id: str,
        *,
        platform: str,
        shop_id: str,
        operator_id: str,
        reason: str,
        day: str,
        at: datetime,
        budget: int,
    ) -> str | None:
        """Take one out of the day's budget and write the audit row, in one transaction; None where it is used up."""
        reveal_id = uuid4().hex
        counter = {"space": self._space, "platform": platform, "shop_id": shop_id, "day": day}
        row = {
            **{name: counter[name] for name in ("space", "platform", "shop_id", "day")},
            "reveal_id": reveal_id,
            "order_id": order_id,
            "operator_id": operator_id,
            "reason": printable(reason),
            "at": at,
            "outcome": ASKED,
        }
        columns = REVEAL_COUNT.c
        take = (
            update(REVEAL_COUNT)
            .where(
                columns.space == self._space,
                columns.platform == platform,
                columns.shop_id == shop_id,
                columns.day == day,
                columns.used + 1 <= budget,
            )
            .values(used=columns.used + 1)
        )

        def work(connection: Connection) -> str | None:
            connection.execute(insert_or_leave(REVEAL_COUNT, connection.dialect.name), {**counter, "used": 0})
            if connection.execute(take).rowcount != 1:
                return None
            connection.execute(insert(REVEAL), row)
            return reveal_id

        return self._database.run(work)

    def end(self, reveal_id: str, *, outcome: str) -> None:
        """Say how a reveal ended; one that was not sent is given back to its day."""
        columns, counts = REVEAL.c, REVEAL_COUNT.c
        ours = (columns.space == self._space, columns.reveal_id == reveal_id, columns.outcome == ASKED)

        def work(connection: Connection) -> None:
            changed = connection.execute(update(REVEAL).where(*ours).values(outcome=outcome)).rowcount
            if outcome != "not_sent" or not changed:
                return
            platform, shop_id, day = connection.execute(
                select(columns.platform, columns.shop_id, columns.day).where(
                    columns.space == self._space, columns.reveal_id == reveal_id
                )
            ).one()
            connection.execute(
                update(REVEAL_COUNT)
                .where(
                    counts.space == self._space,
                    counts.platform == platform,
                    counts.shop_id == shop_id,
                    counts.day == day,
                )
                .values(used=counts.used - 1)
            )

        self._database.run(work)

    def used(self, *, platform: str, shop_id: str, day: str) -> int:
        """How much of a day's budget of a shop is used."""
        columns = REVEAL_COUNT.c
        wanted = select(columns.used).where(
            columns.space == self._space,
            columns.platform == platform,
            columns.shop_id == shop_id,
            columns.day == day,
        )
        with self._database.reading() as connection:
            return connection.scalar(wanted) or 0

    def audit(
        self, *, at: Period | None = None, platform: str | None = None, shop_id: str | None = None
    ) -> tuple[Reveal, ...]:
        """The reveals of a period, oldest first."""
        columns = REVEAL.c
        wanted = select(REVEAL).where(columns.space == self._space, *within(REVEAL, {"at": at}))
        if platform is not None:
            wanted = wanted.where(columns.platform == platform)
        if shop_id is not None:
            wanted = wanted.where(columns.shop_id == shop_id)
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(columns.at, columns.reveal_id)).mappings().all()
        return tuple(
            Reveal(**{name: value for name, value in row.items() if name != "space"}) for row in found
        )
