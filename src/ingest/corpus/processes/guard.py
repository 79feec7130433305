"""A script that curates without a guard: said in one line before its workers are started, each of which would run it again.

Worker processes import the main module, as Python's multiprocessing has it. Where a call stands at its top level and not
under `if __name__ == "__main__":`, each worker calls it once more and starts workers of its own, which dies in a traceback
a worker, for ever, since the pool replaces what has died.
"""

import ast
import sys
from pathlib import Path

from ingest.errors import UsageError


def guarded() -> None:
    """Raises `UsageError` where the main module's top level is what calls, and no guard stands around the call."""
    main = sys.modules.get("__main__")
    place, spec = getattr(main, "__file__", None), getattr(main, "__spec__", None)
    if place is None or (spec is not None and spec.name.endswith("__main__")):
        return  # typed in, or a package that is run: not imported again
    if not Path(place).is_file():  # `python < script.py`
        raise UsageError(
            f"{place} is no file that the processes which curate pages could import: put the script into one"
        )
    frame = sys._getframe()
    while frame is not None and not (frame.f_code.co_name == "<module>" and frame.f_globals is vars(main)):
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None:
        return
    try:
        tree = ast.parse(Path(place).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    if not any(_is_guard(part) and part.lineno <= frame.f_lineno <= (part.end_lineno or 0) for part in tree.body):
        raise UsageError(
            f'{place}, line {frame.f_lineno}: put this call under `if __name__ == "__main__":`, since the processes that '
            "curate pages import the script, and each would call it again"
        )


def _is_guard(part: ast.stmt) -> bool:
    return isinstance(part, ast.If) and any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(part.test))
