"""The endpoints of examples/webhooks, each run by its framework's own test client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from privdomain.models import Notice
from privdomain.platforms.wechat_shop import WeChatShopWebhook
from privdomain.sandbox import OutgoingCall, PushDesk

Keep = Callable[[Sequence[Notice]], None]
Answer = tuple[int, bytes, str]
Send = Callable[[OutgoingCall], Answer]


def now() -> datetime:
    return datetime.now(UTC)


def fastapi(webhook: WeChatShopWebhook, keep: Keep) -> Send:
    import anyio
    import httpx

    from examples.webhooks.fastapi_app import app

    async def exchange(call: OutgoingCall) -> Answer:
        transport = httpx.ASGITransport(app=app(webhook, keep=keep), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            reply = await client.request(
                call.method, "/wechat", params=call.query, headers=call.headers, content=call.body
            )
        return reply.status_code, reply.content, reply.headers.get("content-type", "")

    return lambda call: anyio.run(exchange, call)


def flask(webhook: WeChatShopWebhook, keep: Keep) -> Send:
    from examples.webhooks.flask_app import app

    client = app(webhook, keep=keep).test_client()

    def send(call: OutgoingCall) -> Answer:
        reply = client.open(
            "/wechat",
            method=call.method,
            query_string=dict(call.query),
            data=call.body,
            headers=dict(call.headers),
        )
        return reply.status_code, reply.data, reply.content_type or ""

    return send


def django(webhook: WeChatShopWebhook, keep: Keep) -> Send:
    import sys
    from types import ModuleType

    from django.conf import settings
    from django.test import Client
    from django.urls import clear_url_caches, path

    from examples.webhooks.django_app import view

    if not settings.configured:
        settings.configure(
            ROOT_URLCONF="examples_urls", ALLOWED_HOSTS=["testserver"], SECRET_KEY="for tests", USE_TZ=True,
            MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        )  # fmt: skip
        import django as package

        package.setup()
    urls = ModuleType("examples_urls")
    urls.urlpatterns = [path("wechat", view(webhook, keep=keep))]
    sys.modules["examples_urls"] = urls
    clear_url_caches()
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def send(call: OutgoingCall) -> Answer:
        reply = client.generic(
            call.method,
            "/wechat?" + urlencode(call.query),
            call.body,
            dict(call.headers).get("content-type", "text/plain"),
        )
        return reply.status_code, reply.content, reply.headers.get("content-type", "")

    return send


@pytest.mark.parametrize("framework", [fastapi, flask, django])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_framework_s_endpoint(framework: Callable[[WeChatShopWebhook, Keep], Send], form: str) -> None:
    """Handshake, event, refusal, and a store that fails: then the platform is not told that all is well."""

    kept: list[Notice] = []
    fails = False

    def keep(notices: Sequence[Notice]) -> None:
        if fails and notices:
            raise OSError("no room left")
        kept.extend(notices)

    desk = PushDesk(app_id="wx1", now=now, form=form)
    webhook = WeChatShopWebhook(token=desk.token, encoding_aes_key=desk.encoding_aes_key, app_id="wx1")
    send = framework(webhook, keep)

    status, body, kind = send(desk.url_check("4375120948345356249"))
    assert (status, body, kept) == (200, b"4375120948345356249", [])
    assert kind.startswith("text/plain")

    status, body, _ = send(desk.order("channels_ec_order_pay", "3705115058471208928"))
    assert (status, body) == (200, b"success")
    assert [notice.ref for notice in kept] == ["3705115058471208928"]

    forged = PushDesk(app_id="wx1", now=now, form=form, token="another")
    status, body, _ = send(forged.order("channels_ec_order_pay", "1"))
    assert (status, body, len(kept)) == (403, b"", 1)

    fails = True
    status, body, _ = send(desk.order("channels_ec_order_pay", "2"))
    assert (status, b"success" in body, len(kept)) == (500, False, 1)
