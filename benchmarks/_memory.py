"""How much memory a piece of work took at its highest (Linux: the kernel's own high-water mark, set back first)."""

from __future__ import annotations

from pathlib import Path


def _status(key):
    text = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (one for one in text.splitlines() if one.startswith(f"{key}:"))
    return int(line.split()[1]) // 1024


def start():
    """Set the high-water mark back and return what is in use now, in MB; None where the system cannot."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return None
    return _status("VmRSS")


def peak_mb(started):
    """The MB above ``started`` at the highest point since."""
    return None if started is None else _status("VmHWM") - started
