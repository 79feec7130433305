"""Regular expressions that are compiled when a text first asks them something.

The rooms know some six hundred expressions, and to compile them all takes longer than to load everything else; a page asks
less than half of them. `pattern(…)` stands where `re.compile(…)` would, at the level of a module.
"""

import re
from collections.abc import Callable
from typing import Any, cast


class _Later:
    """An expression not compiled yet. From its first use on it holds the methods of the compiled one, and costs what that does."""

    def __init__(self, expression: str, flags: int, failed: Callable[[re.error], Exception] | None) -> None:
        self.pattern = expression
        self._flags = flags
        self._failed = failed

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copying and pickling ask for
            raise AttributeError(name)
        try:
            compiled = re.compile(self.pattern, self._flags)
        except re.error as error:
            raise (self._failed(error) if self._failed else error) from None
        for method in ("match", "search", "fullmatch", "finditer", "findall", "sub", "subn", "split"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(expression: str, flags: int = 0, failed: Callable[[re.error], Exception] | None = None) -> re.Pattern[str]:
    """`re.compile(expression, flags)`, at the first use of what comes back, and not before.

    `failed` makes the error that is raised then where the expression is none (by default `re.error` itself).
    """
    return cast(re.Pattern[str], _Later(expression, int(flags), failed))


def source(of: re.Pattern[str]) -> tuple[str, int]:
    """The text of an expression and the flags that it was made with, without compiling it."""
    later = vars(of).get("_flags") if isinstance(of, _Later) else None
    return of.pattern, of.flags & ~re.UNICODE if later is None else later
