"""What importing a room of this wing costs, seen in a fresh interpreter."""

import subprocess
import sys

import pytest

HEAVY = (
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "duckdb",
    "sklearn",
    "scipy",
    "sqlalchemy",
    "httpx",
    "pyspark",
)
LOADED = "import sys, {door}; print(*[name for name in {heavy!r} if name in sys.modules])"


@pytest.mark.parametrize(
    ("door", "more"),
    [
        ("privdomain.customers", ("narwhals", "pydantic", "attrs", "privdomain.customers.traits")),
        ("privdomain.customers.traits", ("narwhals", "pydantic")),
        ("privdomain.customers.tagging", ("narwhals",)),
        ("privdomain.customers.segmentation", ("pydantic",)),
    ],
)
def test_a_door_loads_no_engine(door, more):
    """The wing loads nothing, traits and tags no frame library at all, segmentation narwhals but no engine."""
    code = LOADED.format(door=door, heavy=HEAVY + more)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == (["attrs"] if door == "privdomain.customers" else [])


def test_one_profile_is_read_without_an_engine():
    """Traits and tags of one customer, from rows to tags, load no frame library."""
    code = """
import sys
from datetime import UTC, date, datetime
from privdomain.customers.tagging import Tagger, TagRule
from privdomain.customers.traits import TraitSet, rfm_definitions
at = datetime(2026, 5, 1, tzinfo=UTC)
rows = [{"platform": "own", "shop_id": "s", "order_id": "o", "status": "paid", "paid_minor": 900,
         "paid_at": at, "order_date": date(2026, 5, 1)}]
profile = TraitSet(rfm_definitions()).of(rows, as_of=date(2026, 6, 1))
tags = Tagger([TagRule("recent", "days_since_last_order <= 31")]).tag_row(profile, at=at)
assert [tag.tag for tag in tags] == ["recent"]
print(*[name for name in ("numpy", "narwhals", "polars") if name in sys.modules])
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == []
