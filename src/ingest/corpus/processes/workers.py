"""Pages are curated in processes of their own, since a parser can hang, crash in C or eat the memory.

A page that does becomes a `Refusal` like any other and its neighbours do not notice: pages go to the workers some at a
time, and when a worker dies, those beside the page that it was at go on in other tasks. Results come back as Arrow buffers,
which cost the collecting process next to nothing. Decided against `concurrent.futures`: one dead worker breaks the whole
pool there, and a running task cannot be stopped.
"""

import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType
from typing import Any, Literal, NamedTuple, TypeVar

from pebble import ProcessExpired, ProcessPool

from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.processes import guard, server, tasks
from ingest.corpus.processes.tasks import Curated, Done, Refusal, Result, curate_item, curate_items, one_line
from ingest.errors import Rejected
from ingest.models import CuratedDocument

__all__ = ["Curated", "Done", "Pool", "Refusal", "Resources", "Result", "Task", "curate_item", "one_line"]

_T = TypeVar("_T")
PAGES = 32
"""Pages a task has at most."""
_DIVIDED = 1_000_000
"""Bytes of a file of many pages that a second is given for, to find them."""


class Resources(NamedTuple):
    """What curating may take of the machine."""

    workers: int = 0
    """Processes; 0: one for each core."""
    timeout: float = 10.0
    """Seconds of processor time a page, so that a busy machine rejects nothing that an idle one takes. A page that waits
    instead of working is stopped after three times as long."""
    memory_mb: int = 2048
    """Memory a worker."""
    max_tasks: int = 2000
    """Pages after which a worker is replaced, in case a library leaks."""

    @property
    def processes(self) -> int:
        """The number of worker processes."""
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1

    @property
    def limits(self) -> str:
        """What decides whether a page that failed for want of time or memory is worth another try."""
        return f"{self.timeout:g}s {self.memory_mb}MB"


def sources(config: Config | None, *places: Path) -> list[Path]:
    """What workers have to read for the pages of `places`: these, and the models that the settings name."""
    if config is None:
        return list(places)
    sites = [
        Path(m.path).absolute().parent for m in (config.site_models, config.repair_models) if m
    ]  # beside their index
    return [*places, *sites, *(Path(m.path).absolute() for m in (config.domain_model, config.rerank) if m)]


class Task(NamedTuple):
    """Some pages on their way to a worker."""

    items: Sequence[readers.Item]
    future: "Future[Done]"
    slot: int


class Pool:
    """Worker processes with a time limit and a memory limit, and without what a page has no need of (`confinement`).

    `files`: folders in which workers may make files, beside one of the pool's own. `reads`: the files and folders that pages come
    from (`sources`), so that workers read nothing else of the user's; None: what he can read they can.
    """

    def __init__(
        self, resources: Resources, files: Collection[Path] = (), reads: Collection[Path] | None = None
    ) -> None:
        guard.guarded()
        self.resources = resources
        self._own = TemporaryDirectory(prefix="ingest-", ignore_cleanup_errors=True)
        self._files = (Path(self._own.name), *files)
        self._reads = None if reads is None else tuple(reads)
        self._lock = Lock()
        self._context = server.context()
        self._progress: Any = self._context.RawArray("i", 2 * tasks.SLOTS)
        self._free = list(range(tasks.SLOTS))
        self._pool = self._new()
        self._pending: set[Future[Any]] = set()

    def _new(self) -> ProcessPool:
        return ProcessPool(
            self.resources.processes,
            self.resources.max_tasks // PAGES or self.resources.max_tasks,
            initializer=tasks.prepare,
            initargs=(self.resources.memory_mb, self._progress, self._files, self._reads),
            context=self._context,
        )

    def scratch(self, wanted: Path) -> Path:
        """A folder for what is unpacked, to be made and removed by the caller: `wanted` where workers may make files in
        it, and else one of the pool's own, as where it was made before anybody knew which curated folders it is for."""
        if any(wanted.is_relative_to(place) for place in self._files[1:]):
            return wanted
        return self._files[0] / sha256(os.fsencode(wanted)).hexdigest()[:16]

    def _schedule(self, function: Callable[..., Any], args: tuple[object, ...], wall: float) -> "Future[Any]":
        with self._lock:
            try:
                future: Future[Any] = self._pool.schedule(function, args=args, timeout=wall)
            except (RuntimeError, BrokenProcessPool):  # a worker died between two pages, and pebble gave up
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool = self._new()
                future = self._pool.schedule(function, args=args, timeout=wall)
            self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def submit(self, function: Callable[..., _T], *args: object, timeout: float | None = None) -> "Future[_T]":
        """Runs `function` in a worker."""
        limit = timeout or self.resources.timeout
        return self._schedule(tasks.in_time, (function, limit, *args), tasks.WALL * limit + 1)

    @property
    def idle(self) -> bool:
        """Whether workers may soon have nothing to do."""
        return len(self._pending) <= self.resources.processes

    def curate(self, root: Path, items: Sequence[readers.Item], config: Config) -> Task:
        """Curates some pages in a worker; `collect` gives what became of them, and has to be called."""
        with self._lock:
            slot = self._free.pop()
        self._progress[slot], self._progress[tasks.SLOTS + slot] = -1, 0
        limit = self.resources.timeout
        # Each page's limit is kept in the worker. This one is for a process that its signals do not reach.
        wall = (tasks.WALL * limit + 1) * len(items)
        return Task(items, self._schedule(curate_items, (curate_item, root, items, config, limit, slot), wall), slot)

    def divide(
        self, root: Path, path: str, max_bytes: int, scratch: Path | None = None
    ) -> tuple[list[readers.Item], list[str]]:
        """The pages of a raw file, and what there is to say of it as a whole; found in a worker, as outside bytes are read.

        A large file has more time: a second for each megabyte beside the limit of a page.
        """
        if not readers.reader_of(path).many:
            return [readers.Item(path)], []
        try:
            limit = self.resources.timeout + (root / path).stat().st_size / _DIVIDED
        except OSError:
            limit = self.resources.timeout
        for again in (True, False):
            try:
                return self.submit(tasks.divided, root, path, max_bytes, scratch, timeout=limit).result()
            except (TimeoutError, ProcessExpired) as error:
                reason, detail = self._death(error)
                return readers.undivided(path, reason, detail.replace("curating", "finding its pages")), []
            except MemoryError:
                return readers.undivided(path, "crashed", "finding its pages needs more memory than there is"), []
            except (BrokenProcessPool, RuntimeError):
                if not again:
                    raise
        raise AssertionError("not reached")

    def explain(self, file: Path, config: Config, folder: str = "") -> CuratedDocument:
        """One file curated in a worker, as models. Raises `Rejected` whatever it dies of.

        `folder` is where it lies under its raw folder (`gov/`), so that the document is called as the datasets call it.
        """
        try:
            return self.submit(tasks.explain_item, file, config, folder).result()
        except (TimeoutError, ProcessExpired) as error:
            tried = self._progress[tasks.SLOTS]
            raise Rejected(
                "worker", *self._death(error, config.notice_rules[tried - 1].id if tried else None)
            ) from None
        except MemoryError:
            detail = f"the page needs more than {self.resources.memory_mb} MB (--memory-mb)"
            raise Rejected("worker", "crashed", detail) from None

    def collect(self, task: Task, root: Path, config: Config) -> list[Done]:
        """What became of a task's pages, in their order, whatever became of its worker."""
        out: list[Done] = []
        todo = [task]
        again = True
        while todo:
            task = todo.pop(0)
            ended, at, tried = self._ended(task)
            rule = config.notice_rules[tried - 1].id if tried else None
            items = task.items
            rest: list[Sequence[readers.Item]] = []
            if isinstance(ended, Done):
                out.append(ended)
                rest = [items[len(ended.pages) :]]
            elif ended is None:
                if not again:
                    gone = Refusal("", None, "worker", "crashed", "no worker process stays alive", transient=True)
                    return [
                        *out,
                        *(tasks.packed([gone._replace(source=i.source)]) for t in [task, *todo] for i in t.items),
                    ]
                again, rest = False, [items]
            elif len(items) == 1:
                out.append(tasks.packed([self._dead(root, items[0], *self._death(ended, rule), rule)]))
            elif 0 <= at < len(items):
                before = self.curate(root, items[:at], config) if at else None
                out += self.collect(before, root, config) if before else ()
                out.append(tasks.packed([self._dead(root, items[at], *self._death(ended, rule), rule)]))
                rest = [items[at + 1 :]]
            else:  # it died between two pages, or nobody knows where
                rest = [(item,) for item in items]
            todo[:0] = [self.curate(root, some, config) for some in rest if some]
        return out

    def _ended(self, task: Task) -> tuple[Done | TimeoutError | ProcessExpired | MemoryError | None, int, int]:
        """What a task brought home or died of, None where there was no worker; the page and the user's rule that it was at last."""
        try:
            return task.future.result(), len(task.items), 0
        except (TimeoutError, ProcessExpired, MemoryError) as error:  # the last: its memory ran out around a page
            return error, self._progress[task.slot], self._progress[tasks.SLOTS + task.slot]
        except (BrokenProcessPool, RuntimeError):
            return None, 0, 0
        finally:
            with self._lock:
                self._free.append(task.slot)

    def _dead(
        self, root: Path, item: readers.Item, reason: Literal["timeout", "crashed"], detail: str, rule: str | None
    ) -> Refusal:
        """A page that took its worker along."""
        late = reason == "timeout"
        spent, slow = (self.resources.timeout, rule) if late else (0.0, None)
        return Refusal(item.source, _digest(root, item), "worker", reason, detail, seconds=spent, rule=slow)

    def _death(
        self, error: TimeoutError | ProcessExpired | MemoryError, rule: str | None = None
    ) -> tuple[Literal["timeout", "crashed"], str]:
        """What a worker died of: reason and detail. `rule`: the user's own that it was trying."""
        if isinstance(error, MemoryError):
            return "crashed", f"the page needs more than {self.resources.memory_mb} MB (--memory-mb)"
        if isinstance(error, ProcessExpired) and -error.exitcode not in tasks.OVERTIME:
            return "crashed", f"the worker process died ({_why(error.exitcode)})"
        where = f"; it was trying your own notice rule {one_line(rule, 60)}" if rule else ""
        return "timeout", f"curating took more than {self.resources.timeout:g} seconds (limit: timeout){where}"

    def stop(self) -> None:
        """Ends the workers at once; whoever waits for one gets a `CancelledError`."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        for future in list(self._pending):
            future.cancel()
        self._own.cleanup()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _digest(root: Path, item: readers.Item) -> str | None:
    """The bytes a dead worker was given; not of what would have to be taken out of another file, here and without limits."""
    if not readers.is_page(item.path):
        return None
    try:
        return readers.read_raw(root, item, 1 << 62).sha256
    except (readers.Refused, OSError, MemoryError):
        return None


def _why(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
