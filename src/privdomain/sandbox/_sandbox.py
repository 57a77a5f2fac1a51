"""`Sandbox`: emulated platforms, each listening on its own port of 127.0.0.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from privdomain.errors import ArgumentError, Problem, UsageError, nearest
from privdomain.sandbox._record import RequestLog, RequestRecord
from privdomain.sandbox._service import Platform, PlatformService
from privdomain.sandbox.faults import Fault, FaultInjector, Faults
from privdomain.sandbox.server import HttpServer
from privdomain.sandbox.wechat_shop import EmulatedWeChatShop, wall_clock

__all__ = ["Sandbox"]


class Sandbox:
    """Platforms on localhost. Each has an address of its own, because the real ones are different hosts.

    Give ``orders``, ``products`` and ``clock`` for a WeChat Store with the usual settings, or ``platforms`` made by
    hand for anything else. ``faults`` go wrong by themselves; `fail_next` makes one go wrong now. ``port`` is the
    first platform's, the next one's is one higher; 0 takes free ones. The latest ``keep_requests`` are remembered.

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
        platforms: Iterable[Platform] | None = None,
        port: int = 0,
        keep_requests: int = 100_000,
    ) -> None:
        if platforms is None:
            usual = EmulatedWeChatShop(
                orders=orders or (), products=products or (), clock=clock or wall_clock
            )
            platforms = (usual,)
        elif orders is not None or products is not None or clock is not None:
            raise ArgumentError(
                "orders, products and clock make the usual WeChat Store; give them to your own platform"
            )
        self._platforms = {platform.name: platform for platform in platforms}
        plan = faults or Faults()
        for rule in plan.rules:
            _check_code(rule, self._platforms.values())
        self._log = RequestLog(keep=keep_requests)
        self._injectors = {name: FaultInjector(plan, platform=name) for name in self._platforms}
        self._port = port
        self._servers: dict[str, HttpServer] = {}

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
        """Let go of every reply that is held, hang up, and free the ports."""
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
