"""The tools around the project: what they refuse, and what they write."""

from __future__ import annotations

import subprocess

import pytest

from tests.quality._tree import PACKAGE, ROOT
from tools import docs, lowest, wheel_smoke


def test_lower_bounds_are_read_from_dependencies_and_extras() -> None:
    """Every dependency and every extra that is tried here has a bound; a JVM's worth of extra is left out."""

    text = """
    [project]
    dependencies = ["attrs>=24.2", "psycopg[binary]>=3.2"]
    [project.optional-dependencies]
    duckdb = ["duckdb>=1.3"]
    spark = ["pyspark>=3.5"]
    """

    assert lowest.lower_bounds(text) == {"attrs": "24.2", "psycopg": "3.2", "duckdb": "1.3"}


@pytest.mark.parametrize("requirement", ["attrs", "attrs<26", "attrs==24.2", "attrs ~= 24.2"])
def test_a_dependency_without_a_lower_bound_is_refused(requirement) -> None:
    """A dependency that names no lowest version cannot be run on it."""

    with pytest.raises(SystemExit, match="has no lower bound"):
        lowest.lower_bounds(f'[project]\ndependencies = ["{requirement}"]')


@pytest.mark.parametrize(
    ("version", "bound", "same"),
    [
        ("2.10.0", "2.10", True),
        ("2.10", "2.10", True),
        ("2.10.1", "2.10", False),
        ("2.1", "2.10", False),
        ("17.0.0", "17", True),
    ],
)
def test_trailing_zeros_are_the_same_version(version, bound, same) -> None:
    """2.10 and 2.10.0 are one version; 2.10.1 is not the bound."""

    assert lowest._same(version, bound) is same


def test_the_wheel_is_looked_through() -> None:
    """Data, tests and caches in the wheel are found, and so is what is missing from it."""

    good = ["privdomain/__init__.py", "privdomain/py.typed", "privdomain-0.1.dist-info/licenses/LICENSE"]
    wrong = [*good, "examples/data/orders.parquet", "tests/test_money.py", "privdomain/rates.csv"]

    assert wheel_smoke.check_contents(good) == []
    assert len(wheel_smoke.check_contents(wrong)) == 4
    assert "py.typed is missing" in wheel_smoke.check_contents([good[0], good[2]])[0]
    assert "licence is missing" in wheel_smoke.check_contents(good[:2])[0]


def test_public_modules_of_a_wheel() -> None:
    """Modules are named as users import them; private ones are left out."""

    names = [
        "privdomain/__init__.py",
        "privdomain/rules/__init__.py",
        "privdomain/rules/_ast.py",
        "privdomain/money.py",
    ]

    assert wheel_smoke.public_modules(names) == ["privdomain", "privdomain.money", "privdomain.rules"]


def test_only_python_fences_of_the_readme_run() -> None:
    """Shell fences are not Python, and several fences are one program."""

    text = "# T\n```shell\nmake demo\n```\n```python\na = 1\n```\nand\n```python\nassert a == 1\n```\n"

    assert wheel_smoke.readme_code(text) == "a = 1\n\nassert a == 1\n"


def test_a_name_is_documented_once() -> None:
    """What a folder's door exports is described there only; a room's own names get the room a page."""

    modules = docs.documented(PACKAGE)

    assert "Order" in modules["privdomain.models"][0]
    assert "Order" not in modules.get("privdomain.models.order", ([], ""))[0]
    assert set(modules["privdomain.money"][0]) >= {"Money", "allocate"}


def test_navigation_follows_the_folders() -> None:
    """Sections come in their order, an index first, pages by name, titles from the headings."""

    pages = {
        docs.DOCS / name: f"<!-- c -->\n\n# {title}\n"
        for name, title in {
            "index.md": "Home", "glossary.md": "Glossary", "how-to/b.md": "Second", "how-to/a.md": "First",
            "explanation/index.md": "Why", "explanation/money.md": "Money",
        }.items()
    }  # fmt: skip

    assert docs.navigation(pages).splitlines() == [
        "nav:",
        '  - "privdomain": index.md',
        '  - "How-to":',
        '      - "First": how-to/a.md',
        '      - "Second": how-to/b.md',
        '  - "Explanation":',
        "      - explanation/index.md",
        '      - "Money": explanation/money.md',
        '  - "Glossary": glossary.md',
    ]


def test_make_help_lists_every_target() -> None:
    """``make`` alone shows what there is: help and at most ten others."""

    said = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    ).stdout
    shown = {line.split()[1] for line in said.splitlines() if line.startswith("  make ")}

    assert {"help", "demo", "test", "test-all", "prove", "check", "bench", "docs"} <= shown
    assert len(shown) <= 11


def test_an_environment_without_a_usable_python_says_what_was_looked_at(tmp_path) -> None:
    """No interpreter that runs and is new enough: every candidate is named with its reason, nothing is made."""

    broken = tmp_path / "python3"
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    done = subprocess.run(
        ["sh", str(ROOT / "tools" / "environment.sh"), str(tmp_path / "venv")],
        env={"PATH": str(tmp_path) + ":/usr/bin:/bin", "PYTHON": f"{broken} python3.99"},
        cwd=tmp_path, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    assert done.returncode == 1
    assert f"{broken}: found, but does not run" in done.stderr
    assert "python3.99: not found" in done.stderr
    assert not (tmp_path / "venv").exists()
