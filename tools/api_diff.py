"""Compare the public API with the last release tag, so that a break is a decision and not an accident.

``python -m tools.api_diff`` fails when something public was removed or changed and the version does not say so: a
break needs a new major version, before 1.0 a new minor one (SECURITY.md has the policy). ``--old FOLDER`` compares
with another source tree instead of a tag.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import griffe

ROOT = Path(__file__).parent.parent
PACKAGE = "privdomain"
_VERSION_FILE = f"src/{PACKAGE}/_version.py"


def last_tag(repository: Path) -> str | None:
    """The newest release tag (``v1.2.3``) that the working tree descends from, None before the first."""
    found = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"],
        cwd=repository,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None


def _version(source: str) -> tuple[int, int]:
    """Major and minor from the text of ``_version.py``."""
    match = re.search(r'"(\d+)\.(\d+)', source)
    if not match:
        raise SystemExit(f"{_VERSION_FILE} names no version")
    return int(match[1]), int(match[2])


def may_break(old: str, new: str) -> bool:
    """Whether SemVer lets the new version (texts of ``_version.py``) break what the old one promised."""
    (old_major, old_minor), (new_major, new_minor) = _version(old), _version(new)
    return new_major > old_major or (new_major == old_major == 0 and new_minor > old_minor)


def breakages(old: griffe.Object | griffe.Alias, new: griffe.Object | griffe.Alias) -> list[str]:
    """One line for everything that a program written for the old API can stumble over."""
    found = (one.explain(griffe.ExplanationStyle.ONE_LINE) for one in griffe.find_breaking_changes(old, new))
    # the version and __all__ are meant to change; a name that leaves __all__ is reported as removed
    return sorted(line for line in found if "__version__" not in line and "__all__" not in line)


def main(arguments: Sequence[str]) -> int:
    """Compare, report, and say whether the version allows it."""
    parser = argparse.ArgumentParser(prog="python -m tools.api_diff", description=__doc__)
    parser.add_argument("--repository", type=Path, default=ROOT)
    parser.add_argument("--old", type=Path, help="a source tree to compare with, instead of the last tag")
    asked = parser.parse_args(arguments)
    repository: Path = asked.repository
    if asked.old:
        against = str(asked.old)
        old = griffe.load(PACKAGE, search_paths=[asked.old / "src"])
        old_version = (asked.old / _VERSION_FILE).read_text(encoding="utf-8")
    else:
        tag = last_tag(repository)
        if tag is None:
            print("API diff: there is no release tag yet, so there is nothing to compare with")
            return 0
        against = tag
        old = griffe.load_git(PACKAGE, ref=tag, repo=repository, search_paths=["src"])
        old_version = subprocess.run(
            ["git", "show", f"{tag}:{_VERSION_FILE}"],
            cwd=repository,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    new = griffe.load(PACKAGE, search_paths=[repository / "src"])
    found = breakages(old, new)
    if not found:
        print(f"API diff: nothing public was removed or changed since {against}")
        return 0
    print(f"API diff: {len(found)} breaking changes since {against}:", *found, sep="\n  ")
    if may_break(old_version, (repository / _VERSION_FILE).read_text(encoding="utf-8")):
        print("The version says so; name each in CHANGELOG.md with what replaces it.")
        return 0
    print(
        "Keep the old names with a deprecation warning, or raise the version (SECURITY.md).", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
