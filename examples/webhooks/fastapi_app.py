"""A FastAPI endpoint for a shop's webhooks. Run it: ``uvicorn --factory …:app`` with your own ``keep``."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from privdomain.errors import WebhookRefused
from privdomain.models import Notice
from privdomain.platforms import Webhook


def app(webhook: Webhook, *, keep: Callable[[Sequence[Notice]], None]) -> FastAPI:
    """``keep`` writes notices down and returns when they are safe; work on them comes later."""
    api = FastAPI()

    @api.api_route("/wechat", methods=["GET", "POST"])
    async def receive(request: Request) -> Response:
        body = await request.body()
        try:
            delivery = webhook.receive(
                headers=request.headers, query=request.query_params, body=body, at=datetime.now(UTC)
            )
        except WebhookRefused as refused:
            return Response(refused.body, refused.status, headers=dict(refused.headers))
        await run_in_threadpool(keep, delivery.notices)
        reply = delivery.reply
        return Response(reply.body, reply.status, media_type=reply.content_type)

    return api
