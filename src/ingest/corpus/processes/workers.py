"""Pages are curated in processes of their own, since a parser can hang, crash in C or eat the memory.

A page that does becomes a `Refusal` like any other and its neighbours do not notice. Results come back as Arrow buffers,
which cost the collecting process next to nothing. Decided against `concurrent.futures`: one dead worker breaks the whole
pool there, and a running task cannot be stopped.
"""

import os
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Literal, NamedTuple, TypeVar

from pebble import ProcessExpired, ProcessPool

from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.processes import server
from ingest.errors import InputError, Rejected
from ingest.models import CuratedDocument, Row
from ingest.scopes import scope_of

_T = TypeVar("_T")
_OVERTIME = getattr(signal, "SIGPROF", 27)
_WALL = 3
"""Times the limit of processor time that a page may take by the clock."""
_DIVIDED = 1_000_000
"""Bytes of a file of many pages that a second is given for, to find them."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


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


class Curated(NamedTuple):
    """One page's rows, as Arrow buffers."""

    source: str
    sha256: str
    revision: str
    chars: tuple[int, int]
    tables: Mapping[str, bytes]
    rules: Counter[str]
    warning: str | None
    size: int = 0
    """Raw bytes."""
    seconds: float = 0.0
    host: str | None = None
    """The scope of its site where that is a host."""
    template: bool = False
    """Whether it had a template that is known."""


class Refusal(NamedTuple):
    """Why one page gave no document. `transient`: a fault of the machine, worth another try whenever there is a run."""

    source: str
    sha256: str | None
    stage: str
    reason: str
    detail: str
    transient: bool = False
    warning: str | None = None
    size: int = 0
    seconds: float = 0.0
    tables: Mapping[str, bytes] | None = None
    """What there is to say of the page all the same, as Arrow buffers by dataset."""
    host: str | None = None
    """The scope of its site where that is a host."""


Result = Curated | Refusal


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends the process, whatever it is in, once it has worked for so long: nothing has to be in a state to listen."""
    if not seconds or not hasattr(signal, "ITIMER_PROF"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _in_time(function: Callable[..., _T], seconds: float, *args: object) -> _T:
    """In a worker: a call with its limit."""
    with _limited(seconds):
        return function(*args)


def curate_item(root: Path, item: readers.Item, config: Config) -> Result:
    """Reads and curates one page. Every failure comes back as a `Refusal`; only a death of the process does not."""
    begun = time.perf_counter()
    return _attempted(root, item, config)._replace(seconds=time.perf_counter() - begun)


def _attempted(root: Path, item: readers.Item, config: Config) -> Result:
    digest, warning, size, host = None, None, 0, None
    besides: Mapping[str, Sequence[Any]] = {}
    try:
        page = readers.read_raw(root, item, config.limits.max_bytes, config.feed)
        digest, warning, size = page.sha256, page.sidecar.fault, page.size
        host = _host(page)
        return _curated(page, config)
    except readers.Refused as error:
        return Refusal(item.source, error.sha256, "read", error.reason, error.detail, error.transient)
    except Rejected as error:
        stage, reason, detail, besides = error.stage, error.reason, error.message, error.rows
    except MemoryError:
        stage, reason, detail = "worker", "crashed", "the page needs more memory than a worker may have"
    except RecursionError:
        stage, reason, detail = "worker", "too_deep", "the page is nested too deeply to be walked"
    except Exception as error:  # a fault of ours: the page is a rejection that names the place, the run goes on
        place = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
        stage, reason = "worker", "crashed"
    tables = {name: _packed(name, rows) for name, rows in besides.items()}
    about = Refusal(item.source, digest, stage, reason, one_line(detail), warning=warning, size=size, tables=tables)
    return about._replace(host=host)


def _host(page: readers.RawPage) -> str | None:
    """The scope of a page's site where that is a host, which its source does not tell."""
    return scope_of(page.source, page.sidecar.url) if page.sidecar.url else None


def _curated(page: readers.RawPage, config: Config) -> Curated:
    from ingest.corpus.storage.schema import OF_DOCUMENTS

    made = _made(page, config)
    own: dict[str, Sequence[Row]] = {name: getattr(made, name) for name in OF_DOCUMENTS[1:]}
    tables = {name: _packed(name, rows) for name, rows in (("documents", [made.document]), *own.items())}
    document = made.document
    return Curated(
        page.source,
        page.sha256,
        document.revision,
        (document.page_chars, document.text_chars),
        tables,
        Counter(rule for edit in made.edits if edit.applied for rule in edit.rules),
        page.sidecar.fault,
        page.size,
        host=_host(page),
        template=document.site_template is not None,
    )


def _packed(name: str, rows: Sequence[Row]) -> bytes:
    from ingest.corpus.storage.parquet import to_table

    batches = to_table(name, rows).to_batches()
    return batches[0].serialize().to_pybytes() if batches else b""


def _made(page: readers.RawPage, config: Config) -> CuratedDocument:
    from ingest.pipeline import curate, known

    about = page.sidecar
    return curate(
        page.raw,
        source=page.source,
        media_type=page.media_type if known(page.media_type) else None,
        encoding=page.encoding,
        url=about.url,
        headers=about.headers,
        fetched_at=about.fetched_at,
        config=config,
    )


def _divided(root: Path, path: str, max_bytes: int, scratch: Path | None) -> tuple[list[readers.Item], list[str]]:
    notes: list[str] = []
    return list(readers.items(root, path, max_bytes, scratch, notes)), notes


def _explain_item(file: Path, config: Config, folder: str) -> CuratedDocument:
    try:
        with tempfile.TemporaryDirectory(prefix="ingest-") as scratch:
            item = readers.named(file, Path(scratch))
            page = readers.read_raw(file.parent, item, config.limits.max_bytes, config.feed)
            return _made(page._replace(source=folder + page.source), config)
    except readers.Refused as error:
        if not error.transient:
            raise Rejected("read", error.reason, error.detail) from None
        raise InputError(f"{file}: {error.detail}") from None


def one_line(text: str, limit: int = 300) -> str:
    """Text fit for a row or a terminal: one line, no control characters, not endless."""
    clean = _CONTROLS.sub(" ", text).strip()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def _prepare(memory_mb: int) -> None:
    """In each worker, before its first page."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that collects
    if sys.platform == "linux":
        _die_with_parent()
    with suppress(ImportError, ValueError, OSError):  # not every system has these limits
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory_mb:
            # Not RLIMIT_AS: allocators reserve far more address space than they use.
            resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    import ingest.corpus.storage.parquet
    import ingest.pipeline  # noqa: F401


def _die_with_parent() -> None:
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a killed run leaves no orphans


class Pool:
    """Worker processes with a time limit and a memory limit."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self._lock = Lock()
        self._context = server.context()
        self._pool = self._new()
        self._pending: set[Future[Any]] = set()

    def _new(self) -> ProcessPool:
        return ProcessPool(
            self.resources.processes,
            self.resources.max_tasks,
            initializer=_prepare,
            initargs=(self.resources.memory_mb,),
            context=self._context,
        )

    def _schedule(self, args: tuple[object, ...], wall: float) -> "Future[Any]":
        return self._pool.schedule(_in_time, args=args, timeout=wall)

    def submit(self, function: Callable[..., _T], *args: object, timeout: float | None = None) -> "Future[_T]":
        """Runs `function` in a worker."""
        limit = timeout or self.resources.timeout
        schedule = partial(self._schedule, (function, limit, *args), _WALL * limit)
        with self._lock:
            try:
                future = schedule()
            except (RuntimeError, BrokenProcessPool):  # a worker died between two pages, and pebble gave up
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool = self._new()
                future = schedule()
            self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def curate(self, root: Path, item: readers.Item, config: Config) -> "Future[Result]":
        """Curates one page in a worker."""
        return self.submit(curate_item, root, item, config)

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
                return self.submit(_divided, root, path, max_bytes, scratch, timeout=limit).result()
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
            return self.submit(_explain_item, file, config, folder).result()
        except (TimeoutError, ProcessExpired) as error:
            raise Rejected("worker", *self._death(error)) from None
        except MemoryError:
            detail = f"the page needs more than {self.resources.memory_mb} MB (--memory-mb)"
            raise Rejected("worker", "crashed", detail) from None

    def result(self, future: "Future[Result]", root: Path, item: readers.Item, config: Config) -> Result:
        """What became of a page, whatever became of its worker."""
        for again in (True, False):
            try:
                return future.result()
            except (TimeoutError, ProcessExpired) as error:
                reason, detail = self._death(error)
                spent = self.resources.timeout if reason == "timeout" else 0.0
                return Refusal(item.source, _digest(root, item), "worker", reason, detail, seconds=spent)
            except (BrokenProcessPool, RuntimeError):
                if not again:
                    break
                future = self.curate(root, item, config)
        return Refusal(item.source, None, "worker", "crashed", "no worker process stays alive", transient=True)

    def _death(self, error: TimeoutError | ProcessExpired) -> tuple[Literal["timeout", "crashed"], str]:
        """What a worker died of: reason and detail."""
        if isinstance(error, ProcessExpired) and error.exitcode != -_OVERTIME:
            return "crashed", f"the worker process died ({_why(error.exitcode)})"
        return "timeout", f"curating took more than {self.resources.timeout:g} seconds (limit: timeout)"

    def stop(self) -> None:
        """Ends the workers at once; whoever waits for one gets a `CancelledError`."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        for future in list(self._pending):
            future.cancel()

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
