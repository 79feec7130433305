"""What is known of a bucket before it is worked on: what is stale, what can be rebuilt, what can be salvaged."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.corrections import Said
from ingest.corpus.objects.spool import present, spool_of
from ingest.corpus.storage.ledger import Entry, Ledger, Outcome, Stat
from ingest.corpus.storage.parquet import UNREADABLE, ColumnsError, open_file, read_table
from ingest.corpus.storage.schema import BUCKETED, difference
from ingest.corpus.storage.store import Store, file_sha256
from ingest.errors import StoreError
from ingest.models import Rejection
from ingest.scopes import digest_of, scope_of
from ingest.version import __version__

NARROWED = " (columns left out)"
"""Behind the code's version in the ledger's entry of a page of which not all columns could be written."""
CORRECTED = "corrected"
"""Why a file is stale of which nothing has changed but what persons say of its pages."""


class Context(NamedTuple):
    """What all buckets of a run have in common."""

    raw: Path
    config: Config
    code: str
    limits: str
    sites: Mapping[str, str] = MappingProxyType({})
    """The models of sites, by scope."""
    said: Said = Said()
    """What persons said of pages; `config` holds none of it, since a page needs no more than its own."""
    damage: Mapping[str, str] = MappingProxyType({})
    """What is known of the damage to the pages of sites, by scope."""

    def config_of(self, items: Iterable[readers.Item]) -> Config:
        """The settings for some pages, with the corrections of these."""
        found = self.said.about(item.source for item in items)
        return self.config.model_copy(update={"corrections": found}) if found else self.config

    def spoken_of(self, entry: Entry) -> frozenset[str]:
        """The pages of a raw file that were curated with other corrections than there are now."""
        return frozenset(o.source for o in entry.outcomes if (o.said or "") != self.said.digest(o.source))

    def stat(self, path: str) -> Stat:
        """What tells that a raw file has not changed. Raises OSError."""
        spool = spool_of(self.raw)
        return Stat(*spool.stat(path, readers.SIDECAR)) if spool else Stat.of(self.raw / path)

    def bring(self, paths: Iterable[str]) -> list[str]:
        """Sees to it that raw files can be read here; those come back that are others than were listed."""
        spool = spool_of(self.raw)
        return spool.bring(paths, readers.SIDECAR) if spool else []

    def drop(self, paths: Iterable[str]) -> None:
        """Lets go of raw files that were brought."""
        if spool := spool_of(self.raw):
            spool.drop(paths, readers.SIDECAR)

    def settings(self, path: str) -> str:
        """What a file's pages depend on besides its bytes and the code that curates: the settings, and how it is read."""
        return self.config.sha256 + readers.reading(path, self.config)

    def known_of(self, outcomes: Iterable[Outcome]) -> str:
        """What is known of the sites of some pages: their templates, and the damage to their pages."""
        if not self.sites and not self.damage:
            return ""
        found = {o.host or scope_of(o.source, None) for o in outcomes}
        damage = digest_of(self.damage, found)
        return digest_of(self.sites, found) + (f" {damage}" if damage else "")


class Torn(Exception):  # noqa: N818 (an answer: the bucket is then made again from raw)
    """Ledger and tables do not belong together."""


def why_stale(entry: Entry | None, path: str, context: Context) -> str | None:
    """Why a raw file has to be curated, None where it need not be.

    Size and times decide where they are known and equal; else the content.
    """
    if entry is None:
        return "new"
    if entry.sha256 is None:
        return "not read before"
    try:
        same = entry.stat is not None and context.stat(path) == entry.stat
        if not (same and spool_of(context.raw)) and (why := _otherwise(entry, path, context, same)):
            return why
    except OSError:
        return "cannot be read"
    if entry.config != context.settings(path):
        return "configuration changed"
    if entry.code not in (context.code, __version__):  # a rebuilt entry knows no more than the version
        return "version changed"
    if entry.sites is not None and entry.sites != context.known_of(entry.outcomes):
        return "its site is known, or known otherwise"
    if entry.limits != context.limits and any(o.reason in ("timeout", "crashed") for o in entry.outcomes):
        return "limits changed"
    return CORRECTED if context.spoken_of(entry) else None


def _otherwise(entry: Entry, path: str, context: Context, same: bool) -> str | None:
    """In what a raw file is another one: it, unless that is known, or its sidecar."""
    place = context.raw / path
    with present(context.raw, [path], readers.SIDECAR):
        if not same and readers.sha256_of(place, context.raw) != entry.sha256:
            return "bytes changed"
        return None if readers.sidecar_sha256(place, context.raw) == entry.sidecar else "sidecar changed"


def intact(store: Store, bucket: int, ledger: Ledger) -> bool:
    """Whether the tables that the ledger knows are there."""
    return all(store.has(name, bucket) for name in ledger.files)


def rebuilt(store: Store, bucket: int) -> Ledger:
    """The ledger as far as the datasets tell. Rejections do not say what made them: those pages are tried again."""
    entries: dict[str, Entry] = {}
    outcomes: dict[str, list[Outcome]] = {}
    path = store.table("documents", bucket)
    if path.exists():
        try:
            columns = ["source", "revision", "raw_sha256", "pipeline_version", "config_sha256"]
            with open_file(path) as file:
                table = file.read(columns)
            for source, revision, sha, version, config in zip(
                *(table.column(c).to_pylist() for c in columns), strict=True
            ):
                name = readers.file_of(source)
                # The bytes of a page are not those of a file that it had to be taken out of.
                known = sha if name == source and readers.is_page(name) else None
                entries[name] = Entry(None, known, None, version, config, "", (), None)
                outcomes.setdefault(name, []).append(Outcome(source, revision, None))
        except (*UNREADABLE, StoreError, KeyError, TypeError):  # the last where a flipped bit made bytes of text
            return Ledger.empty()
    path = store.table("rejections", bucket)
    if path.exists():
        try:
            refused = rejections(path)
        except (Torn, ColumnsError):
            return Ledger.empty()
        for row in refused.values():
            name = readers.file_of(row.source)
            entries[name] = Entry(None, None, None, "", "", "", ())
            outcomes.setdefault(name, []).append(Outcome(row.source, None, row.reason))
    return Ledger({name: entry._replace(outcomes=tuple(outcomes[name])) for name, entry in entries.items()}, {})


def salvaged(
    store: Store, bucket: int, ledger: Ledger, paths: Collection[str], trust: bool
) -> tuple[Ledger, list[str]]:
    """After damage: the entries whose raw file is gone and whose rows may still be taken over; all others are redone.

    Without `trust`, or where a table cannot be read whole, none is: the tables are put away.
    """
    for name, digest in ledger.files.items():
        path = store.table(name, bucket)
        # Whole, but of columns that this version does not know: not damage, and never to be put away.
        if path.exists() and file_sha256(path) == digest and not _readable(path, name, True):
            raise ColumnsError(f"{path} is of another version of ingest: use that, or curate into a new folder")
    names = {readers.name_of(path) for path in paths}
    gone = {name: entry for name, entry in ledger.entries.items() if name not in names}
    if trust and all(_readable(store.table(name, bucket), name, name in ledger.files) for name in BUCKETED):
        return Ledger(gone, {}), [f"bucket {bucket:03d} did not agree with its ledger and was made again from raw"]
    for name in BUCKETED:
        store.table(name, bucket).unlink(missing_ok=True)
    note = f"bucket {bucket:03d} was damaged and was made again from raw"
    return Ledger.empty(), [note, *(f"{name}: lost, its rows were damaged and its raw file is gone" for name in gone)]


def _readable(path: Path, dataset: str, expected: bool) -> bool:
    if not path.exists():
        return not expected
    try:
        with open_file(path) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group)
            return difference(dataset, file.schema_arrow) is None
    except (*UNREADABLE, StoreError):
        return False


def rejections(path: Path) -> dict[str, Rejection]:
    """The rows of a bucket's rejections by source. Raises `Torn` where they cannot be read."""
    try:
        rows = read_table(path, "rejections").to_pylist()
    except ColumnsError:
        raise
    except (*UNREADABLE, StoreError) as error:
        raise Torn from error
    return {row["source"]: Rejection(**row) for row in rows}
