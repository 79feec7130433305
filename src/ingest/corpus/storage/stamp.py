"""Version of everything that decides what `curate` gives: part of a ledger's reason to leave a page alone.

The version number alone will not do: whoever adds a line to a rule table expects the next run to know it.
"""

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ingest.version import __version__

_BESIDES = (
    "__main__.py", "__pycache__", "amend", "cli.py", "command", "compare", "corpus", "example.html", "exits.py", "export", "opened.py",
    "progress.py", "review", "rulebook.py", "settings.py", "sorts.py", "starter.py", "terminal.py",
)  # fmt: skip
"""What `curate` does not load: a change of it makes no page stale."""
_LIBRARIES = (
    "beautifulsoup4", "ftfy", "numpy", "opencc-python-reimplemented", "pydantic", "pypinyin", "selectolax",
)  # fmt: skip


@cache
def code_stamp() -> str:
    """Version of everything that decides what `curate` gives: this package's stages and tables, and the libraries."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(root)
        if path.is_file() and not set(inner.parts) & set(_BESIDES):
            digest.update(str(inner).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for name in _LIBRARIES:
        try:
            digest.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            continue
    return f"{__version__}+{digest.hexdigest()[:12]}"
