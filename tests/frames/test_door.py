"""The front door: what it offers, and what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from privdomain import frames
from privdomain.frames import Schema

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "facts-and-frames.md"
ENGINES = ["polars", "numpy", "pandas", "pyarrow", "duckdb", "pyspark", "narwhals", "pydantic"]


@pytest.mark.parametrize("door", ["privdomain.frames", "privdomain.frames.schema"])
def test_loads_no_engine(door):
    """Reading a schema costs neither an engine nor narwhals nor the records."""
    code = f"import sys, json, {door}; print(json.dumps([m for m in {ENGINES} if m in sys.modules]))"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)

    assert json.loads(ran.stdout) == []


def test_all_is_what_the_door_has():
    """``__all__`` and the public names are the same."""
    public = {name for name, thing in vars(frames).items() if not name.startswith("_") and name != "schema"}
    assert public == set(frames.__all__)


def test_the_page_shows_the_schemas():
    """The tables of the docs are the schemas' own; this is how to write them anew: print(schema.to_markdown())."""
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        schema.name
        for schema in vars(frames).values()
        if isinstance(schema, Schema) and schema.to_markdown() not in page
    ]

    assert missing == []
