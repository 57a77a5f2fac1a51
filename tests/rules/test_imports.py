"""The door is light: importing and using rules on rows loads no engine, database or HTTP library."""

import subprocess
import sys

import pytest

import privdomain.rules

HEAVY = [
    "numpy",
    "narwhals",
    "polars",
    "pandas",
    "pyarrow",
    "duckdb",
    "sqlalchemy",
    "httpx",
    "pydantic",
    "sklearn",
]
USE = """
import sys
from privdomain.rules import RuleSet, field, parse_rule, rule_json_schema
rule = parse_rule('a == 1 and b contains "x"') | field("c").is_missing()
assert rule.matches({"a": 1, "b": "xy", "c": 0}) and rule.explain({}).text("zh") and rule.to_json()
assert RuleSet({"r": rule}).matching({}) == ("r",)
rule.check({"a": "int", "b": "string", "c": "int"})
print([name for name in %r if name in sys.modules])
"""


def test_rules_on_rows_load_nothing_heavy():
    """In a fresh interpreter, after reading, running, explaining and writing a rule."""
    done = subprocess.run(
        [sys.executable, "-c", USE % HEAVY],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.strip() == "[]"


def test_all_equals_reality():
    """__all__ is sorted and names what is there."""
    names = privdomain.rules.__all__
    assert all(hasattr(privdomain.rules, name) for name in names)
    public = {name for name in vars(privdomain.rules) if not name.startswith("_")}
    assert public == set(names)


@pytest.mark.parametrize("name", ["field", "parse_rule", "Rule"])
def test_front_door(name):
    """The three names outside programs are written against."""
    assert name in privdomain.rules.__all__
