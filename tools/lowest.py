"""Run the default suite on the oldest versions the metadata allows, so that every lower bound is one we have seen.

``python -m tools.lowest [pytest arguments]`` makes ``.venv-lowest`` with Python 3.11, resolves the project's own
dependencies and extras to their lowest versions (everything else to the newest that fits), says for each bound
which version it got, and runs pytest there. A bound that the resolver cannot honour is an error: it promises a
version that nobody can have together with the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.environments import ROOT, create, find_uv, install, python_of, run_quietly

FOLDER = ROOT / ".venv-lowest"
OLDEST = (3, 11)
# a JVM's worth of download, and its tests are not in the default suite
LEFT_OUT = frozenset({"all", "spark"})
_BOUND = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=([0-9][^,;\s]*)")
_INSTALLED = (
    "import json; from importlib.metadata import distributions as d; "
    "print(json.dumps({x.metadata['Name'].lower().replace('_', '-'): x.version for x in d()}))"
)


def _uv() -> str:
    """uv, from PyPI into an environment of its own where the machine has none: pip cannot resolve to the lowest."""
    if found := find_uv():
        return found
    folder = ROOT / ".venv-tools"
    uv = python_of(folder).parent / "uv"
    if not uv.exists():
        install(create(folder), ["uv"])
    return str(uv)


def _oldest_python() -> str:
    """A Python 3.11 that runs, or the request that makes uv look for (or fetch) one."""
    named = f"python{OLDEST[0]}.{OLDEST[1]}"
    question = "import sys; print(*sys.version_info[:2])"
    for candidate in (sys.executable, shutil.which(named)):
        if candidate is None:
            continue
        said = subprocess.run(
            [candidate, "-c", question], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if said.stdout.split() == [str(part) for part in OLDEST]:
            return candidate
    return f"{OLDEST[0]}.{OLDEST[1]}"


def lower_bounds(pyproject: str) -> dict[str, str]:
    """Package → lowest version, from the dependencies and the extras that are tried here.

    Raises:
        SystemExit: for a dependency without a lower bound.
    """
    project = tomllib.loads(pyproject)["project"]
    extras = project.get("optional-dependencies", {})
    wanted = [
        *project["dependencies"],
        *(one for name in extras if name not in LEFT_OUT for one in extras[name]),
    ]
    bounds = {}
    for requirement in wanted:
        match = _BOUND.match(requirement)
        if not match:
            raise SystemExit(f"{requirement!r} in pyproject.toml has no lower bound; write NAME>=VERSION")
        bounds[match[1].lower().replace("_", "-")] = match[2]
    return bounds


def _same(version: str, bound: str) -> bool:
    """Whether an installed version is the bound: 2.10.0 is 2.10, 2.11.0 is not."""
    return re.fullmatch(re.escape(bound) + r"(\.0)*(\.post\d+)?", version) is not None


def _make(text: str) -> Path:
    stamp = FOLDER / f".made-{hashlib.sha256(text.encode() + Path(__file__).read_bytes()).hexdigest()[:16]}"
    python = python_of(FOLDER)
    if stamp.exists():
        return python
    uv = _uv()
    extras = ",".join(
        name for name in tomllib.loads(text)["project"]["optional-dependencies"] if name not in LEFT_OUT
    )
    shutil.rmtree(FOLDER, ignore_errors=True)
    run_quietly([uv, "venv", "--quiet", "--python", _oldest_python(), str(FOLDER)])
    into = [uv, "pip", "install", "--quiet", "--python", str(python)]
    run_quietly([*into, "--resolution", "lowest-direct", "--editable", f".[{extras}]"], cwd=ROOT)
    # what is installed already satisfies these; only the test tools themselves come in, as new as they are
    run_quietly([*into, "--group", "test"], cwd=ROOT)
    stamp.touch()
    return python


def main(arguments: list[str]) -> int:
    """Make the environment, compare it with the bounds, run the suite."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    bounds = lower_bounds(text)
    python = _make(text)
    installed = json.loads(run_quietly([str(python), "-c", _INSTALLED]))
    wrong = []
    print(f"lowest versions on {run_quietly([str(python), '--version']).strip()}:")
    for name, bound in sorted(bounds.items()):
        got = installed.get(name, "not installed")
        print(f"  {name:<20} >= {bound:<10} running {got}")
        if not _same(got, bound):
            wrong.append(f"{name}>={bound} resolves to {got}: raise the bound in pyproject.toml to that")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    command = [str(python), "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
