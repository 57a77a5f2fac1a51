"""Attempts as Prometheus metrics: ``WeChatShop(…, observer=observe)``, then ``start_http_server(9000)``."""

from prometheus_client import Counter, Gauge, Histogram

from privdomain.platforms import AttemptRecord

ATTEMPTS = Counter(
    "shop_attempts", "Calls of platforms", ["platform", "shop", "operation", "outcome", "code"]
)
SECONDS = Histogram("shop_attempt_seconds", "How long they took", ["platform", "operation"])
QUOTA = Gauge("shop_quota_left", "Calls left of the day, where the platform says it", ["platform", "shop"])


def observe(record: AttemptRecord) -> None:
    """Count one attempt."""
    who = (record.platform, record.shop_id)
    ATTEMPTS.labels(*who, record.operation, record.outcome, record.code).inc()
    SECONDS.labels(record.platform, record.operation).observe(record.seconds)
    if record.quota_left is not None:
        QUOTA.labels(*who).set(record.quota_left)
