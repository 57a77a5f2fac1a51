"""OAuth: kuaishou.md §3, trap 7, and an application with many shops."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import anyio
import pytest

from privdomain.errors import ArgumentError, AuthenticationFailed, AuthorizationRevoked, UsageError
from privdomain.platforms import MemoryTokenStore, waiting_off
from privdomain.platforms.kuaishou import AsyncKuaishouShop, KuaishouApp, KuaishouShop
from privdomain.sandbox import Fault
from tests.platforms.kuaishou._shops import NOW, bench, oid, sold


@pytest.fixture
def desk():
    with bench() as made:
        made.shop.sell(sold())
        yield made


def test_the_page_for_the_merchant(desk):
    with KuaishouShop(**desk.options()) as shop:
        url = shop.authorize_url(
            redirect_uri="https://me.example/cb?x=1", scopes=("merchant_order", "user_info"), state="s t"
        )
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://open.kwaixiaodian.com/oauth/authorize"
    assert dict(parse_qsl(parts.query)) == {
        "app_id": desk.shop.app_key, "redirect_uri": "https://me.example/cb?x=1",
        "scope": "merchant_order,user_info", "response_type": "code", "state": "s t",
    }  # fmt: skip
    with KuaishouShop(**desk.options()) as shop, pytest.raises(ArgumentError, match="scopes"):
        shop.authorize_url(redirect_uri="https://me.example", scopes="merchant_order")


def test_a_code_is_good_once_and_for_two_minutes(desk):
    """Trap 2: grant_type is ``code`` and the application is ``app_id``."""
    code, late = desk.shop.consent(), desk.shop.consent()
    with waiting_off(), KuaishouShop(**desk.options()) as shop:
        shop.authorize(code)
        assert shop.order(oid()).order_id == oid()
        with pytest.raises(AuthorizationRevoked):
            shop.authorize(code)
        desk.clock.advance(timedelta(seconds=120))
        with pytest.raises(AuthorizationRevoked):
            shop.authorize(late)
    first = desk.box.requests[0]
    assert (first.method, first.path) == ("GET", "/oauth2/access_token")
    assert first.query["grant_type"] == "code" and first.query["app_id"] == desk.shop.app_key
    assert first.query["code"] == first.query["app_secret"] == "***"


def test_without_tokens_nothing_is_sent(desk):
    with KuaishouShop(**desk.options()) as shop:
        with pytest.raises(AuthenticationFailed, match=r"authorize\(code\)"):
            shop.order(oid())
        assert shop.authorized_until() is None
    assert not desk.paths


def test_the_pair_rotates_and_the_new_one_is_kept_before_use(desk):
    """The refresh token of a store is the new one before the first call goes out with the new access token."""
    store = MemoryTokenStore(monotonic=desk.monotonic)
    kept_at_use = []
    original = desk.shop.handle

    def watched(request, quirk):
        if request.path == "/open/order/detail":
            kept_at_use.append(next(iter(store._entries.values())).value)
        return original(request, quirk)

    desk.shop.handle = watched
    with desk.client(token_store=store) as shop:
        shop.order(oid())
        desk.clock.advance(timedelta(hours=48))
        shop.order(oid())
    assert len(set(kept_at_use)) == 2
    assert desk.shop.tokens_served()["refresh_token"] == 1


def test_a_discarded_refresh_token_is_a_lost_authorization(desk):
    """Somebody else has refreshed with our pair, and nobody told our store."""
    pair = desk.pair()
    with waiting_off(), KuaishouShop(**desk.options()) as other, KuaishouShop(**desk.options()) as shop:
        for client in (other, shop):
            client.adopt_tokens(**pair)
        desk.clock.advance(timedelta(hours=48))
        other.order(oid())
        with pytest.raises(AuthorizationRevoked, match=r"refreshToken\.discarded"):
            shop.order(oid())


def test_a_withdrawn_authorization_is_told(desk):
    with desk.client() as shop:
        shop.order(oid())
        desk.shop.withdraw()
        with pytest.raises(AuthorizationRevoked, match="authorize the application again"):
            shop.order(oid())
        shop.authorize(desk.shop.consent())
        assert shop.order(oid()).order_id == oid()


def test_a_refused_access_token_is_refreshed_once(desk):
    with desk.client() as shop:
        shop.order(oid())
        desk.shop.revoke_tokens()
        assert shop.order(oid()).order_id == oid()
    assert desk.shop.tokens_served() == {"refresh_token": 1}


def test_a_refresh_whose_answer_is_lost_before_it_was_made_is_repeated(desk):
    with desk.client() as shop:
        desk.clock.advance(timedelta(hours=48))
        desk.box.fail_next(Fault("reset", when="before", path="/oauth2/refresh_token"), platform="kuaishou")
        assert shop.order(oid()).order_id == oid()


def test_180_days_are_the_end_however_often_was_refreshed(desk, caplog):
    """Trap 7: the end is known from the start, kept with the pair, warned of, and no call is made after it."""
    with desk.client() as shop:
        end = shop.authorized_until()
        assert end == (NOW + timedelta(days=180)).replace(microsecond=0)
        for _ in range(89):  # every two days
            desk.clock.advance(timedelta(hours=48))
            with pytest.raises(Exception, match="has no product"):
                shop.product("1")
        assert abs(shop.authorized_until() - end) < timedelta(seconds=2)
        assert desk.shop.tokens_served()["refresh_token"] == 89
        desk.clock.advance(timedelta(hours=49))
        sent = len(desk.paths)
        with pytest.raises(AuthorizationRevoked, match="180 days at the most"):
            shop.order(oid())
        assert len(desk.paths) == sent
    warned = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert 6 <= len(warned) <= 8 and "has to give it again" in warned[0].getMessage()


def test_a_test_user_has_ten_days(desk):
    with bench(authorization_s=10 * 86_400) as short, short.client() as shop:
        short.clock.advance(timedelta(hours=48))
        with pytest.raises(Exception, match="has no product"):
            shop.product("1")
        assert shop.authorized_until() == (NOW + timedelta(days=10)).replace(microsecond=0)


def test_adopted_pairs_are_whole(desk):
    with KuaishouShop(**desk.options()) as shop:
        for wrong in ({"access_token": ""}, {"refresh_token": ""}, {"expires_in_s": -1}):
            pair = {"access_token": "a", "refresh_token": "r", "expires_in_s": 5} | wrong
            with pytest.raises(ArgumentError, match="takes a pair"):
                shop.adopt_tokens(**pair)


def test_an_awaited_shop_is_authorized_alike(desk):
    async def main():
        with waiting_off():
            async with AsyncKuaishouShop(**desk.options()) as shop:
                assert await shop.authorized_until() is None
                await shop.authorize(desk.shop.consent())
                assert (await shop.order(oid())).order_id == oid()
                return await shop.authorized_until()

    assert anyio.run(main) == (NOW + timedelta(days=180)).replace(microsecond=0)


# --- an application and its shops ---


def app_options(desk, **changes):
    options = desk.options(**changes)
    del options["shop_id"]
    return options


def test_an_application_finds_out_whose_code_it_is(desk):
    desk.shop.seller("4100000002").sell(sold(1))
    with waiting_off(), KuaishouApp(**app_options(desk)) as app:
        found = [app.authorize(desk.shop.consent(seller)) for seller in ("4100000001", "4100000002")]
        assert found == ["4100000001", "4100000002"]
        first, second = map(app.shop, found)
        assert first.order(oid(0)).shop_id == "4100000001"
        assert second.order(oid(1)).shop_id == "4100000002"
        with pytest.raises(Exception, match="another seller"):
            first.order(oid(1))
        assert app.shop("4100000001") is first


def test_the_page_of_an_application(desk):
    with KuaishouApp(
        **app_options(desk, redirect_uri="https://me.example/cb", scopes=("merchant_order",))
    ) as app:
        url = app.authorize_url("s t")
    query = dict(parse_qsl(urlsplit(url).query))
    assert (query["redirect_uri"], query["scope"], query["state"]) == (
        "https://me.example/cb",
        "merchant_order",
        "s t",
    )
    with KuaishouApp(**app_options(desk)) as app, pytest.raises(UsageError, match="redirect_uri"):
        app.authorize_url("s")


def test_an_application_has_a_token_of_its_own(desk):
    with KuaishouApp(**app_options(desk)) as app:
        token = app.app_token()
        assert token.expires_in == 172_800 and token.access_token not in repr(token)
        assert desk.shop.app_secret not in repr(app) and desk.shop.sign_secret not in repr(app)
    with pytest.raises(UsageError, match="is closed"):
        app.shop("1")


def test_wrong_configurations_are_refused(desk):
    for wrong, words in (
        ({"app_key": ""}, "app_key"), ({"sign_secret": " "}, "sign_secret"), ({"base_url": "x"}, "base_url"),
        ({"shop_id": ""}, "shop_id"), ({"sign_method": "SHA1"}, "sign_method"),
        ({"aftersales_window": timedelta(days=2)}, "aftersales_window"), ({"message_key": "AA=="}, "message_key"),
        ({"accept_unconfirmed": ("GetMembr",)}, "GetMember"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=words):
            KuaishouShop(**desk.options(**wrong))
    with KuaishouShop(**desk.options()) as shop, pytest.raises(UsageError, match="message_key"):
        _ = shop.webhook
