"""What a round of sending, or of asking, has done."""

from __future__ import annotations

from attrs import asdict, frozen

__all__ = ["DispatchReport", "ReconcileReport"]


@frozen(kw_only=True)
class DispatchReport:
    """One run of `dispatch`, finished or, in a progress callback, so far.

    ``done``, ``refused``, ``failed`` and ``unknown`` count what was sent; ``postponed`` were certainly not carried out
    and are tried again later. ``expired`` were too late to be sent. ``abandoned`` were left by a process that died,
    and became unknown, or waiting where sending twice is harmless.
    """

    done: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    postponed: int = 0
    expired: int = 0
    abandoned: int = 0

    @property
    def sent(self) -> int:
        """How many were tried."""
        return self.done + self.refused + self.failed + self.unknown + self.postponed

    def to_dict(self) -> dict[str, int]:
        """As plain JSON."""
        return asdict(self)


@frozen(kw_only=True)
class ReconcileReport:
    """One run of `reconcile_unknown`: what was unknown is now ``done`` or ``waiting``.

    ``open`` could not be told and wait for a person; about ``unread`` the platform gave no answer.
    """

    done: int = 0
    waiting: int = 0
    open: int = 0
    unread: int = 0

    def to_dict(self) -> dict[str, int]:
        """As plain JSON."""
        return asdict(self)
