"""The observers of the examples, given attempts of a real client."""

from __future__ import annotations

from typing import Any

import pytest

from privdomain.platforms import HttpResponse, waiting_off
from privdomain.platforms.wechat_shop import WeChatShop
from tests.platforms._scripted import ScriptedShop, options, order_payload

ANSWERS = {2: HttpResponse(503)}


def _call(observe: Any) -> None:
    """A token, an order whose first attempt fails, and its second."""
    server = ScriptedShop({"A": order_payload("A")}, interrupts=ANSWERS)
    with waiting_off(), WeChatShop(transport=server, **options(observer=observe, shop_id="mall")) as shop:
        shop.order("A")


def test_prometheus_counts_attempts_by_outcome() -> None:
    """Three attempts, one of them failed; what is left of the day where a platform says it."""
    prometheus = pytest.importorskip("prometheus_client")
    from examples.observability.prometheus import observe
    from privdomain.platforms import AttemptRecord

    _call(observe)
    observe(
        AttemptRecord(
            platform="p", shop_id="s", operation="o", attempt=1, seconds=0.1, outcome="ok", quota_left=7
        )
    )

    def value(name: str, **labels: str) -> float | None:
        return prometheus.REGISTRY.get_sample_value(name, labels)

    shop = {"platform": "wechat_shop", "shop": "mall", "operation": "GetOrder"}
    assert value("shop_attempts_total", **shop, outcome="failed", code="http-503") == 1
    assert value("shop_attempts_total", **shop, outcome="ok", code="") == 1
    assert value("shop_attempt_seconds_count", platform="wechat_shop", operation="GetOrder") == 2
    assert value("shop_quota_left", platform="p", shop="s") == 7
    assert value("shop_quota_left", platform="wechat_shop", shop="mall") is None


def test_opentelemetry_has_a_span_an_attempt() -> None:
    """With its outcome, and no longer than the attempt was."""
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    from opentelemetry import trace as api
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from examples.observability.opentelemetry import observe

    spans = InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    api.set_tracer_provider(provider)
    _call(observe)

    told = [
        (span.name, span.attributes["shop.outcome"], span.status.is_ok) for span in spans.get_finished_spans()
    ]
    assert told == [
        ("wechat_shop GetStableToken", "ok", True),
        ("wechat_shop GetOrder", "failed", False),
        ("wechat_shop GetOrder", "ok", True),
    ]
    assert all(span.attributes["shop.shop_id"] == "mall" for span in spans.get_finished_spans())
    assert all(span.end_time >= span.start_time for span in spans.get_finished_spans())
