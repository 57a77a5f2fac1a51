"""One side of a race: a process that prepares some work once and runs it when told, timing itself.

``python _side.py FILE.py`` loads FILE.py (standard library only here: peers' environments have nothing of ours),
then answers one JSON object per line: ``{"do": "prepare", "params": …}``, ``{"do": "run"}``. What the work prints
goes to standard error, so it cannot be taken for an answer.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import platform
import sys
from importlib import metadata
from time import perf_counter


def _load(path):
    spec = importlib.util.spec_from_file_location("side_under_test", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _versions(module):
    names = ("python", *getattr(module, "VERSIONS", ()))
    return {name: platform.python_version() if name == "python" else metadata.version(name) for name in names}


def _run(work):
    gc.collect()
    started = perf_counter()
    answer = work()
    seconds = perf_counter() - started
    if (
        isinstance(answer, dict) and "seconds" in answer
    ):  # the work timed a part of itself, or a child process
        return {"seconds": answer["seconds"], "answer": answer.get("answer")}
    return {"seconds": seconds, "answer": answer}


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    module = _load(sys.argv[1])
    work = None
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "prepare":
            work = module.prepare(order["params"])
            reply = {"versions": _versions(module)}
        else:
            reply = _run(work)
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
