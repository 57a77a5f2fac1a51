"""Attempts as OpenTelemetry spans: ``WeChatShop(…, observer=observe)`` once a tracer provider is set."""

import time

from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode

from privdomain.platforms import AttemptRecord


def observe(record: AttemptRecord) -> None:
    """Write one attempt as a span that has just ended."""
    end = time.time_ns()
    span = trace.get_tracer("privdomain").start_span(
        f"{record.platform} {record.operation}", start_time=end - int(record.seconds * 1e9)
    )
    span.set_attributes(
        {f"shop.{name}": getattr(record, name) for name in ("shop_id", "attempt", "outcome", "code")}
    )
    span.set_status(Status(StatusCode.OK if record.outcome == "ok" else StatusCode.ERROR))
    span.end(end)
