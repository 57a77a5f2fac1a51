"""The kinds of eager frame, in a room of their own: whoever only names one loads nothing."""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["Backend"]

Backend: TypeAlias = Literal["polars", "pandas", "pyarrow"]
"""The kinds of eager frame that a builder can make."""
