"""A Django view for a shop's webhooks: ``urlpatterns = [path("wechat", view(webhook, keep=…))]``."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from privdomain.errors import WebhookRefused
from privdomain.models import Notice
from privdomain.platforms import Webhook


def view(
    webhook: Webhook, *, keep: Callable[[Sequence[Notice]], None]
) -> Callable[[HttpRequest], HttpResponse]:
    """``keep`` writes notices down and returns when they are safe; work on them comes later."""

    @csrf_exempt  # a platform has no form of ours; its signature is the proof
    @require_http_methods(["GET", "POST"])
    def receive(request: HttpRequest) -> HttpResponse:
        try:
            delivery = webhook.receive(headers=request.headers, query=request.GET.dict(), body=request.body)
        except WebhookRefused as refused:
            return HttpResponse(refused.body, status=refused.status, headers=dict(refused.headers))
        keep(delivery.notices)
        reply = delivery.reply
        return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)

    return receive
