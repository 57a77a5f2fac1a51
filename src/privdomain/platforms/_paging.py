"""Listings: the one answer to "what comes next", and the two things a caller iterates.

A platform that repeats its cursor, or says "more" with an empty page, would be asked for ever: such an answer is
a `ProtocolViolation`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from privdomain.errors import ProtocolViolation, UsageError
from privdomain.platforms._drivers import arun_to_page, run_to_page
from privdomain.platforms._flow import PageFlow
from privdomain.platforms._operation import KeyPaging, NumberPaging, Operation
from privdomain.platforms._pages import Page
from privdomain.platforms._wire import AsyncTransport, Transport

__all__ = ["AsyncFlowPages", "FlowPages", "key_paging_of", "next_key", "next_number", "paging_of"]

T = TypeVar("T")


def paging_of(operation: Operation[Any]) -> KeyPaging | NumberPaging:
    """How a listing goes on; raises `UsageError` for an operation that is none."""
    if operation.paging is None:
        raise UsageError(f"{type(operation).__name__} is no listing; its class says nothing of paging")
    return operation.paging


def key_paging_of(operation: Operation[Any]) -> KeyPaging:
    """As `paging_of`, for a listing that goes on by a key."""
    paging = paging_of(operation)
    if not isinstance(paging, KeyPaging):
        raise UsageError(f"{type(operation).__name__} is listed by page number, not by a key")
    return paging


def next_number(operation: Operation[Any], reply: BaseModel, paging: NumberPaging) -> int | None:
    """The page to ask for next, None at the end: an empty page, or as many asked for as there are."""
    number: int = getattr(operation, paging.sends)
    asked = (number - paging.first + 1) * getattr(operation, paging.size)
    done = not getattr(reply, paging.items) or asked >= getattr(reply, paging.total)
    return None if done else number + 1


def next_key(
    operation: Operation[Any],
    reply: BaseModel,
    *,
    asked: Collection[str],
    platform: str,
    listed: int | None = None,
) -> str | None:
    """The key to ask for next, None at the end. ``asked`` are the keys that have been sent in this listing.

    ``listed`` is how many items the platform listed, where some of them are not in the reply.

    Raises:
        ProtocolViolation: for a key that was sent before, or "more" without a key or without items.
    """
    paging = key_paging_of(operation)
    key: str = getattr(reply, paging.receives)
    has_items = bool(getattr(reply, paging.items) if listed is None else listed)
    if paging.end:
        if key == paging.end:
            return None
        if not key:
            raise _violation(operation, platform, f"a page without a key; the last one says {paging.end!r}")
    elif paging.more:
        if not getattr(reply, paging.more):
            return None
        if not has_items:
            raise _violation(operation, platform, "an empty page that says there is more")
        if not key:
            raise _violation(operation, platform, "a page that says there is more, and no key to ask for it")
    elif not has_items or not key:
        return None
    if key in asked:
        raise _violation(operation, platform, f"the key {key[:60]!r} for the second time")
    return key


def _violation(operation: Operation[Any], platform: str, what: str) -> ProtocolViolation:
    message = f"{platform} answered {operation.path} with {what}; asking on would never end"
    return ProtocolViolation(message, platform=platform)


class FlowPages(Generic[T]):
    """A `Paged` made of a flow of pages: every iteration starts the listing anew."""

    def __init__(self, begin: Callable[[str | None], PageFlow[T]], transport: Transport) -> None:
        self._begin, self._transport = begin, transport

    def pages(self, *, start: str | None = None) -> Iterator[Page[T]]:
        """Pages from the beginning, or from the cursor of an earlier page."""
        # begun here and not at the first page, so that a wrong cursor is an error of this call
        return self._walk(self._begin(start))

    def _walk(self, flow: PageFlow[T]) -> Iterator[Page[T]]:
        try:
            while (page := run_to_page(flow, self._transport)) is not None:
                yield page
        finally:
            flow.close()

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items
            for error in page.rejected:
                raise error


class AsyncFlowPages(Generic[T]):
    """An `AsyncPaged` made of a flow of pages."""

    def __init__(
        self, begin: Callable[[str | None], PageFlow[T]], transport: Transport | AsyncTransport
    ) -> None:
        self._begin, self._transport = begin, transport

    def pages(self, *, start: str | None = None) -> AsyncIterator[Page[T]]:
        """Pages from the beginning, or from the cursor of an earlier page."""
        return _Walk(self._begin(start), self._transport)

    def __aiter__(self) -> AsyncIterator[T]:
        return _Items(self.pages())


class _Walk(Generic[T]):
    """Pages of a flow. A class and not an async generator: an abandoned one needs an event loop to be closed."""

    def __init__(self, flow: PageFlow[T], transport: Transport | AsyncTransport) -> None:
        self._flow, self._transport = flow, transport

    def __aiter__(self) -> _Walk[T]:
        return self

    async def __anext__(self) -> Page[T]:
        page = await arun_to_page(self._flow, self._transport)
        if page is None:
            raise StopAsyncIteration
        return page


class _Items(Generic[T]):
    def __init__(self, pages: AsyncIterator[Page[T]]) -> None:
        self._pages = pages
        self._page: Page[T] = Page((), (), None)
        self._items: Iterator[T] = iter(())

    def __aiter__(self) -> _Items[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            for item in self._items:
                return item
            for error in self._page.rejected:
                self._page = Page((), (), None)
                raise error
            self._page = await anext(self._pages)
            self._items = iter(self._page.items)
