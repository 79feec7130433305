"""The dictionaries and configurations of the installed package opencc-python-reimplemented, read as they are.

They are read from the package and never copied: what the package corrects, we get, and its licence stays where it is.
"""

import json
from functools import cache
from importlib.resources import files

from ingest.rules import Table

_FROM = ("direction", "from")
OPENCC = Table("ingest.script", "opencc.tsv", ("dictionary", "key", "value"), ("value",), ("dictionary", "key"))
OVERLAY = Table("ingest.script", "overlay.tsv", ("direction", "from", "to", "reason"), unique=_FROM)
NAMES = Table("ingest.script", "names.tsv", ("direction", "from", "to", "kind", "note"), unique=_FROM)
ORIGIN = Table("ingest.script", "origin.tsv", ("side", "word", "reason"), unique=("word",))
CHOICES = Table(
    "ingest.script",
    "choices.tsv",
    ("direction", "character", "to", "others", "certainty", "reason", "where"),
    ("to", "where"),
    ("direction", "character"),
)
CONVERTERS = Table(
    "ingest.script",
    "converters.tsv",
    ("kind", "form", "writes", "refutes", "weights", "before", "usual"),
    ("writes", "refutes", "weights", "before", "usual"),
    ("kind", "form"),
)
NEIGHBOURS = Table("ingest.script", "neighbours.tsv", ("form", "side", "beside"), unique=("form", "side"))
IDIOMS = Table("ingest.script", "idioms.tsv", ("form", "weight"), unique=("form",))
LOCALISED = Table(
    "ingest.script",
    "localised.tsv",
    ("class", "taiwan", "mainland", "absent", "certainty", "example"),
    ("absent", "certainty", "example"),
    ("taiwan",),
)


@cache
def _read(name: str) -> dict[str, str]:
    text = files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.strip().split("\n"))


def dictionary(name: str, missing: bool = False) -> dict[str, str]:
    """One dictionary of the package (`TSCharacters.txt`), the first value of each key as the package takes it.

    `missing`: a dictionary that the package does not have is empty, not an error.
    """
    if missing and not files("opencc").joinpath("dictionary", name).is_file():
        return {}
    return {key: value.partition(" ")[0] for key, value in _read(name).items()}


@cache
def _changed() -> dict[str, dict[str, str]]:
    """Dictionary name to key to value of `opencc.tsv`; an empty value: the key is gone."""
    found: dict[str, dict[str, str]] = {}
    for _, (name, key, value) in OPENCC.cells():
        found.setdefault(name, {})[key] = value
    return found


def current(name: str) -> dict[str, str]:
    """The same dictionary as OpenCC has it today: the package's with `opencc.tsv` laid over it."""
    whole = dictionary(name, missing=True) | _changed().get(name, {})
    return {key: value for key, value in whole.items() if value}


def choices(name: str) -> dict[str, list[str]]:
    """One dictionary of the package with all values of each key."""
    return {key: value.split(" ") for key, value in _read(name).items()}


def configuration(name: str) -> list[list[str]]:
    """The conversion chain of a configuration (`t2s`): its steps, each a group of dictionary names in their order."""
    data = json.loads(files("opencc").joinpath("config", f"{name}.json").read_text(encoding="utf-8"))
    steps = [step["dict"] for step in data["conversion_chain"]]
    return [[one["file"] for one in step["dicts"]] if step["type"] == "group" else [step["file"]] for step in steps]


def group(names: list[str]) -> list[dict[str, str]]:
    """The dictionaries of one step."""
    return [dictionary(name) for name in names]
