"""The door of the room: what it exports, and what it does not load."""

import inspect
import subprocess
import sys

import privdomain.calendar as room

HEAVY = ("borax", "numpy", "pandas", "polars", "pyarrow", "narwhals", "pydantic", "httpx", "sqlalchemy")


def test_all_is_sorted_and_equals_what_is_there():
    """Nothing is exported that is not there, nothing public is there that is not exported."""
    public = {
        name for name, value in vars(room).items() if not name.startswith("_") and not inspect.ismodule(value)
    }

    assert set(room.__all__) == public
    assert list(room.__all__) == sorted(
        room.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )


def test_the_door_is_light():
    """Importing the room loads none of the heavy libraries; a lunar date loads borax."""
    code = (
        "import sys, datetime, privdomain.calendar as c\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])\n"
        "c.Period.festival('618', 2026); c.CHINA.is_working(datetime.date(2026, 1, 4))\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])\n"
        "c.LunarDate(2026, 1, 1)\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines() == ["[]", "[]", "['borax']"]
