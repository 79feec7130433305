"""What a curated folder knows of the sites that its pages are from, a file a site, beside the datasets.

    sites/index.json                      the SHA-256 of each scope's file, those apart in which nothing was found
    sites/host-www.a.example-1f2e3d.json  what is known of one scope

There are two such shelves: the templates of sites, and the damage to their pages. The settings of a run name each index by
its SHA-256, and a page depends on its own scope's file alone; so learning one site changes its file and the index, and only
that site's pages are curated again.
"""

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from ingest import scopes
from ingest.config import Config, RepairModels, ScopeModels, SiteModels
from ingest.corpus.objects.address import address_of
from ingest.corpus.storage import journal
from ingest.corpus.storage.mirror import followed
from ingest.corpus.storage.store import Store
from ingest.errors import UsageError
from ingest.scopes import INDEX, file_of


class Index(NamedTuple):
    """The SHA-256 of each scope's file, and the scopes that were forgotten: they are not learnt by themselves again."""

    models: dict[str, str]
    forgotten: set[str]
    silent: set[str]
    """Scopes whose file says that nothing was found. No page depends on such a file, so none is curated again for it."""


class Shelf(NamedTuple):
    """One such folder of files: its name, and what the settings call its index."""

    folder: str
    kind: type[ScopeModels]

    def named(self, curated: Path) -> ScopeModels | None:
        """The files of a curated folder as the settings name them; None where there are none."""
        path = followed(curated) / self.folder / INDEX
        if not path.is_file():
            return None
        return self.kind(path=str(path.resolve()), sha256=hashlib.sha256(path.read_bytes()).hexdigest())

    def contents(self, curated: Path) -> Index:
        """What there is. Raises `InputError` where the index cannot be read."""
        found = self.named(curated)
        if found is None:
            return Index({}, set(), set())
        models = dict(scopes.index(found))
        held = json.loads(Path(found.path).read_bytes())
        silent = held.get("silent", {})
        return Index(models | silent, set(held.get("forgotten", ())), set(silent))

    def known(self, curated: Path, scope: str) -> tuple[ScopeModels, str]:
        """The index, and the SHA-256 of a scope's file. Raises `UsageError` where nothing is known of it."""
        found, models = self.named(curated), self.contents(curated).models
        if found is None or scope not in models:
            raise _unknown(scope, models)
        return found, models[scope]

    def put(self, curated: Path, index: Index, files: dict[str, bytes], silent: Collection[str] = ()) -> None:
        """Files of some scopes, those of `silent` among them, and the index with them: each in one step, flushed, the index last."""
        folder = curated / self.folder
        folder.mkdir(exist_ok=True)
        for scope, content in files.items():
            journal.write_durably(folder / file_of(scope), content)
            index.models[scope] = hashlib.sha256(content).hexdigest()
            index.forgotten.discard(scope)
            (index.silent.add if scope in silent else index.silent.discard)(scope)
        text: dict[str, object] = {
            "models": {scope: sha for scope, sha in index.models.items() if scope not in index.silent},
            "forgotten": sorted(index.forgotten),
        }
        if index.silent:
            text["silent"] = {scope: index.models[scope] for scope in index.silent}
        said = json.dumps(text, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        journal.write_durably(folder / INDEX, said.encode())

    def forget(self, curated: Path, wanted: Collection[str]) -> list[str]:
        """Takes scopes out; their pages come back as they were with the next run, which does not learn them again."""
        if address_of(curated):
            with Store.peek(curated).exclusive():
                store = Store.open(curated)
                gone = self.forget(store.root, wanted)
                store.publish()
            return gone
        index = self.contents(curated)
        if missing := [scope for scope in wanted if scope not in index.models]:
            raise _unknown(missing[0], index.models)
        for scope in wanted:
            del index.models[scope]
            index.silent.discard(scope)
        index.forgotten.update(wanted)
        self.put(curated, index, {})
        for scope in wanted:
            (curated / self.folder / file_of(scope)).unlink(missing_ok=True)
        return sorted(wanted)


SITES = Shelf("sites", SiteModels)
REPAIRS = Shelf("repairs", RepairModels)


def with_models(config: Config | None, curated: Path) -> Config:
    """Settings with what a curated folder knows of sites and of damage, unless they name some already."""
    config = config or Config()
    for shelf in (SITES, REPAIRS):
        setting = shelf.kind.setting
        if getattr(config, setting) is None and (found := shelf.named(curated)):
            config = config.model_copy(update={setting: found})
    return config


def without_models(config: Config) -> Config:
    """Settings that name none."""
    return config.model_copy(update={shelf.kind.setting: None for shelf in (SITES, REPAIRS)})


def located(curated: Path) -> Path:
    """The folder on a disk in which what is known of a curated folder's sites can be read."""
    return Store.open(curated).root if address_of(curated) else curated


def _unknown(scope: str, models: Collection[str]) -> UsageError:
    some = ", ".join(sorted(models)[:8]) or "none"
    return UsageError(f"{scope} is no site that is known; there are: {some}")
