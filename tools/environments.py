"""Environments of our own making: with uv where there is one, else with the standard library's venv and pip.

Nothing but the standard library here: the benchmarks' peers and the tools share it.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

__all__ = ["build_wheel", "create", "find_uv", "install", "python_of", "run_quietly"]

ROOT = Path(__file__).parent.parent


def find_uv() -> str | None:
    """The uv beside the running interpreter, or the one on the PATH."""
    return shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")


def python_of(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def create(folder: Path) -> Path:
    """A new, empty environment for the running interpreter's version; whatever was in the folder goes away."""
    shutil.rmtree(folder, ignore_errors=True)
    if uv := find_uv():
        run_quietly([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
    else:
        venv.create(folder, with_pip=True)
    return python_of(folder)


def install(python: Path, arguments: Sequence[str]) -> None:
    """``pip install`` into an environment, by uv or by its own pip."""
    if uv := find_uv():
        run_quietly([uv, "pip", "install", "--quiet", "--python", str(python), *arguments])
    else:
        run_quietly([str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments])


def build_wheel(folder: Path) -> Path:
    """Build the project's wheel into a folder, isolated, as an installer would."""
    folder.mkdir(parents=True, exist_ok=True)
    if uv := find_uv():
        run_quietly([uv, "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)])
    else:
        # an environment that uv made has no pip
        python = sys.executable if importlib.util.find_spec("pip") else str(create(folder.parent / "builder"))
        run_quietly([python, "-m", "pip", "wheel", "-qq", "--no-deps", "-w", str(folder), str(ROOT)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def run_quietly(command: Sequence[str], *, cwd: Path | None = None) -> str:
    """Run a command; its output is returned, and shown only when it fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd=cwd
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
