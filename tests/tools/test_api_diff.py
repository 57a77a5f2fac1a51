"""The API diff finds breaks, and lets the version decide whether they may be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import api_diff

OLD = '''
__all__ = ["Basket", "price"]

class Basket:
    """A basket."""
    def add(self, sku: str, *, quantity: int = 1) -> None:
        """Put something in."""

def price(basket: Basket, *, at: str = "") -> int:
    """What it costs."""
    return 0
'''


def _write(root: Path, code: str, version: str) -> Path:
    package = root / "src" / "privdomain"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text('"""The package."""\n', encoding="utf-8")
    (package / "_version.py").write_text(f'__version__ = "{version}"\n', encoding="utf-8")
    (package / "pricing.py").write_text(f'"""Prices."""\n{code}', encoding="utf-8")
    return root


def _git(root: Path, *command: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(
        ["git", *identity, *command], cwd=root, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def released(tmp_path) -> Path:
    """A repository of the old API with the tag v1.2.0."""
    root = _write(tmp_path / "repository", OLD, "1.2.0")
    _git(root, "init")
    _git(root, "add", ".")
    _git(root, "commit", "-m", "first")
    _git(root, "tag", "v1.2.0")
    return root


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            lambda code: code.replace('"Basket", "price"', '"Basket"').replace("def price", "def _price"),
            "price",
        ),
        (lambda code: code.replace("def add", "def put"), "add"),
        (lambda code: code.replace("quantity: int = 1", "quantity: int"), "quantity"),
        (lambda code: code.replace('at: str = ""', 'when: str = ""'), "at"),
    ],
    ids=["function removed", "method renamed", "default removed", "parameter renamed"],
)
def test_a_break_fails_without_a_new_major_version(released, capsys, change, named) -> None:
    """Whatever a caller can stumble over is named, and fails as long as the version is only a minor step on."""

    _write(released, change(OLD), "1.3.0")

    assert api_diff.main(["--repository", str(released)]) == 1
    assert "v1.2.0" in (said := capsys.readouterr().out) and named in said


def test_a_new_major_version_may_break(released, capsys) -> None:
    """The same break passes, and is still listed, when the version says it."""

    _write(released, OLD.replace("def add", "def put"), "2.0.0")

    assert api_diff.main(["--repository", str(released)]) == 0
    assert "1 breaking changes since v1.2.0" in capsys.readouterr().out


def test_additions_are_no_break(released) -> None:
    """New names and new parameters with defaults pass."""

    added = OLD.replace('"price"]', '"price", "tax"]').replace(
        "quantity: int = 1", 'quantity: int = 1, note: str = ""'
    )
    _write(released, added + '\ndef tax() -> int:\n    """Tax."""\n    return 0\n', "1.2.1")

    assert api_diff.main(["--repository", str(released)]) == 0


def test_before_the_first_tag_there_is_nothing_to_compare(tmp_path, capsys) -> None:
    """A repository without a release tag passes and says why."""

    root = _write(tmp_path, OLD, "0.1.0")
    _git(root, "init")

    assert api_diff.main(["--repository", str(root)]) == 0
    assert "no release tag yet" in capsys.readouterr().out


def test_two_source_trees_can_be_compared(tmp_path) -> None:
    """``--old`` compares with a folder, for a look before there is a tag."""

    old = _write(tmp_path / "old", OLD, "1.0.0")
    new = _write(tmp_path / "new", OLD.replace("def add", "def put"), "1.0.1")

    assert api_diff.main(["--repository", str(new), "--old", str(old)]) == 1
    assert api_diff.main(["--repository", str(old), "--old", str(old)]) == 0


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("1.2.0", "1.3.0", False), ("1.2.0", "2.0.0", True), ("0.3.1", "0.3.2", False), ("0.3.1", "0.4.0.dev0", True),
        ("0.9.0", "1.0.0", True), ("1.2.0", "1.2.0", False), ("1.10.0", "1.9.0", False),
    ],
)  # fmt: skip
def test_which_version_steps_may_break(old, new, allowed) -> None:
    """A new major version may; before 1.0 a new minor one may."""

    assert api_diff.may_break(f'__version__ = "{old}"', f'__version__ = "{new}"') is allowed
