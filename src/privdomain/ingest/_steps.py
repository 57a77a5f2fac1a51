"""What a plan asks of the outside, and the two drivers that answer: one blocks, one awaits.

A plan is a generator. It yields a step and is sent the answer, or has the failure thrown in; it waits for nothing
itself, so that every rule of this package is written once.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from typing import Any, TypeAlias, TypeVar

import anyio
import anyio.to_thread
from attrs import frozen

from privdomain.errors import PrivdomainError

__all__ = ["Ask", "Begin", "Next", "Plan", "Step", "Work", "adrive", "drive"]

T = TypeVar("T")


@frozen
class Begin:
    """Begin a listing; the one before it is left."""

    pages: Callable[[], Any]
    """Gives the iterator of pages, blocking or asynchronous as the shop is."""


@frozen
class Next:
    """The next page of the listing; None after the last one."""


@frozen
class Work:
    """Something of the store's, which blocks."""

    call: Callable[[], Any]


@frozen
class Ask:
    """Something of the shop's or of the host's: answers, or is awaited."""

    call: Callable[[], Any]
    of_host: bool = False
    """A function of the host's: whatever it raises is the plan's to deal with."""


Step: TypeAlias = Begin | Next | Work | Ask
Plan: TypeAlias = Generator[Step, Any, T]


def _is_plans(error: Exception, step: Step) -> bool:
    return isinstance(error, PrivdomainError) or (isinstance(step, Ask) and step.of_host)


def drive(plan: Plan[T]) -> T:
    """Run a plan, blocking."""
    answer: Any = None
    failure: Exception | None = None
    pages: Iterator[Any] = iter(())
    try:
        while True:
            step = plan.send(answer) if failure is None else plan.throw(failure)
            answer, failure = None, None
            try:
                match step:
                    case Work(call) | Ask(call):
                        answer = call()
                    case Begin(begin):
                        _close(pages)
                        pages = begin()
                    case Next():
                        answer = next(pages, None)
            except Exception as error:
                if not _is_plans(error, step):
                    raise
                failure = error
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        plan.close()
        _close(pages)


def _close(pages: Iterator[Any]) -> None:
    # A listing that is left before its end may hold a connection.
    if isinstance(pages, Generator):
        pages.close()


async def adrive(plan: Plan[T]) -> T:
    """Run a plan, awaiting the shop; the store's work is done in a worker thread."""
    answer: Any = None
    failure: Exception | None = None
    pages: AsyncIterator[Any] | None = None
    try:
        while True:
            step = plan.send(answer) if failure is None else plan.throw(failure)
            answer, failure = None, None
            try:
                match step:
                    case Work(call):
                        answer = await anyio.to_thread.run_sync(call)
                    case Ask(call):
                        answer = call()
                        if inspect.isawaitable(answer):
                            answer = await answer
                    case Begin(begin):
                        await _aclose(pages)
                        pages = begin()
                    case Next():
                        answer = None if pages is None else await anext(pages, None)
            except Exception as error:
                if not _is_plans(error, step):
                    raise
                failure = error
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        plan.close()
        await _aclose(pages)


async def _aclose(pages: AsyncIterator[Any] | None) -> None:
    if isinstance(pages, AsyncGenerator):
        with anyio.CancelScope(shield=True):  # a pull that is canceled still has to let go
            await pages.aclose()
