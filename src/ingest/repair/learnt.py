"""What is known of the damage to the pages of one site, and how `mirror` comes by it.

    fonts     rare forms that the mirror's font put for usual characters
    table     the mirror's own: which characters it annotates, with which reading, and which of them wherever they stand
    passages  the text of clean pages around places that are damaged here (`proof`)
    words     what the corpus writes, as far as it decides between readings of what is damaged here (`words`)

Pages of one site went through one machine, so what many of them show holds for the one that shows little. Who finds it is
`corpus.repairs`; the settings name the index of its files, and a page asks for the file of its own scope alone.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.config import Config, RepairModels
from ingest.errors import InputError
from ingest.repair.characters import plain
from ingest.repair.glosses import Table
from ingest.repair.proof import Passage, Passages, arranged
from ingest.scopes import content, index, place_of, scope_of

FORM = 1
"""The form of these files."""
_KNOWN = 2
"""A page that shows a character once or twice without its reading outweighs a table that has it always."""


class Learnt(BaseModel):
    """What the damaged pages of a scope have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: int = FORM
    scope: str = Field(description="host:www.example.cn or folder:gov.")
    pages: int = Field(description="Damaged pages that there were when it was learnt.")
    table_pages: int = Field(0, description="Pages that the table was learnt from.")
    readings: dict[str, str] = Field(
        {}, description="The mirror's table: character to the reading that is put behind it."
    )
    always: str = Field("", description="The characters of it that have their reading wherever they stand.")
    words: dict[str, float] = Field({}, description="Words of the corpus that decide here (`words`), and their shares.")
    fonts: str = Field(
        "", description="Rare forms that its pages have for usual characters, as the mirror's font had them."
    )
    passages: tuple[Passage, ...] = Field((), description="Text of clean pages around places that are damaged here.")

    @cached_property
    def toneless(self) -> bool:
        """Whether its readings have no tones."""
        return bool(self.readings) and all(plain(reading) == reading for reading in self.readings.values())

    @cached_property
    def table(self) -> Table:
        """The mirror's table as a page would show it that has each of its characters a few times."""
        seen = Counter(dict.fromkeys(self.readings, _KNOWN))
        annotated = Counter({char: _KNOWN if char in self.always else _KNOWN - 1 for char in self.readings})
        return Table(self.readings, annotated, seen)


class Told(NamedTuple):
    """What it tells of one page: its mirror's table, whether readings have no tones there, what clean pages prove, the
    words of the corpus, and the rare forms of the mirror's font."""

    table: Table
    toneless: bool
    proofs: Passages
    words: Mapping[str, float] = {}
    fonts: str = ""


def known(config: Config, source: str, url: str | None) -> Told | None:
    """What is known of the damage to a page from others; None where the settings name nothing."""
    if config.repair_models is None:
        return None
    scope = scope_of(source, url)
    sha256 = index(config.repair_models).get(scope)
    return told(load(config.repair_models, scope, sha256), source) if sha256 else None


def told(learnt: Learnt, source: str) -> Told:
    """The same of what was learnt."""
    proofs = arranged([p for p in learnt.passages if p.page == source])
    return Told(learnt.table, learnt.toneless, proofs, learnt.words, learnt.fonts)


@lru_cache(maxsize=64)
def load(named: RepairModels, scope: str, sha256: str) -> Learnt:
    """The file of a scope. Raises `InputError` where it is not there, not the one that the index names, or none of these."""
    raw, path = content(named, scope, sha256), place_of(named, scope)
    try:
        made = Learnt.model_validate_json(raw)
    except ValidationError as error:
        raise InputError(f"{path} says nothing of damage: `{named.command} {scope}` makes it anew") from error
    if made.form != FORM:
        raise InputError(f"{path} was made by another version: `{named.command} {scope}` makes it anew")
    return made


def dump(made: Learnt) -> bytes:
    """What is known as a file's content: the same, the same bytes."""
    without = None if made.fonts else {"fonts"}  # files of sites without any are what they were
    return (made.model_dump_json(indent=1, exclude=without) + "\n").encode()
