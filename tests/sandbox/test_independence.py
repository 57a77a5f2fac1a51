"""The sandbox stands on the standard library and attrs: it must not see what it is there to test."""

import subprocess
import sys
from pathlib import Path

import privdomain
from privdomain import sandbox

SOURCES = str(Path(privdomain.__file__).parents[1])


def test_it_loads_neither_models_nor_adapters_nor_their_libraries():
    """Asked of a fresh process."""
    program = (
        "import sys; import privdomain.sandbox; "
        "print(*sorted({'.'.join(n.split('.')[:2]) if n.startswith('privdomain') else n.split('.')[0] for n in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": SOURCES},
    ).stdout.split()

    assert {name for name in loaded if name.startswith("privdomain")} == {
        "privdomain",
        "privdomain._version",
        "privdomain.errors",
        "privdomain.money",
        "privdomain.sandbox",
    }
    assert not {"pydantic", "httpx", "anyio", "tenacity", "sqlalchemy", "numpy", "polars"} & set(loaded)


def test_its_front_door_is_what_it_says():
    """__all__ is sorted and real."""
    assert list(sandbox.__all__) == sorted(sandbox.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(sandbox, name) for name in sandbox.__all__)
