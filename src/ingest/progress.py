"""What the command line tells while something long goes on: moving on a terminal, elsewhere a plain line now and then."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from ingest import terminal

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress

    from ingest.corpus.runs.driving import OnProgress
    from ingest.corpus.runs.driving import Progress as PageDone

_EVERY = 10
"""Seconds between two lines of progress where there is no terminal."""
_T = TypeVar("_T")


class Working:
    """How far something long is: called with how much more is done; `total` is how much there is, 0 where that is not known."""

    def __init__(self, what: str) -> None:
        self.what, self.done, self.total = what, 0, 0
        self._begun = time.monotonic()

    def __call__(self, more: int = 1) -> None:
        """So much more is done."""
        self.done += more

    def over(self, things: Iterable[_T]) -> Iterator[_T]:
        """The things, each counted once it was dealt with."""
        for thing in things:
            yield thing
            self(1)

    def __str__(self) -> str:
        far = (
            f"{self.done:,} of {max(self.done, self.total):,}, " if self.total else f"{self.done:,}, " * bool(self.done)
        )
        return f"{self.what}: {far}{time.monotonic() - self._begun:.0f} s"


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[Working]:
    """Says on stderr that something long is under way, and how far it is: moving on a terminal, elsewhere a line now and then."""
    work = Working(what)
    if quiet:
        yield work
        return
    if sys.stderr.isatty():
        from rich.spinner import Spinner
        from rich.text import Text

        class Moving(Spinner):
            def render(self, now: float) -> "RenderableType":
                self.text = Text(str(work))
                return super().render(now)

        from rich.live import Live

        with Live(Moving("dots"), console=terminal.console(stderr=True), transient=True):
            yield work
        return
    done = threading.Event()

    def tell() -> None:
        while not done.wait(_EVERY):
            print(work, file=sys.stderr, flush=True)

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield work
    finally:
        done.set()


class Watch:
    """Progress of a run on stderr: a bar on a terminal, elsewhere a plain line now and then."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Progress | None = None
        self._shown = time.monotonic()
        self._stage = ""
        self._long = False

    def __enter__(self) -> "OnProgress | None":
        if self._quiet:
            return None
        if sys.stderr.isatty():
            self._bar = _bar()
            self._bar.add_task("curating", page="", total=None)
            self._bar.start()
        return self._page

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def stage(self, what: str, done: int, total: int) -> None:
        """What is done beside curating, how much of it is done, and of how much there is (0: that is not known)."""
        if self._quiet:
            return
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=what, completed=done, total=total or None, page="")
            return
        far = f": {done:,} of {total:,}" if total else f": {done:,}" * bool(done)
        # A run that has taken long enough to be told of has each of its stages named.
        self._line(what + far, now=self._long and what != self._stage)
        self._stage = what

    def _page(self, at: "PageDone") -> None:
        if self._bar is not None:
            from rich.markup import escape

            page = escape(terminal.line(at.source, 50))
            task = self._bar.task_ids[0]
            self._bar.update(task, description="curating", completed=at.done, total=at.total, page=page)
            return
        self._line(f"curated {at.done} of {at.total}", now=at.done == at.total and at.total >= 100)

    def _line(self, text: str, now: bool) -> None:
        if now or time.monotonic() - self._shown >= _EVERY:
            self._shown = time.monotonic()
            self._long = True
            print(text, file=sys.stderr, flush=True)


def _bar() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[page]}", markup=True),
        console=terminal.console(stderr=True),
        transient=True,
    )
