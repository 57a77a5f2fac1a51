"""What importing a door loads: nobody pays for a part he does not use."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.quality._tree import SOURCES, public_modules

FRAMES = {"numpy", "narwhals", "polars", "pandas", "pyarrow", "duckdb", "pyspark"}
LEARNING = {"scipy", "sklearn"}
NETWORK = {"httpx", "anyio", "tenacity"}
DATABASES = {"sqlalchemy", "redis", "psycopg", "pymysql"}
CHARTS = {"altair", "vl_convert", "jinja2"}

# A door, and what neither it nor anything it imports may load. Doors that are not built yet are left out by name.
LIGHT = FRAMES | LEARNING | NETWORK | DATABASES | CHARTS
BUDGETS = {
    "privdomain.errors": LIGHT | {"pydantic"},
    "privdomain.money": LIGHT | {"pydantic"},
    "privdomain.calendar": LIGHT,
    "privdomain.models": LIGHT,
    "privdomain.rules": LIGHT,
    "privdomain.decider": LIGHT,
    "privdomain.sales.pricing": LIGHT,
    "privdomain.loyalty.points": LIGHT,
    "privdomain.compliance": LIGHT,
    "privdomain.customers": LIGHT | {"pydantic"},
    "privdomain.sandbox": LIGHT,
    "privdomain.platforms": FRAMES | LEARNING | DATABASES | CHARTS,
    "privdomain.stores": FRAMES | LEARNING | NETWORK | CHARTS,
    "privdomain.frames": (FRAMES | LIGHT) - {"narwhals"},
}
# A package of the table stands for everything public inside it.
WHOLE = (
    "privdomain.platforms",
    "privdomain.stores",
    "privdomain.sandbox",
    "privdomain.rules",
    "privdomain.models",
)

_CHILD = """
import json, sys
before = set(sys.modules)
{imports}
new = set(sys.modules) - before
outside = {{name.partition(".")[0] for name in new}} - set(sys.stdlib_module_names)
print(json.dumps(sorted(name for name in outside if not name.startswith("_"))))
"""


def loaded_by(*modules: str) -> set[str]:
    """The top-level third-party packages that a fresh interpreter has loaded after importing these modules."""
    imports = "\n".join(f"import {module}" for module in modules)
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(imports=imports)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )  # fmt: skip
    return set(json.loads(done.stdout)) - {"privdomain"}


def test_the_top_door_loads_attrs_and_nothing_else() -> None:
    """``import privdomain`` loads no third-party package but attrs."""

    assert loaded_by("privdomain") <= {"attr", "attrs"}


@pytest.mark.parametrize("door", [door for door in BUDGETS if door in public_modules()])
def test_a_door_keeps_its_budget(door: str) -> None:
    """A door loads none of what its line in the table forbids; a package of `WHOLE` answers for all its modules."""

    rooms = [name for name in public_modules() if name.startswith(f"{door}.")] if door in WHOLE else []

    assert loaded_by(door, *rooms) & BUDGETS[door] == set()


def test_optional_packages_load_at_the_point_of_use_only() -> None:
    """Importing every public module loads no optional package: each raises `MissingExtra` only when it is needed."""

    optional = {"pandas", "pyarrow", "duckdb", "pyspark", "redis", "psycopg", "pymysql"} | CHARTS

    assert loaded_by(*public_modules()) & optional == set()
