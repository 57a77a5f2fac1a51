"""Cold `import openai`, timed by the fresh interpreter that does it."""

import subprocess
import sys

VERSIONS = ("openai",)

_CHILD = "import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"


def prepare(params):
    child = [sys.executable, "-c", _CHILD.format(module=params["peer"])]

    def work():
        done = subprocess.run(child, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        return {"seconds": float(done.stdout)}

    return work
