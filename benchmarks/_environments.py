"""Peers' environments: ``peers/NAME.txt`` (exact pins) becomes ``.envs/NAME-…`` the first time it is needed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE / "peers"
ENVIRONMENTS = HERE / ".envs"


def peer_python(name: str) -> str:
    """The interpreter of a peer's environment; a peer without ``peers/NAME.txt`` runs in ours.

    The folder carries a digest of the pins and the Python version, so that a changed pin is a new environment.
    """
    pins = PEERS / f"{name}.txt"
    if not pins.exists():
        return sys.executable
    digest = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = ENVIRONMENTS / f"{name}-{digest}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete = folder / "complete"
    if not complete.exists():
        print(f"creating the environment of peer {name} (once)", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        _create(folder, python, pins)
        complete.touch()
    return str(python)


def _create(folder: Path, python: Path, pins: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv:
        _quietly([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        _quietly([uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(pins)])
    else:
        venv.create(folder, with_pip=True)
        _quietly([str(python), "-m", "pip", "install", "--quiet", "-r", str(pins)])


def _quietly(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
