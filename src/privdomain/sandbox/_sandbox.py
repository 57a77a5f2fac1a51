"""`Sandbox`: emulated platforms, each listening on its own port of 127.0.0.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from privdomain.errors import ArgumentError, Problem, UsageError, nearest
from privdomain.sandbox._catalog import make_platform
from privdomain.sandbox._record import RequestLog, RequestRecord
from privdomain.sandbox._service import Platform, PlatformService
from privdomain.sandbox.clock import SandboxClock, SkewedClock
from privdomain.sandbox.delivery import PushAnswer, PushDelivery, PushFaults, PushRecord
from privdomain.sandbox.faults import Fault, FaultInjector, Faults
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.server import HttpServer
from privdomain.sandbox.wechat_shop import EmulatedWeChatShop

__all__ = ["Sandbox"]


class Sandbox:
    """Platforms on localhost. Each has an address of its own, because the real ones are different hosts.

    ``platforms`` are names (``"douyin"``) of platforms with the usual settings, or platforms made by hand; without
    them it is a WeChat Store with these ``orders`` and ``products``. Those made here share one ``clock``. ``faults``
    go wrong by themselves; `fail_next` makes one go wrong now. `push_to` says where the platforms deliver what they
    tell by themselves. ``port`` is the first platform's, the next one's is one higher; 0 takes free ones. The latest
    ``keep_requests`` are remembered.

    ```python
    import json
    from urllib.request import Request, urlopen
    from privdomain.sandbox import Sandbox

    with Sandbox() as box:
        shop = box.wechat_shop
        wish = {"grant_type": "client_credential", "appid": shop.app_id, "secret": shop.app_secret}
        url = box.url("wechat_shop") + "/cgi-bin/stable_token"
        with urlopen(Request(url, data=json.dumps(wish).encode())) as reply:
            assert json.load(reply)["expires_in"] == 7200
        assert box.requests[0].body["secret"] == "***"
    ```
    """

    def __init__(
        self,
        *,
        orders: Iterable[Mapping[str, Any]] | None = None,
        products: Iterable[Mapping[str, Any]] | None = None,
        faults: Faults | None = None,
        clock: Callable[[], datetime] | None = None,
        platforms: Iterable[Platform | str] | None = None,
        port: int = 0,
        keep_requests: int = 100_000,
    ) -> None:
        wanted = ("wechat_shop",) if platforms is None else tuple(platforms)
        named = [one for one in wanted if isinstance(one, str)]
        if platforms is not None and (orders is not None or products is not None):
            raise ArgumentError(
                "orders and products make the usual WeChat Store; give them to your own platform"
            )
        if clock is not None and not named and not isinstance(clock, SandboxClock):
            raise ArgumentError(
                "clock is for the platforms that are made here; give it to your own platforms"
            )
        self._time = clock or SandboxClock()
        self._skews = {name: SkewedClock(self._time) for name in named}
        self._platforms: dict[str, Platform] = {}
        for one in wanted:
            platform = (
                self._made(one, orders, products, alone=platforms is None) if isinstance(one, str) else one
            )
            if platform.name in self._platforms:
                raise ArgumentError(f"two platforms are {platform.name}; a sandbox has one of each")
            self._platforms[platform.name] = platform
        self._deliveries: dict[str, PushDelivery] = {}
        plan = faults or Faults()
        for rule in plan.rules:
            _check_code(rule, self._platforms.values())
        self._log = RequestLog(keep=keep_requests)
        self._injectors = {name: FaultInjector(plan, platform=name) for name in self._platforms}
        self._port = port
        self._servers: dict[str, HttpServer] = {}

    def _made(
        self,
        name: str,
        orders: Iterable[Mapping[str, Any]] | None,
        products: Iterable[Mapping[str, Any]] | None,
        *,
        alone: bool,
    ) -> Platform:
        if alone:
            return EmulatedWeChatShop(orders=orders or (), products=products or (), clock=self._skews[name])
        return make_platform(name, clock=self._skews[name])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Listen. ``with`` does it."""
        if self._servers:
            raise UsageError("this sandbox is running already")
        for place, (name, platform) in enumerate(self._platforms.items()):
            service = PlatformService(platform, injector=self._injectors[name], log=self._log)
            self._servers[name] = HttpServer(service, port=self._port + place if self._port else 0)

    def close(self) -> None:
        """Let go of every reply that is held, hang up, stop delivering, and free the ports."""
        for name, delivery in self._deliveries.items():
            self._listen(name, None)
            delivery.close()
        self._deliveries.clear()
        for injector in self._injectors.values():
            injector.close()
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    def url(self, platform: str) -> str:
        """The address of a platform, without a path; what takes the place of ``https://api.weixin.qq.com``."""
        self._known(platform)
        if platform not in self._servers:
            raise UsageError("this sandbox is not running; write `with Sandbox(…) as box:` or call start()")
        return self._servers[platform].url

    @property
    def platforms(self) -> Mapping[str, Platform]:
        """Every platform by name."""
        return dict(self._platforms)

    @property
    def wechat_shop(self) -> EmulatedWeChatShop:
        """The emulated WeChat Store: add and update orders, revoke tokens, count them, read its clock."""
        platform = self._known("wechat_shop")
        if not isinstance(platform, EmulatedWeChatShop):
            raise UsageError(
                f"wechat_shop is a {type(platform).__name__} of your own here; keep a reference to it"
            )
        return platform

    @property
    def clock(self) -> SandboxClock:
        """The time that the platforms share: ``box.clock.advance(timedelta(hours=2))``."""
        if not isinstance(self._time, SandboxClock):
            raise UsageError("this sandbox lives by a clock of your own; move that one")
        return self._time

    def skew(self, platform: str, by: timedelta) -> None:
        """Let one platform's clock go wrong by so much (its signatures, its tokens), until it is skewed by zero."""
        self._known(platform)
        if platform not in self._skews:
            raise UsageError(f"{platform} is a platform of your own, with a clock of its own; skew that one")
        self._skews[platform].skew = by

    # --- what platforms send by themselves ---

    def push_to(
        self,
        platform: str,
        url: str,
        *,
        faults: PushFaults | None = None,
        retries: Sequence[timedelta] | None = None,
    ) -> PushDelivery:
        """Deliver what a platform tells by itself (webhooks) to ``url``, in a thread, until the sandbox is closed.

        ``retries`` are the waits after a call that was not answered with HTTP 200; then it is given up.

        Raises:
            ArgumentError: for a platform that tells nothing, or an address that is none.
        """
        if not hasattr(self._known(platform), "on_push"):
            raise ArgumentError(f"{platform} sends nothing by itself here")
        more: dict[str, Any] = {} if retries is None else {"retries": retries}
        delivery = PushDelivery(url, platform=platform, clock=self._time, faults=faults, **more)
        before = self._deliveries.pop(platform, None)
        self._deliveries[platform] = delivery
        self._listen(platform, delivery)
        if before is not None:
            before.close()
        return delivery

    def deliver_now(self) -> int:
        """Wait until everything that is due by the clock has been delivered; returns how many tries that made."""
        return sum(delivery.deliver_now() for delivery in list(self._deliveries.values()))

    def ask(self, platform: str, call: OutgoingCall) -> PushAnswer:
        """Make one of a platform's calls to its address now and return the answer: a URL check, an SPI call."""
        self._known(platform)
        if platform not in self._deliveries:
            raise UsageError(f"nobody has said where {platform} calls; push_to({platform!r}, url) does")
        return self._deliveries[platform].ask(call)

    @property
    def pushes(self) -> tuple[PushRecord, ...]:
        """Every try to deliver so far, platform by platform, oldest first."""
        return tuple(record for delivery in self._deliveries.values() for record in delivery.records)

    def _listen(self, platform: str, delivery: PushDelivery | None) -> None:
        self._platforms[platform].on_push = delivery  # type: ignore[attr-defined]

    @property
    def requests(self) -> tuple[RequestRecord, ...]:
        """What was asked so far, oldest first, secrets masked."""
        return self._log.all()

    def fail_next(self, fault: Fault, *, times: int = 1, platform: str = "wechat_shop") -> None:
        """Let the next ``times`` requests on which ``fault`` can show meet it; its rate does not matter."""
        _check_code(fault, [self._known(platform)])
        self._injectors[platform].schedule(fault, times=times)

    def release(self) -> None:
        """Let go of every reply that is held now."""
        for injector in self._injectors.values():
            injector.release()

    def _known(self, name: str) -> Platform:
        if name not in self._platforms:
            close = nearest(name, self._platforms)
            hint = f"; did you mean {close!r}?" if close else f" (there is {', '.join(self._platforms)})"
            raise ArgumentError(f"this sandbox has no platform {name!r}{hint}")
        return self._platforms[name]


def _check_code(fault: Fault, platforms: Iterable[Platform]) -> None:
    known = {code for platform in platforms for code in platform.codes}
    if fault.code and fault.code not in known:
        problem = Problem(str(fault), "nobody here says this code", f"one of {', '.join(sorted(known))}")
        raise ArgumentError("a fault has an unknown code", problems=[problem])
