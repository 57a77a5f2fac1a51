"""A Flask endpoint for a shop's webhooks."""

from collections.abc import Callable, Sequence

from flask import Flask, Response, request

from privdomain.errors import WebhookRefused
from privdomain.models import Notice
from privdomain.platforms import Webhook


def app(webhook: Webhook, *, keep: Callable[[Sequence[Notice]], None]) -> Flask:
    """``keep`` writes notices down and returns when they are safe; work on them comes later."""
    flask = Flask(__name__)

    @flask.route("/wechat", methods=["GET", "POST"])
    def receive() -> Response:
        try:
            delivery = webhook.receive(headers=request.headers, query=request.args, body=request.get_data())
        except WebhookRefused as refused:
            return Response(refused.body, refused.status, headers=list(refused.headers))
        keep(delivery.notices)
        reply = delivery.reply
        return Response(reply.body, reply.status, content_type=reply.content_type)

    return flask
