"""Code in the docs, the README and the docstrings runs as tests: every ``python`` fence is an example."""

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

_pages = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"])
_docstrings = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.py"],
    excludes=["tests/**", "benchmarks/**", "examples/**", "conftest.py"],
    document_types={".py": PythonDocStringDocument},
)

pytest_collect_file = (_pages + _docstrings).pytest()
