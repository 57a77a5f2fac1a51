"""What a listing gives back: pages of items, rejected payloads and the cursor after them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Generic, Protocol, TypeVar

from attrs import frozen

from privdomain.errors import PayloadError

__all__ = ["AsyncPaged", "Page", "Paged"]

T_co = TypeVar("T_co", covariant=True)


@frozen
class Page(Generic[T_co]):
    """One page: what could be read, what could not and why, and where the next page starts.

    ``cursor`` is text to keep and to pass as ``start=`` later, in another process if need be; None after the
    last page.
    """

    items: tuple[T_co, ...]
    rejected: tuple[PayloadError, ...]
    cursor: str | None


class Paged(Protocol[T_co]):
    """A listing: iterate it for the items, or ask for its ``pages``.

    Iterating raises `PayloadError` at an item that cannot be read; pages hand such items over in ``rejected``.
    """

    def __iter__(self) -> Iterator[T_co]: ...

    def pages(self, *, start: str | None = None) -> Iterator[Page[T_co]]:
        """Pages from the beginning, or from the cursor of an earlier page."""
        ...


class AsyncPaged(Protocol[T_co]):
    """As `Paged`, awaited."""

    def __aiter__(self) -> AsyncIterator[T_co]: ...

    def pages(self, *, start: str | None = None) -> AsyncIterator[Page[T_co]]:
        """Pages from the beginning, or from the cursor of an earlier page."""
        ...
