"""Settings of the command line and the flows: options, then `INGEST_*` variables, then `ingest.toml` beside the raw folder.

Everything ends in one frozen value. What decides the content of a document is `config`, and only that goes into the
documents' `config_sha256`; how many processes worked on it changes nothing in it.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from ingest import gate, rules
from ingest.config import Config, DomainModel, Limits, NoticeRule
from ingest.corpus.objects.address import address_of
from ingest.corpus.processes.workers import Resources
from ingest.errors import InputError, UsageError, first_fault
from ingest.patterns import pattern

FILE = "ingest.toml"
PREFIX = "INGEST_"
_MOST = 10_000_000
"""Bytes of a file of settings or rules."""
_BESIDES = frozenset({"INGEST_DEBUG", "INGEST_COMMIT_PAUSE_MS", "INGEST_FUZZ", "INGEST_COMPLETE"})
"""Variables that are no settings."""
_VALUES = frozenset(
    {"limits", "feed", "notice_rules", "domain_model", "site_models", "repair_models", "rerank", "corrections", "about"}
)
"""Fields that are tables, or are found by way of a file or the curated folder: no variable sets them."""
_URL = pattern(r"[a-zA-Z][a-zA-Z0-9+.-]+:/")


class Settings(Config):
    """`Config` and what else a run needs to know."""

    raw: Path = Field(Path("raw"), description="Folder of raw pages.")
    curated: Path = Field(Path("curated"), description="Folder of the datasets.")
    workers: int = Field(0, ge=0, le=1024, description="Worker processes; 0: one for each core.")
    timeout: float = Field(
        10.0, gt=0, le=86_400, allow_inf_nan=False, description="Seconds of processor time that one page may take."
    )
    memory_mb: int = Field(2048, ge=0, le=1 << 24, description="Memory of one worker in MB; 0: no limit.")
    max_tasks: int = Field(2000, ge=0, description="Pages after which a worker is replaced; 0: never.")
    buckets: int | None = Field(None, ge=1, le=999, description="Buckets of a curated folder yet to be made (64).")
    engine: str = Field("local", pattern="^(local|(tcp|tls|ucx)://.+)$", description="local, or a Dask scheduler.")
    wait: float = Field(0.0, ge=0, le=1e9, allow_inf_nan=False, description="Seconds to wait for another run to end.")
    notice_rules_file: Path | None = Field(
        None, description="File of own notice rules: id, where, pattern, example on each line, separated by tabs."
    )

    domain_model_file: Path | None = Field(
        None, description="Language model of one's own for repairs, made by `ingest model build`."
    )

    rerank_file: Path | None = Field(
        None,
        description="Causal language model in GGUF form, a second reader of damage (also [rerank] with file = ...).",
    )

    @property
    def config(self) -> Config:
        """The part that decides what `curate` gives."""
        return Config(**{name: getattr(self, name) for name in Config.model_fields})

    @property
    def resources(self) -> Resources:
        """The part that workers need."""
        return Resources(self.workers, self.timeout, self.memory_mb, self.max_tasks)


def apart(use: Settings) -> Settings:
    """The same settings, when a run may use them: raw pages and datasets are two folders."""
    if use.curated.resolve() == use.raw.resolve():
        raise UsageError(f"{use.curated} cannot be both the raw folder and the curated one: give one another place")
    return use


def load(
    beside: Path | None = None, *, environ: Mapping[str, str] | None = None, file: Path | None = None, **options: Any
) -> Settings:
    """The settings that hold; `beside` is the raw folder (or a file in it), None options are not given.

    `file` is a settings file to use instead of `ingest.toml` beside the raw folder; then the folders are beside it, where
    it does not say otherwise. Paths in a settings file are relative to it. Raises UsageError for options, InputError for the file and the variables.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in options.items() if value is not None}
    variables = _from_environment(environ)
    raw = Path(beside or given.get("raw") or variables.get("raw") or "raw")
    path = file or _find(raw)
    values = _from_file(path) if path else {}
    if file:
        values = {name: file.parent / name for name in ("raw", "curated")} | values
    written, set_ = values.pop("limits", {}), variables.pop("limits", {})
    for found, where in ((written, str(path)), (set_, "the environment")):
        _valid({"limits": found}, where, InputError, "")
    limits = {**written, **set_}
    for layer, where, kind in (
        (values, str(path), InputError),
        (variables, "the environment", InputError),
        (given, "the options", UsageError),
    ):
        _on_disk(layer, where, kind)
        _valid(layer, where, kind, PREFIX if layer is variables else "")
    merged = {**values, **variables, **given}
    if limits:
        merged["limits"] = limits
    made = Settings(**merged)
    if made.notice_rules_file:
        made = made.model_copy(update={"notice_rules": (*made.notice_rules, *notice_rules(made.notice_rules_file))})
    if made.rerank_file:
        from ingest.repair import second

        made = made.model_copy(update={"rerank": second.named(regular(made.rerank_file, "[rerank] file"))})
    if made.domain_model_file:
        made = made.model_copy(update={"domain_model": domain_model(made.domain_model_file)})
    return made


def domain_model(path: Path) -> DomainModel:
    """A user's own language model by its content; `InputError` for a file that is none."""
    from ingest.repair import domain, model

    model.load(regular(path, "domain_model_file"))
    return DomainModel(path=str(path.absolute()), sha256=domain.digest(path))


def regular(path: Path, setting: str) -> Path:
    """The same path; `InputError` where no regular file lies there."""
    try:
        if not gate.is_regular(path):
            raise InputError(f"{path} cannot be read ({setting}): it is not a regular file")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({setting}): {error.strerror}") from error
    return path


def notice_rules(path: Path) -> tuple[NoticeRule, ...]:
    """A user's own notice rules from a table; the first one that is not right is an `InputError` that names its line.

    The header is not needed; comments and blank lines may stand anywhere.
    """
    try:
        text = gate.read(path, None, _MOST).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read (notice_rules_file): {_why(error)}") from error
    columns = tuple(NoticeRule.model_fields)
    made: list[NoticeRule] = []
    for row in rules.parse(text, str(path), columns, headed=False):
        try:
            made.append(NoticeRule.model_validate({name: row[name].strip() for name in columns}))
        except ValidationError as error:
            raise row.fault(_first(error)) from error
    return tuple(made)


def _why(error: OSError | ValueError) -> str:
    """Why a file of settings or rules is not read."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8, at its byte {error.start}: save it as UTF-8"
    return str(error.strerror if isinstance(error, OSError) else error)


def _first(error: ValidationError) -> str:
    """What the first fault is, and of which field where it is one field's."""
    where, what = first_fault(error)
    return f"{where.rpartition('.')[2]}: {what}" if where else what


def _find(raw: Path) -> Path | None:
    """`ingest.toml` beside the raw folder; for a file, beside any folder that it is in."""
    if address_of(raw):
        return Path(FILE) if os.path.lexists(FILE) else None
    start = raw.absolute()
    folders = [start.parent] if start.is_dir() or not start.exists() else list(start.parents)
    return next((folder / FILE for folder in folders if os.path.lexists(folder / FILE)), None)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(gate.read(path, None, _MOST).decode("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {_why(error)}") from error
    if not isinstance(values.get("limits", {}), dict):
        raise InputError(f"{path}: limits: it is a table, as in [limits] with max_bytes = 20_000_000 below it")
    section = values.pop("rerank", None)
    if section is not None:
        if not isinstance(section, dict) or set(section) != {"file"}:
            raise InputError(f'{path}: rerank: it is a table, as in [rerank] with file = "model.gguf" below it')
        values["rerank_file"] = section["file"]
    for name in ("raw", "curated", "notice_rules_file", "domain_model_file", "rerank_file"):
        if isinstance(values.get(name), str) and not _URL.match(values[name]):
            values[name] = path.parent / values[name]
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in Settings.model_fields:
        if name not in _VALUES and environ.get(PREFIX + name.upper()):
            values[name] = environ[PREFIX + name.upper()]
    limits = {n: environ[PREFIX + n.upper()] for n in Limits.model_fields if environ.get(PREFIX + n.upper())}
    return values | ({"limits": limits} if limits else {})


def unknown(environ: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Variables that begin like settings and are none, each with the one that was perhaps meant."""
    fields = {*Settings.model_fields, *Limits.model_fields} - _VALUES
    known = {PREFIX + name.upper() for name in fields} | _BESIDES
    names = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    return [(name, next(iter(difflib.get_close_matches(name, known, 1, 0.8)), None)) for name in names]


def _on_disk(values: Mapping[str, Any], where: str, kind: type[InputError] | type[UsageError]) -> None:
    """Raw pages and datasets lie on disks, or in object storage of a kind that is known."""
    for name in ("raw", "curated"):
        if _URL.match(value := str(values.get(name, ""))) and address_of(value) is None:
            scheme, _, rest = value.partition(":")
            what = "give a folder on a disk, also one that is mounted, or s3://, az:// or gs://BUCKET/FOLDER"
            raise kind(f"{where}: {name}: {scheme}://{rest.lstrip('/')}: {what}")


def _valid(values: dict[str, Any], where: str, kind: type[InputError] | type[UsageError], prefix: str) -> None:
    try:
        Settings(**values)
    except ValidationError as error:
        name, what = first_fault(error)
        fault = error.errors(include_url=False)[0]["type"]
        if fault == "extra_forbidden":
            near = difflib.get_close_matches(name, Settings.model_fields, 1, 0.8)
            what = "there is no such setting" + (f" (did you mean {near[0]}?)" if near else "")
        elif fault == "string_pattern_mismatch":
            what = "local, or the address of a Dask scheduler as in tcp://10.0.0.1:8786 (tls://, ucx://)"
        raise kind(f"{where}: {prefix + name.upper() if prefix else name}: {what}") from error
