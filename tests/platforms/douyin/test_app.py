"""A provider's app: authorization, refresh, many shops side by side, withdrawal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import anyio
import pytest

from privdomain.errors import ArgumentError, AuthenticationFailed, AuthorizationRevoked, UsageError
from privdomain.platforms import HttpOptions, MemoryTokenStore, waiting_off
from privdomain.platforms.douyin import AsyncDouyinApp, DouyinApp
from tests.platforms.douyin._box import Box, boxed, sold

OTHERS = [str(5_000_000 + n) for n in range(5)]


def _options(box: Box, **changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "app_key": box.platform.app_key, "app_secret": box.platform.app_secret, "service_id": "12",
        "base_url": box.sandbox.url("douyin"), "token_store": MemoryTokenStore(), "clock": box.clock,
    }  # fmt: skip
    return usual | changes


def _app(box: Box, **changes: Any) -> DouyinApp:
    return DouyinApp(**_options(box, **changes))


def test_many_shops_side_by_side() -> None:
    """Each sees its own orders, by its own token; connections and store are shared."""

    with boxed() as box, waiting_off(), _app(box) as app:
        for place, shop_id in enumerate(OTHERS):
            box.platform.sell(sold(place, updated=box.clock.at), shop_id=shop_id)
            assert app.authorize(box.platform.consent(shop_id)) == shop_id
        for place, shop_id in enumerate(OTHERS):
            shop = app.shop(shop_id)
            assert shop.order(str(4933609365066000000 + place)).shop_id == shop_id
            with pytest.raises(Exception, match="not found"):
                shop.order(str(4933609365066000000 + place + 1))
        assert box.platform.tokens_issued == len(OTHERS)


def test_a_code_is_good_once() -> None:
    """And for ten minutes."""

    with boxed() as box, waiting_off(), _app(box) as app:
        code = box.platform.consent(OTHERS[0])
        app.authorize(code)
        with pytest.raises(AuthenticationFailed) as caught:
            app.authorize(code)
        assert not isinstance(caught.value, AuthorizationRevoked)
        late = box.platform.consent(OTHERS[1])
        box.clock.move(601)
        with pytest.raises(AuthenticationFailed, match="ten minutes"):
            app.authorize(late)


def test_tokens_are_refreshed_and_then_run_out() -> None:
    """Trap 11: a refresh token that is not used for 14 days is dead, and the merchant has to come again."""

    with boxed() as box, waiting_off():
        clock = box.clock

        def monotonic() -> float:
            return clock().timestamp()

        options = {"token_store": MemoryTokenStore(monotonic=monotonic), "monotonic": monotonic}
        box.platform.sell(sold(0, updated=box.clock.at), shop_id=OTHERS[0])
        with _app(box, **options) as app:
            app.authorize(box.platform.consent(OTHERS[0]))
            for _ in range(4):
                box.clock.move(6.99 * 86_400)
                app.shop(OTHERS[0]).order("4933609365066000000")
            assert box.platform.refreshes == 4
            box.clock.move(15 * 86_400)
            with pytest.raises(AuthorizationRevoked, match="authorize_url"):
                app.shop(OTHERS[0]).order("4933609365066000000")
            app.authorize(box.platform.consent(OTHERS[0]))
            app.shop(OTHERS[0]).order("4933609365066000000")


def test_who_never_came_or_has_left() -> None:
    """Both are said as what they are."""

    with boxed() as box, waiting_off(), _app(box) as app:
        with pytest.raises(AuthorizationRevoked, match="has not authorized"):
            app.shop(OTHERS[0]).order("1")
        app.authorize(box.platform.consent(OTHERS[0]))
        box.platform.withdraw(OTHERS[0])
        with pytest.raises(AuthorizationRevoked):
            app.shop(OTHERS[0]).order("1")
        assert [record.code for record in box.sandbox.requests][-1] == "dop.authorization-closed"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_awaited(backend: str) -> None:
    """The same, under asyncio and trio."""

    async def main(box: Box) -> str:
        async with AsyncDouyinApp(**_options(box)) as app:
            shop_id = await app.authorize(box.platform.consent(OTHERS[0]))
            return (await app.shop(shop_id).order("4933609365066000000")).shop_id

    with boxed() as box:
        box.platform.sell(sold(0, updated=box.clock.at - timedelta(days=1)), shop_id=OTHERS[0])
        assert anyio.run(main, box, backend=backend) == OTHERS[0]


def test_what_cannot_work_is_refused_at_once() -> None:
    """Every wrong argument, before anything is sent."""

    with boxed() as box:
        for changes, words in (
            ({"app_key": ""}, "app_key"),
            ({"token_store": None}, "token_store is missing"),
            ({"base_url": "x"}, "base_url"),
            ({"http": HttpOptions(), "transport": lambda request: request}, "pass one of them"),
        ):
            with pytest.raises(ArgumentError, match=words):
                _app(box, **changes)
        app = _app(box, service_id="")
        with pytest.raises(UsageError, match="service_id"):
            app.authorize_url("x")
        with pytest.raises(ArgumentError, match="number"):
            app.shop("shop-1")
        assert "5a9d0b0c" not in repr(app)
        app.close()
        with pytest.raises(UsageError, match="closed"):
            app.shop(OTHERS[0])


def test_the_address_where_a_merchant_authorizes() -> None:
    """The state is quoted."""

    with boxed() as box, _app(box) as app:
        assert (
            app.authorize_url("a b&c") == "https://fuwu.jinritemai.com/authorize?service_id=12&state=a+b%26c"
        )
        assert app.webhook.app_key == app.spi.app_key == box.platform.app_key
