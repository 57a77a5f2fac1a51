"""The kinds of eager frame, named apart so that saying one loads no engine."""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["Backend"]

Backend: TypeAlias = Literal["polars", "pandas", "pyarrow"]
"""The kinds of eager frame that a builder can make."""
