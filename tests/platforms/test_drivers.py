"""What runs a flow: effects are performed, failures are thrown in, and the flow is closed whatever ended it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from privdomain.platforms import (
    Ask,
    Flow,
    HttpRequest,
    HttpResponse,
    NoAnswer,
    Page,
    PageFlow,
    Send,
    Wait,
    waiting_off,
)
from privdomain.platforms._drivers import arun, arun_to_page, run, run_to_page
from privdomain.platforms._flow import ask, send, wait

REQUEST = HttpRequest(method="GET", url="https://api.example.com/x")
Run = Callable[[Flow[Any], Callable[[HttpRequest], HttpResponse]], Any]


def _run_with(backend: str) -> Run:
    return lambda flow, transport: anyio.run(arun, flow, transport, backend=backend)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def runs(request: pytest.FixtureRequest) -> Run:
    return run if request.param == "sync" else _run_with(request.param)


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse(200, request.method.encode())


def test_effects_have_results(runs: Run) -> None:
    """``send`` gives the answer, ``ask`` what the port returned, ``wait`` nothing."""

    def flow() -> Flow[tuple[bytes, int]]:
        response = yield from send(REQUEST)
        yield from wait(0.5)
        number = yield from ask(lambda: 7)
        return response.body, number

    with waiting_off() as waits:
        assert runs(flow(), ok) == (b"GET", 7)
    assert waits == [0.5]


def test_a_wait_of_nothing_is_no_effect() -> None:
    """Zero and less do not reach the driver."""

    assert list(wait(0)) == list(wait(-1)) == []


@pytest.mark.parametrize("effect", [Send(REQUEST), Ask(lambda: 1 / 0)])
def test_failures_are_thrown_in(runs: Run, effect: Send | Ask) -> None:
    """The flow sees them where it asked, and may go on."""

    def refuse(request: HttpRequest) -> HttpResponse:
        raise NoAnswer("nobody there")

    def flow() -> Flow[str]:
        try:
            yield effect
        except (NoAnswer, ZeroDivisionError) as failure:
            yield from ask(lambda: None)
            return type(failure).__name__
        return "nothing happened"

    assert runs(flow(), refuse) in {"NoAnswer", "ZeroDivisionError"}


def test_an_error_of_the_flow_comes_out_as_itself(runs: Run) -> None:
    """And its clean-up has run."""

    cleaned = []

    def flow() -> Flow[None]:
        try:
            yield from send(REQUEST)
            raise KeyError("mine")
        finally:
            cleaned.append(True)

    with pytest.raises(KeyError, match="mine"):
        runs(flow(), ok)
    assert cleaned == [True]


def test_an_interrupted_wait_closes_the_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a wait runs the flow's clean-up."""

    cleaned = []

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    def flow() -> Flow[None]:
        try:
            yield Wait(60)
        finally:
            cleaned.append(True)

    monkeypatch.setattr("privdomain.platforms._drivers.time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(flow(), ok)
    assert cleaned == [True]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("where", ["send", "wait"])
def test_cancellation_closes_the_flow(backend: str, where: str) -> None:
    """A cancelled scope ends the call at once, and the flow's ``finally`` blocks run."""

    cleaned = []

    async def hangs(request: HttpRequest) -> HttpResponse:
        await anyio.sleep_forever()
        raise AssertionError

    def flow() -> Flow[None]:
        try:
            yield Send(REQUEST) if where == "send" else Wait(3600)
        finally:
            cleaned.append(True)

    async def main() -> bool:
        with anyio.move_on_after(0) as scope:
            await arun(flow(), hangs)
        return scope.cancelled_caught

    assert anyio.run(main, backend=backend)
    assert cleaned == [True]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_awaiting_client_asks_in_a_worker_thread(backend: str) -> None:
    """A token store may block; the event loop does not."""

    def flow() -> Flow[int]:
        return (yield from ask(threading.get_ident))

    assert anyio.run(arun, flow(), ok, backend=backend) != threading.get_ident()
    assert run(flow(), ok) == threading.get_ident()


def _pages(cleaned: list[bool]) -> PageFlow[int]:
    try:
        for number in range(3):
            yield from send(REQUEST)
            yield Page((number,), (), str(number))
        raise KeyError("after the last page")
    finally:
        cleaned.append(True)


def test_pages_come_one_by_one_and_the_flow_stays_open() -> None:
    """It ends by itself, by an error, or when it is closed."""

    cleaned: list[bool] = []
    flow = _pages(cleaned)
    for number in range(3):
        page = run_to_page(flow, ok)
        assert page is not None
        assert page.items == (number,)
    assert cleaned == []
    with pytest.raises(KeyError):
        run_to_page(flow, ok)
    assert cleaned == [True]
    assert run_to_page(flow, ok) is None


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_awaited_pages(backend: str) -> None:
    """As blocking; cancelling while a page is fetched closes the flow."""

    cleaned: list[bool] = []

    async def hangs(request: HttpRequest) -> HttpResponse:
        await anyio.sleep_forever()
        raise AssertionError

    async def main() -> None:
        flow = _pages(cleaned)
        assert (await arun_to_page(flow, ok)) == Page((0,), (), "0")
        with anyio.move_on_after(0):
            await arun_to_page(flow, hangs)
        assert cleaned == [True]

    anyio.run(main, backend=backend)


def test_waiting_off_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside it the clock is really waited for."""

    slept: list[float] = []
    monkeypatch.setattr("privdomain.platforms._drivers.time.sleep", slept.append)

    def flow() -> Flow[None]:
        yield Wait(5)

    with waiting_off() as outer, waiting_off() as inner:
        run(flow(), ok)
    run(flow(), ok)

    assert (outer, inner, slept) == ([], [5], [5])


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_waiting_off_reaches_tasks_that_are_started_in_it(backend: str) -> None:
    """The list is shared by all of them."""

    def flow() -> Flow[None]:
        yield Wait(3600)

    async def main() -> list[float]:
        with waiting_off() as waits:
            async with anyio.create_task_group() as group:
                group.start_soon(arun, flow(), ok)
                group.start_soon(arun, flow(), ok)
        return waits

    assert anyio.run(main, backend=backend) == [3600, 3600]
