"""What a pull has done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import field, frozen

from privdomain.calendar import Period
from privdomain.stores import UpsertCounts

__all__ = ["PullReport"]


@frozen(kw_only=True)
class PullReport:
    """One pull of one shop, finished or, in a progress callback, so far.

    ``seen`` payloads came in ``pages``; each was inserted, updated, unchanged, stale (an older copy than the
    stored one) or rejected (kept as a dead letter). ``resumed`` says that it went on in the middle of an earlier
    pull, ``restarted_windows`` how often a kept cursor was no longer accepted and its window was listed anew.
    """

    platform: str
    shop_id: str
    period: Period | None
    """What was to be pulled, None when nothing was left to pull."""
    high_water: datetime | None
    """Everything updated before this moment is in the store; None while the first window is open.

    For products: when the last complete listing began.
    """
    share: float = 1.0
    """How much of the period is behind, 0 to 1, by time and not by records: for a progress bar."""
    pages: int = 0
    counts: UpsertCounts = field(factory=UpsertCounts)
    rejected: int = 0
    resumed: bool = False
    restarted_windows: int = 0
    missing: int = 0
    """Products that are in the store and no longer in the listing, newly marked as such."""

    @property
    def inserted(self) -> int:
        """Records that the store did not have."""
        return self.counts.inserted

    @property
    def updated(self) -> int:
        """Records of which a newer copy came."""
        return self.counts.updated

    @property
    def unchanged(self) -> int:
        """Records that the store had exactly so."""
        return self.counts.unchanged

    @property
    def stale(self) -> int:
        """Copies older than the stored ones."""
        return self.counts.stale

    @property
    def seen(self) -> int:
        """Payloads that came, rejected ones included."""
        return (
            self.counts.inserted
            + self.counts.updated
            + self.counts.unchanged
            + self.counts.stale
            + self.rejected
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "platform": self.platform,
            "shop_id": self.shop_id,
            "period": None if self.period is None else str(self.period),
            "high_water": None if self.high_water is None else self.high_water.isoformat(),
            "pages": self.pages,
            "seen": self.seen,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "stale": self.stale,
            "rejected": self.rejected,
            "resumed": self.resumed,
            "restarted_windows": self.restarted_windows,
            "missing": self.missing,
        }
