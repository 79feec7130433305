"""A pool that works in this process: for tests that change what a worker meets, or run thousands of runs."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.processes import tasks, workers
from ingest.corpus.processes.workers import Resources


class Inline:
    """As `ingest.corpus.processes.workers.Pool`, without processes and limits. `kept`: pages curated before, by their bytes."""

    def __init__(self, resources: Resources = Resources(workers=1), kept: dict[object, workers.Result] | None = None):
        self.resources, self.kept = resources, kept

    idle = False

    def scratch(self, wanted: Path) -> Path:
        return wanted

    def submit(self, function: Callable[..., object], *args: object, timeout: float | None = None) -> Future:  # type: ignore[type-arg]
        done: Future[object] = Future()
        try:
            done.set_result(function(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def curate(self, root: Path, items: Sequence[readers.Item], config: Config) -> workers.Task:
        return workers.Task(items, self.submit(tasks.curate_items, self._one, root, items, config), 0)

    def _one(self, root: Path, item: readers.Item, config: Config) -> workers.Result:
        if self.kept is None or item.place is not None:
            return workers.curate_item(root, item, config)
        key = item, (root / item.path).read_bytes(), config
        if key not in self.kept:
            self.kept[key] = workers.curate_item(root, item, config)
        return self.kept[key]

    def collect(self, task: workers.Task, root: Path, config: Config) -> list[workers.Done]:
        done = task.future.result()
        rest = task.items[len(done.pages) :]
        return [done, *(self.collect(self.curate(root, rest, config), root, config) if rest else ())]

    def divide(
        self, root: Path, path: str, max_bytes: int, scratch: Path | None = None
    ) -> tuple[list[readers.Item], list[str]]:
        notes: list[str] = []
        return list(readers.items(root, path, max_bytes, scratch, notes)), notes

    def stop(self) -> None:
        pass

    def __enter__(self) -> "Inline":
        return self

    def __exit__(self, *_: object) -> None:
        pass
