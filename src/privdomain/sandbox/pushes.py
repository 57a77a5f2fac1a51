"""What an emulated platform sends by itself: signed calls to the program under test, as plain values.

A platform makes an `OutgoingCall` for everything it would tell; `privdomain.sandbox` delivers it to the address that
was given, and may do so twice, late, in another order or not at all, as real platforms do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import field, frozen

__all__ = ["OutgoingCall", "Pushes"]


@frozen(kw_only=True)
class OutgoingCall:
    """One call of a platform to a program: a webhook or an SPI call. ``topic`` is the platform's word for it."""

    topic: str
    method: str = "POST"
    path: str = ""
    """What follows the address that was given, where a platform writes something into it: ``/wx5a9d…``."""
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


class Pushes(Protocol):
    """An emulated platform that tells what happens; ``on_push`` is set by whoever delivers."""

    on_push: Callable[[OutgoingCall], None] | None
