"""The clients of the four platforms as targets: what the sandboxes answer, damaged, and what may come out of a call.

A transport stands in for the network and asks the emulated platform. Once it writes down what every call of every
canonical reading method is answered; afterwards it answers from these records, and some of the answers are damaged.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from attrs import define, field, frozen

from privdomain.calendar import FixedClock, Period
from privdomain.errors import PrivdomainError
from privdomain.models import Parcel
from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore, Retry
from privdomain.platforms.douyin import DouyinShop
from privdomain.platforms.kuaishou import KuaishouShop
from privdomain.platforms.wechat_shop import WeChatShop
from privdomain.platforms.xiaohongshu import XiaohongshuShop
from privdomain.sandbox import EmulatedWeChatShop, SoldStatus
from privdomain.sandbox.douyin import EmulatedDouyin, douyin_product
from privdomain.sandbox.kuaishou import EmulatedKuaishou
from privdomain.sandbox.server import Request
from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu
from tests.fuzz._mutator import Mutator
from tests.fuzz._webhook_targets import AT, sold

MOST_CALLS = 400
"""Of one reading; what the undamaged platforms need is below 20."""
DAMAGED = 0.4
"""The share of a call's answers that are damaged."""
TOKEN_CASES = 0.1
_HOUR = Period(AT - timedelta(hours=1, minutes=10), AT - timedelta(minutes=50))
_SINCE = Period(_HOUR.start, AT + timedelta(minutes=1))
_WEEK = Period(AT - timedelta(days=3), AT - timedelta(hours=36))
_STATUSES = (204, 302, 400, 401, 404, 429, 500, 503)

Call = Callable[[Any], object]


class Endless(AssertionError):
    """A reading that goes on and on."""


@frozen(kw_only=True)
class World:
    """A platform with something in it, and how to read it."""

    emulated: Any
    open: Callable[..., Any]
    """A client with no token yet: ``open(transport=…)``."""
    authorize: Callable[[Any, Any], object]
    """Gives a client its tokens, where a merchant has to."""
    calls: Mapping[str, Call]
    key: Callable[[HttpRequest], str]
    is_token: Callable[[str], bool]
    secrets: tuple[str, ...]


def _path(request: HttpRequest) -> str:
    return urlsplit(request.url).path


def _listed(listing: Any) -> int:
    """Every page of a listing, each record written down."""
    count = 0
    for page in listing.pages():
        for item in page.items:
            item.model_dump_json()
            count += 1
        for error in page.rejected:
            if not isinstance(error, PrivdomainError):
                raise AssertionError(f"a page rejects with {error!r}")
            str(error), repr(error)
        if page.cursor is not None and not isinstance(page.cursor, str):
            raise AssertionError(f"the cursor is {page.cursor!r}")
    return count


def _one(record: Any) -> int:
    for item in record if isinstance(record, tuple) else (record,):
        item.model_dump_json()
    return 1


def _usual(
    order_id: str, case_id: str, product: tuple[str, str], *, short: Period, sizes: Mapping[str, int | None]
) -> dict[str, Call]:
    """The readings; ``sizes`` are the pages that a platform does not let be of two rows."""

    def size(of: str) -> int | None:
        return sizes.get(of, 2)

    return {
        "orders": lambda shop: _listed(shop.orders(updated=short, page_size=2)),
        "orders_created": lambda shop: _listed(shop.orders(created=_HOUR, page_size=2)),
        "orders_items": lambda shop: [order.model_dump_json() for order in shop.orders(updated=short)],
        "order": lambda shop: _one(shop.order(order_id)),
        "aftersales": lambda shop: _listed(shop.aftersales(updated=short, page_size=size("aftersales"))),
        "aftersale": lambda shop: _one(shop.aftersale(case_id)),
        "products": lambda shop: _listed(shop.products(page_size=size("products"))),
        "product": lambda shop: _one(shop.product(product[0])),
        "stock": lambda shop: _one(shop.stock(product[0], sku_id=product[1])),
        "settlements": lambda shop: _listed(shop.settlements(booked=_WEEK, page_size=size("settlements"))),
        "trace": lambda shop: _one(shop.trace(order_id)),
    }


_STATES = (SoldStatus.PAID, SoldStatus.COMPLETED, SoldStatus.SHIPPED, SoldStatus.CLOSED, SoldStatus.PENDING_PAYMENT)  # fmt: skip


def _options(transport: Any, **more: Any) -> dict[str, Any]:
    return {
        "base_url": "http://127.0.0.1:1", "transport": transport, "token_store": MemoryTokenStore(), "random_state": 1,
        "clock": FixedClock(AT), "retry": Retry(attempts=1), "adaptive": None, **more,
    }  # fmt: skip


def wechat_shop() -> World:
    """微信小店."""
    platform = EmulatedWeChatShop(clock=lambda: AT)
    for number, status in enumerate(_STATES):
        platform.sell(sold(number, status=status))
    case = platform.open_aftersale(sold(1).order_id, at=AT - timedelta(minutes=55))
    platform.open_aftersale(sold(2).order_id, kind="RETURN", at=AT - timedelta(minutes=54))
    for number in range(5):
        platform.book_flow(at=AT - timedelta(days=2, seconds=number), funds_type=1, amount=100, order_id="1")

    def opened(transport: Any) -> Any:
        return WeChatShop(**_options(transport, app_id=platform.app_id, app_secret=platform.app_secret))

    calls = _usual(sold(1).order_id, case, ("350", "1001"), short=_HOUR, sizes={"aftersales": None})
    del calls["trace"]  # the platform has none
    return World(
        emulated=platform,
        open=opened,
        authorize=lambda shop, transport: None,
        calls=calls,
        key=_path,
        is_token=lambda key: key == "/cgi-bin/stable_token",
        secrets=(platform.app_secret,),
    )


def douyin() -> World:
    """抖店."""
    from privdomain.sandbox.douyin import DEFAULT_SHOP_ID

    platform = EmulatedDouyin(clock=lambda: AT)
    for number, status in enumerate(_STATES):
        platform.sell(sold(number, status=status))
    case = 7000000000000000001
    for number in range(3):
        order_id = sold(number).order_id
        line = platform.order(order_id)["sku_order_list"][0]["order_id"]
        platform.open_aftersale(str(case + number), order_id=order_id, line_id=line, amount=900, kind=number)
        platform.put_product(
            douyin_product(str(350 + number), title="茶", skus={str(1001 + number): (1280, 5)})
        )
    for number in range(5):
        platform.book(f"T{number}", at=AT - timedelta(days=2, seconds=number // 2), amount=100 - 50 * number, order_id="1")  # fmt: skip

    def opened(transport: Any) -> Any:
        return DouyinShop(
            **_options(transport, app_key=platform.app_key, app_secret=platform.app_secret, shop_id=DEFAULT_SHOP_ID)
        )  # fmt: skip

    def authorize(shop: Any, transport: Any) -> None:
        if not platform.order(sold(0).order_id)["logistics_info"]:
            shop.ship(sold(0).order_id, parcels=[Parcel(carrier="sf", waybill_id="SF1")])

    calls = _usual(sold(0).order_id, str(case), ("350", "1001"), short=_SINCE, sizes={})
    return World(
        emulated=platform,
        open=opened,
        authorize=authorize,
        calls=calls,
        key=_path,
        is_token=lambda key: key.startswith("/token/"),
        secrets=(platform.app_secret,),
    )


def kuaishou() -> World:
    """快手小店, where listings have neither settlements nor traces."""
    platform = EmulatedKuaishou(clock=lambda: AT)
    for number, status in enumerate(_STATES):
        platform.sell(sold(2 * number, status=status))
    cases = [platform.open_aftersale(sold(2 * number).order_id) for number in range(3)]
    for number in range(12):
        platform.put_item(str(350 + number), skus={str(1001 + number): (100, 5)}, title="茶")

    def opened(transport: Any) -> Any:
        return KuaishouShop(
            **_options(
                transport, app_key=platform.app_key, app_secret=platform.app_secret,
                sign_secret=platform.sign_secret, shop_id=platform.shop_id,
            )
        )  # fmt: skip

    calls = _usual(sold(2).order_id, cases[0], ("350", "1001"), short=_SINCE, sizes={"products": 10})
    del calls["settlements"], calls["trace"]
    return World(
        emulated=platform,
        open=opened,
        authorize=lambda shop, transport: shop.authorize(platform.consent()),
        calls=calls,
        key=_path,
        is_token=lambda key: "/oauth2/" in key,
        secrets=(platform.app_secret, platform.sign_secret),
    )


def xiaohongshu() -> World:
    """小红书, half hours at a time."""
    platform = EmulatedXiaohongshu(clock=lambda: AT)
    for number, status in enumerate(_STATES):
        platform.sell(sold(number, status=status))
    cases = [platform.open_aftersale(sold(number).order_id, refund=12.1, return_type=4 - 2 * (number == 1)) for number in range(3)]  # fmt: skip
    for number in range(3):
        platform.put_product(
            str(350 + number), name="茶", skus={str(1001 + number): 1280, str(2001 + number): 1}
        )
        platform.put_stock(str(1001 + number), 7, occupied=2)
        platform.settle(f"t{number}", order_id="P1", amount="12.10", commissionAmount="-0.61", settledTime=int((AT - timedelta(days=2)).timestamp() * 1000))  # fmt: skip

    def opened(transport: Any) -> Any:
        return XiaohongshuShop(
            **_options(
                transport, app_id=platform.app_id, app_secret=platform.app_secret, shop_id=platform.shop_id,
                accept_unconfirmed=("products", "product", "stock", "settlements"),
            )
        )  # fmt: skip

    calls = _usual(sold(2).order_id, cases[0], ("350", "1001"), short=_SINCE, sizes={})
    return World(
        emulated=platform,
        open=opened,
        authorize=lambda shop, transport: shop.authorize(platform.consent()),
        calls=calls,
        key=lambda request: str(json.loads(request.body)["method"]),
        is_token=lambda key: key.startswith("oauth."),
        secrets=(platform.app_secret,),
    )


WORLDS: Mapping[str, Callable[[], World]] = {
    "wechat_shop": wechat_shop,
    "douyin": douyin,
    "kuaishou": kuaishou,
    "xiaohongshu": xiaohongshu,
}


def _ask(platform: Any, request: HttpRequest) -> HttpResponse:
    reply = platform.handle(
        Request(
            method=request.method,
            path=_path(request),
            query=dict(request.query),
            headers={name.lower(): value for name, value in request.headers},
            body=request.body,
        ),
        None,
    )
    return HttpResponse(reply.status, reply.body, {"content-type": reply.content_type})


@define
class _Records:
    """What was answered, by call."""

    world: World
    bodies: list[bytes] = field(factory=list)
    places: dict[str, list[int]] = field(factory=dict)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = _ask(self.world.emulated, request)
        key = self.world.key(request)
        self.places.setdefault(key, []).append(len(self.bodies))
        self.bodies.append(answer.body)
        return answer


@define
class _Liar:
    """Answers from the records, and damages some of the answers."""

    world: World
    records: _Records
    mutator: Mutator
    chance: random.Random
    tokens_too: bool = False
    damaged: int = 0
    asked: int = 0
    before: dict[str, HttpResponse] = field(factory=dict)
    """What is said again and again, by call, where this reading is a stubborn one."""
    stubborn: bool = False
    last: str = ""
    """What was said last that is damaged, for who has to find out."""

    def begin(self) -> None:
        """A reading begins."""
        self.asked = 0
        self.before.clear()
        self.stubborn = self.chance.random() < 0.3

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        if self.asked > MOST_CALLS:
            raise Endless(f"a reading has made {self.asked} calls, the last one of {self.world.key(request)}")
        key = self.world.key(request)
        if key in self.before:
            return self.before[key]
        answer = self._answer(key, request)
        if self.stubborn and not self.world.is_token(key):
            self.before[key] = answer
        return answer

    def _answer(self, key: str, request: HttpRequest) -> HttpResponse:
        places = self.records.places.get(key)
        is_token = self.world.is_token(key)
        share = DAMAGED if not is_token else (0.8 if self.tokens_too else 0.0)
        if places is None:
            return _ask(self.world.emulated, request)
        place = self.chance.choice(places)
        if self.chance.random() >= share:
            return HttpResponse(200, self.records.bodies[place], {"content-type": "application/json"})
        self.damaged += 1
        status = self.chance.choice(_STATUSES) if self.chance.random() < 0.05 else 200
        body = self.mutator.damaged(place)
        self.last = f"the last damaged answer is {status} of {key}: {body[:600]!r}"
        return HttpResponse(status, body, {"content-type": "application/json"})


@define
class Answers:
    """A platform's clients and answers; `read` makes one reading and counts what was damaged."""

    name: str
    seed: str = ""
    reached: dict[str, int] = field(factory=dict)
    """How often each reading came to its end."""
    _world: World = field(init=False)
    _liar: _Liar = field(init=False)
    _shop: Any = field(init=False)
    _chance: random.Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._world = WORLDS[self.name]()
        records = _Records(self._world)
        shop = self._world.open(records)
        self._world.authorize(shop, records)
        for name, call in self._world.calls.items():
            count = call(shop)
            if not count:
                raise AssertionError(f"{self.name}: {name} has nothing to record")
        self._chance = random.Random(f"{self.seed}/{self.name}")
        mutator = Mutator(records.bodies, seed=f"{self.seed}/{self.name}")
        self._liar = _Liar(self._world, records, mutator, self._chance)
        self._shop = self._opened()

    def _opened(self) -> Any:
        shop = self._world.open(self._liar)
        self._world.authorize(shop, self._liar)
        return shop

    @property
    def damaged(self) -> int:
        """How many damaged answers there have been."""
        return self._liar.damaged

    @property
    def names(self) -> list[str]:
        """The kinds of reading."""
        return list(self._world.calls)

    def read(self) -> None:
        """One reading of one kind; raises what comes out of it, and what must not."""
        name = self._chance.choice(list(self._world.calls))
        liar = self._liar
        liar.begin()
        try:
            if self._chance.random() < TOKEN_CASES:
                liar.tokens_too = True
                self._world.calls[name](self._opened())
            else:
                self._world.calls[name](self._shop)
        except PrivdomainError as error:
            said = f"{error} {error!r}"
            for secret in self._world.secrets:
                if secret in said:
                    raise AssertionError(f"{name}: an error quotes a secret") from None
            raise
        except Exception as error:
            error.add_note(f"reading {name} of {self.name}, seed {self.seed!r}; {liar.last}")
            raise
        else:
            self.reached[name] = self.reached.get(name, 0) + 1
        finally:
            liar.tokens_too = False
