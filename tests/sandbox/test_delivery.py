"""What platforms send by themselves arrives at the program under test: once, twice, late, in another order, or never."""

import http.client
import json
import re
import threading
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from privdomain.errors import ArgumentError, UsageError
from privdomain.sandbox import OutgoingCall, PushDelivery, PushFaults, Reply, Sandbox, SandboxClock
from privdomain.sandbox.server import Answer, HttpServer, Wire

AT = datetime(2026, 11, 11, tzinfo=UTC)


class App:
    """The program under test: it keeps what came, and answers as it is told."""

    def __init__(self):
        self.came, self.answers = [], []
        self.lock = threading.Lock()

    def answer(self, request):
        with self.lock:
            self.came.append(request)
            return self.answers.pop(0) if self.answers else Answer(body=b"success")

    @property
    def bodies(self):
        return [request.body.decode() for request in self.came]


class Bell:
    """A platform that rings; its clock is whatever it was given."""

    name = "bell"
    secret_names = frozenset()
    free_text = re.compile(rb'("x":")')
    codes = frozenset()

    def __init__(self, clock=None):
        self.on_push, self.clock = None, clock

    def ring(self, text, **more):
        self.on_push(OutgoingCall(topic="ring", body=text.encode(), **more))

    def handle(self, request, quirk):
        self.ring("asked")  # a platform that tells of what it was just asked to do
        return Reply(code="0", body=json.dumps({"ok": True}).encode())

    def shows(self, quirk, request):
        return False

    def refuse(self, code):
        return Reply(code=code, body=b"{}")

    def revoke_tokens(self):
        pass


@pytest.fixture
def ring():
    """``ring(**options)`` is an app, a bell and the box between them, on a clock that stands."""
    with ExitStack() as stack:

        def start(path="/hooks", **options):
            app, bell, clock = App(), Bell(), SandboxClock(AT)
            server = HttpServer(app)
            stack.callback(server.close)
            box = stack.enter_context(Sandbox(platforms=[bell], clock=clock))
            box.push_to("bell", server.url + path, **options)
            return app, bell, box

        yield start


def test_a_call_arrives_as_the_platform_made_it(ring):
    app, bell, box = ring("/hooks?shop=7")
    bell.ring("hello", path="/wx1", query=(("sign", "a b"),), headers=(("event-sign", "s1"),))

    assert box.deliver_now() <= 1
    (request,) = app.came
    assert (request.method, request.path, request.body) == ("POST", "/hooks/wx1", b"hello")
    assert request.query == {"shop": "7", "sign": "a b"}
    assert request.headers["event-sign"] == "s1"
    (record,) = box.pushes
    assert (record.number, record.attempt, record.status, record.accepted, record.reply) == (
        1, 1, 200, True, b"success",
    )  # fmt: skip


def test_calls_arrive_in_their_order_and_a_platform_does_not_wait(ring):
    app, bell, box = ring()
    for number in range(50):
        bell.ring(str(number))
    box.deliver_now()

    assert app.bodies == [str(number) for number in range(50)]


def test_what_a_request_causes_is_delivered_while_it_is_answered(ring):
    app, _, box = ring()
    connection = http.client.HTTPConnection(box.url("bell").removeprefix("http://"), timeout=10)
    connection.request("POST", "/", b"{}")
    assert connection.getresponse().status == 200
    connection.close()
    box.deliver_now()

    assert app.bodies == ["asked"]


def test_an_app_that_does_not_say_200_is_asked_again_when_the_clock_says_so(ring):
    app, bell, box = ring(retries=(timedelta(seconds=10), timedelta(minutes=1)))
    app.answers += [Answer(status=500), Answer(wire=Wire.RESET), Answer(body=b"fine")]
    bell.ring("hello")

    seen = []
    for step in (
        timedelta(0),
        timedelta(seconds=9),
        timedelta(seconds=1),
        timedelta(minutes=1),
        timedelta(days=1),
    ):
        box.clock.advance(step)
        box.deliver_now()
        seen.append([record.status for record in box.pushes])

    assert seen == [[500], [500], [500, 0], [500, 0, 200], [500, 0, 200]]
    assert [record.at - AT for record in box.pushes] == [
        timedelta(0), timedelta(seconds=10), timedelta(seconds=70),
    ]  # fmt: skip


def test_after_the_last_retry_it_is_given_up(ring):
    app, bell, box = ring(retries=(timedelta(seconds=1),))
    app.answers += [Answer(status=503)] * 9
    bell.ring("hello")
    for _ in range(5):
        box.deliver_now()
        box.clock.advance(timedelta(hours=1))

    assert [(record.attempt, record.accepted) for record in box.pushes] == [(1, False), (2, False)]


@pytest.mark.parametrize("kind", ["duplicate", "late", "lost", "out_of_order"])
def test_each_fault_does_what_its_name_says(ring, kind):
    app, bell, box = ring(faults=PushFaults(**{kind: 1.0}))
    bell.ring("a")
    box.deliver_now()
    now = app.bodies
    box.clock.advance(timedelta(minutes=10))
    box.deliver_now()

    assert now == {"duplicate": ["a", "a"], "late": [], "lost": [], "out_of_order": ["a"]}[kind]
    assert app.bodies == {"duplicate": ["a", "a"], "late": ["a"], "lost": [], "out_of_order": ["a"]}[kind]
    assert {record.fault for record in box.pushes} == {kind}


def test_what_is_out_of_order_comes_after_the_next(ring):
    faults = PushFaults(out_of_order=0.5, seed=1)
    marked = [number for number in range(1, 21) if faults.draw("bell", number) == "out_of_order"]
    app, bell, box = ring(faults=faults)
    for number in range(1, 21):
        bell.ring(str(number))
    box.deliver_now()

    assert sorted(map(int, app.bodies)) == list(range(1, 21))
    for number in marked:
        later = [other for other in range(number + 1, 21) if other not in marked]
        if later:
            assert app.bodies.index(str(later[0])) < app.bodies.index(str(number))


def test_the_same_seed_meets_the_same_faults_at_the_rates(ring):
    faults = PushFaults(duplicate=0.1, out_of_order=0.1, late=0.1, lost=0.1, seed=3)
    drawn = [faults.draw("bell", number) for number in range(4000)]

    assert drawn == [faults.draw("bell", number) for number in range(4000)]
    assert drawn != [faults.draw("till", number) for number in range(4000)]
    for kind, count in Counter(drawn).items():
        expected = 2400 if kind == "" else 400
        assert abs(count - expected) < 100, (kind, count)


def test_a_question_is_asked_at_once_and_answered(ring):
    app, _, box = ring(faults=PushFaults(lost=1.0))
    app.answers.append(Answer(body=b"echo"))

    answer = box.ask("bell", OutgoingCall(topic="url_check", method="GET", query=(("echostr", "echo"),)))

    assert (answer.status, answer.body) == (200, b"echo")
    assert app.came[0].method == "GET"
    assert box.pushes == ()


def test_another_address_takes_the_place_of_the_first(ring):
    app, bell, box = ring()
    other = App()
    server = HttpServer(other)
    box.push_to("bell", server.url)
    bell.ring("x")
    box.deliver_now()
    server.close()

    assert (app.bodies, other.bodies) == ([], ["x"])


def test_after_the_end_nothing_is_delivered(ring):
    app, bell, box = ring()
    delivery = bell.on_push
    box.close()

    assert bell.on_push is None
    delivery(OutgoingCall(topic="late"))
    assert delivery.waiting == 0
    assert app.came == []


def test_mistakes_are_said(ring):
    _, _, box = ring()
    with pytest.raises(ArgumentError, match="is no address"):
        box.push_to("bell", "localhost:8000")
    with pytest.raises(ArgumentError, match="did you mean 'bell'"):
        box.push_to("bel", "http://127.0.0.1:1")
    with pytest.raises(ArgumentError, match="add up to"):
        PushFaults(lost=0.6, late=0.6)
    with pytest.raises(ArgumentError, match="from 0 to 1"):
        PushFaults(lost=1.5)
    with pytest.raises(ArgumentError, match="late_by"):
        PushFaults(late_by=timedelta(0))
    with Sandbox(platforms=[Bell()]) as silent, pytest.raises(UsageError, match="push_to"):
        silent.ask("bell", OutgoingCall(topic="x"))


def test_an_app_that_never_answers_is_not_waited_for_forever():
    app, held = App(), threading.Event()
    app.answers.append(Answer(wire=Wire.SILENT, hold=held.wait))
    server = HttpServer(app)
    delivery = PushDelivery(server.url, platform="bell", clock=SandboxClock(AT), patience_s=60)
    delivery(OutgoingCall(topic="x"))
    with pytest.raises(UsageError, match="have not ended"):
        delivery.deliver_now(timeout_s=0.05)
    held.set()
    assert delivery.deliver_now() == 1
    assert delivery.records[0].status == 0
    delivery.close()
    server.close()


def test_a_clock_that_runs_delivers_by_itself():
    """On the command line nobody moves the clock: a retry comes when its time has come."""
    app, came = App(), threading.Event()
    app.answers.append(Answer(status=500))
    server = HttpServer(app)
    clock = SandboxClock()
    delivery = PushDelivery(
        server.url, platform="bell", clock=clock, retries=(timedelta(milliseconds=20), timedelta(hours=1))
    )
    original = app.answer

    def answer(request):
        reply = original(request)
        if len(app.came) == 2:
            came.set()
        return reply

    app.answer = answer
    delivery(OutgoingCall(topic="x"))
    assert came.wait(10)
    delivery.close()
    server.close()


def test_the_shared_clock_and_a_platform_that_is_wrong_about_it():
    clock = SandboxClock(AT)
    with Sandbox(platforms=("wechat_shop",), clock=clock) as box:
        shop = box.wechat_shop
        assert shop.now() == AT
        box.clock.advance(timedelta(hours=2))
        assert shop.now() == AT + timedelta(hours=2)
        box.skew("wechat_shop", timedelta(minutes=-15))
        assert shop.now() == AT + timedelta(hours=1, minutes=45)
        box.clock.set(AT)
        assert clock() == AT

    with pytest.raises(ArgumentError, match="did you mean 'wechat_shop'"):
        Sandbox(platforms=("wechat_shp",))
    with pytest.raises(ArgumentError, match="one of each"):
        Sandbox(platforms=("wechat_shop", "wechat_shop"))
    with pytest.raises(UsageError, match="a clock of your own"):
        _ = Sandbox(clock=lambda: AT).clock
    with pytest.raises(UsageError, match="skew that one"):
        Sandbox(platforms=[Bell()]).skew("bell", timedelta(1))
    with pytest.raises(ArgumentError, match="zero or more"):
        clock.advance(timedelta(-1))
    with pytest.raises(ArgumentError, match="has no zone"):
        clock.set(datetime(2026, 1, 1))


def test_a_running_clock_runs_on_from_where_it_is_put():
    clock = SandboxClock()
    clock.set(AT)
    assert timedelta(0) <= clock() - AT < timedelta(minutes=1)
    clock.advance(timedelta(days=1))
    assert timedelta(days=1) <= clock() - AT < timedelta(days=1, minutes=1)
