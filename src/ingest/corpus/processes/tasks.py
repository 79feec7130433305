"""What runs in a worker process: pages read and curated, some at a time, each within its own limits.

A task brings home one Arrow batch a dataset for all of its pages. How pages were put into tasks shows in nothing: a page
that needs more memory than the pages before it in its task have left is given back, to be the first of another task.
"""

import gc
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableSequence, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.processes import confinement
from ingest.corrected import spoken
from ingest.errors import InputError, Rejected
from ingest.models import CuratedDocument, Document, Row
from ingest.patterns import pattern
from ingest.scopes import scope_of

_T = TypeVar("_T")
WALL = 3
"""Times the limit of processor time that a page may take by the clock."""
OVERTIME = frozenset(getattr(signal, name) for name in ("SIGPROF", "SIGALRM") if hasattr(signal, name))
"""The signals that end a process whose page has used up its time: of the processor, or by the clock."""
_ENOUGH = 4_000_000
"""Characters of page text after which a task takes no further page."""
_CONTROLS = pattern(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
SLOTS = 4096
"""Tasks that may be on their way at one time."""
_progress: MutableSequence[int] | None = None
"""For each task at work the number of the page it is at, and behind all of these the number of the user's rule that is
being tried: seen by the process that collects, also when this one dies."""
_slot = 0


class Curated(NamedTuple):
    """One page that became a document; its rows are in its task's tables."""

    source: str
    sha256: str
    revision: str
    chars: tuple[int, int]
    rules: Counter[str]
    warning: str | None
    size: int = 0
    """Raw bytes."""
    seconds: float = 0.0
    host: str | None = None
    """The scope of its site where that is a host."""
    template: bool = False
    """Whether it had a template that is known."""
    made: CuratedDocument | None = None
    """What it became; stays in the worker."""


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
    rule: str | None = None
    """The user's own rule that was being tried when time was over."""
    crowded: bool = False
    """Whether more memory might have helped, so that it is worth a task of its own."""


Result = Curated | Refusal


class Done(NamedTuple):
    """The first pages of a task, in its order: what became of each, and the rows of all, as an Arrow buffer a dataset.

    `counts`: how many rows of each dataset are each page's. `prints`: the rows by which duplicates are found, of each
    page that became a document (`reprints.fingerprints`).
    """

    pages: tuple[Result, ...]
    tables: Mapping[str, bytes]
    counts: Mapping[str, tuple[int, ...]]
    prints: bytes


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends the process, whatever it is in, once it has worked or waited for so long: nothing has to be in a state to listen."""
    if not seconds or not hasattr(signal, "ITIMER_PROF"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, WALL * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def in_time(function: Callable[..., _T], seconds: float, *args: object) -> _T:
    """A call with its limit."""
    with _limited(seconds):
        return function(*args)


def curate_items(
    function: Callable[[Path, readers.Item, Config], Result],
    root: Path,
    items: Sequence[readers.Item],
    config: Config,
    seconds: float = 0.0,
    slot: int = 0,
) -> Done:
    """The pages of a task, each by `function` (`curate_item`) with its limit of time; less than all where they grow large.

    `slot` is where the number of the page at work is written down.
    """
    global _slot
    _slot = slot
    done: list[Result] = []
    size = 0
    for n, item in enumerate(items):
        _at(slot, n)
        result = in_time(function, seconds, root, item, config)
        if n and isinstance(result, Refusal) and result.crowded:
            break
        done.append(result)
        size += result.chars[0] if isinstance(result, Curated) else 0
        if size > _ENOUGH:
            break
    _at(slot, len(items))
    return in_time(packed, seconds and seconds * len(items), done)


def _at(slot: int, page: int) -> None:
    if _progress is not None:
        _progress[slot] = page


def _trying(rule: int) -> None:
    if _progress is not None:
        _progress[SLOTS + _slot] = rule


def packed(pages: Sequence[Result]) -> Done:
    """Pages with the rows of all of them in one Arrow batch a dataset."""
    from ingest.corpus.reprints import fingerprints
    from ingest.corpus.storage.schema import OF_DOCUMENTS

    made = [page.made if isinstance(page, Curated) else None for page in pages]
    tables, counts = {}, {}
    for name in OF_DOCUMENTS:
        every: list[Sequence[Row]] = [_rows_of(name, one) for one in made]
        counts[name] = tuple(map(len, every))
        tables[name] = _packed(name, [row for rows in every for row in rows])
    prints = b"".join(fingerprints.of_document(one.document) for one in made if one)
    return Done(
        tuple(page._replace(made=None) if isinstance(page, Curated) else page for page in pages), tables, counts, prints
    )


def _rows_of(name: str, made: CuratedDocument | None) -> Sequence[Row]:
    if made is None:
        return ()
    rows: Sequence[Row] = (made.document,) if name == "documents" else getattr(made, name)
    return rows


def curate_item(root: Path, item: readers.Item, config: Config) -> Result:
    """Reads and curates one page. Every failure comes back as a `Refusal`; only a death of the process does not."""
    begun = time.perf_counter()
    return _attempted(root, item, config)._replace(seconds=time.perf_counter() - begun)


def _attempted(root: Path, item: readers.Item, config: Config) -> Result:
    digest, warning, size, host = None, None, 0, None
    crowded = False
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
        crowded = True
    except RecursionError:
        stage, reason, detail = "worker", "too_deep", "the page is nested too deeply to be walked"
    except Exception as error:  # a fault of ours: the page is a rejection that names the place, the run goes on
        place = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
        stage, reason = "worker", "crashed"
    tables = {name: _packed(name, rows) for name, rows in besides.items()}
    about = Refusal(item.source, digest, stage, reason, one_line(detail), warning=warning, size=size, tables=tables)
    return about._replace(host=host, crowded=crowded)


def _host(page: readers.RawPage) -> str | None:
    """The scope of a page's site where that is a host, which its source does not tell."""
    return scope_of(page.source, page.sidecar.url) if page.sidecar.url else None


def _curated(page: readers.RawPage, config: Config) -> Curated:
    made = _made(page, config)
    document = made.document
    return Curated(
        page.source,
        page.sha256,
        document.revision,
        (document.page_chars, document.text_chars),
        Counter(rule for edit in made.edits if edit.applied for rule in edit.rules),
        _warning(page, config, document),
        page.size,
        host=_host(page),
        template=document.site_template is not None,
        made=made,
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


def divided(root: Path, path: str, max_bytes: int, scratch: Path | None) -> tuple[list[readers.Item], list[str]]:
    """The pages of a raw file, and what there is to say of it as a whole."""
    notes: list[str] = []
    return list(readers.items(root, path, max_bytes, scratch, notes)), notes


def explain_item(file: Path, config: Config, folder: str) -> CuratedDocument:
    """One file curated, called by its name in `folder`. Raises `Rejected`, or `InputError` where the file cannot be read."""
    try:
        with tempfile.TemporaryDirectory(prefix="ingest-") as scratch:
            item = readers.named(file, Path(scratch))
            page = readers.read_raw(file.parent, item, config.limits.max_bytes, config.feed)
            return _made(page._replace(source=folder + page.source), config)
    except readers.Refused as error:
        if not error.transient:
            raise Rejected("read", error.reason, error.detail) from None
        raise InputError(f"{file}: {error.detail}") from None


def _warning(page: readers.RawPage, config: Config, document: Document) -> str | None:
    """What there is to say of a page that was curated: of its sidecar, and of corrections that no longer fit."""
    said = [page.sidecar.fault] if page.sidecar.fault else []
    if config.corrections:
        stale = spoken(config.corrections, page.source, document.raw_sha256, document.page_text).stale
        said += [f"a correction is stale, since the page has changed, and was not made ({s.saying})" for s in stale]
    return "; ".join(said) or None


def one_line(text: str, limit: int = 300) -> str:
    """Text fit for a row or a terminal: one line, no control characters, not endless."""
    clean = _CONTROLS.sub(" ", text).strip()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def prepare(
    memory_mb: int, progress: MutableSequence[int], files: Sequence[Path], reads: Sequence[Path] | None
) -> None:
    """In each worker, before its first page. `files`: the folders that it may make files in, its temporary one first.

    `reads`: what it may read, as `confinement.confine` has it."""
    global _progress
    _progress = progress
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that collects
    if sys.platform == "linux":
        _die_with_parent()
    import ingest.corpus.storage.parquet
    import ingest.pipeline

    ingest.pipeline.watch_own_rules(_trying)
    with suppress(ImportError, ValueError, OSError):  # not every system has these limits
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory_mb:
            # Not RLIMIT_AS: allocators reserve far more address space than they use. What is there before the first
            # page (Arrow reserves a gigabyte that it never touches) is no page's.
            most = _data() + (memory_mb << 20)
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))

    # What is loaded stays; a page makes many values that hold no circles. (Only here: a library changes nothing for its caller.)
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    tempfile.tempdir = str(files[0])
    confinement.confine(files, reads)


def _data() -> int:
    """The bytes that this process has for data, of its own and reserved; 0 where the system does not say."""
    with suppress(OSError):
        found = re.search(rb"^VmData:\s*(\d+) kB", Path("/proc/self/status").read_bytes(), re.MULTILINE)
        return int(found[1]) << 10 if found else 0
    return 0


def _die_with_parent() -> None:
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a killed run leaves no orphans
