"""Peers' environments: ``peers/NAME.txt`` (exact pins) becomes ``.envs/NAME-…`` the first time it is needed."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tools.environments import create, install, python_of

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
    complete = folder / "complete"
    if not complete.exists():
        print(f"creating the environment of peer {name} (once)", file=sys.stderr)
        install(create(folder), ["-r", str(pins)])
        complete.touch()
    return str(python_of(folder))
