"""The headings of a statute's parts, chapters and sections: found by their numbers, changed, put in with their articles, taken out.

A heading is a block of the statute; what stands below it are the parts up to the next heading of its rank or a higher one.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.amend import statute
from ingest.amend.finding import Place, Unfit, said
from ingest.amend.statute import Article, Block, Number, Statute
from ingest.han import numerals
from ingest.references.grammar import ORDER, N, StepUnit

_KINDS = frozenset(("part", "subpart", "chapter", "section"))
_HEADING = re.compile(rf"^\s*第\s?(?P<n>{N})\s?(?P<unit>编|分编|章|节)(?P<gap>[\s　]*)(?P<name>.*)$")


class Heading(NamedTuple):
    """A heading: its place among the parts of the statute, its block, unit and number."""

    at: int
    block: Block
    unit: StepUnit
    number: int

    @property
    def rank(self) -> int:
        """The lower, the larger the unit."""
        return ORDER.index(self.unit)

    @property
    def line(self) -> str:
        """The heading as it is printed."""
        return self.block.lines[0]


def read(line: str) -> tuple[StepUnit, int, str, str] | None:
    """The unit, number, gap and name of a heading's line; None where it is none."""
    found = _HEADING.match(line)
    number = numerals.value(found["n"]) if found else None
    if found is None or number is None:
        return None
    unit: StepUnit = found["unit"]  # type: ignore[assignment]
    return unit, number, found["gap"], found["name"]


def headings(law: Statute) -> list[Heading]:
    """The numbered headings of a statute in order."""
    out = []
    for at, part in enumerate(law.parts):
        if isinstance(part, Block) and part.kind in _KINDS and part.lines and (told := read(part.lines[0])):
            out.append(Heading(at, part, told[0], told[1]))
    return out


def below(law: Statute, heading: Heading) -> int:
    """Where what stands below a heading ends: at the next one of its rank or higher, or at what closes the text."""
    for at in range(heading.at + 1, len(law.parts)):
        part = law.parts[at]
        if isinstance(part, Block):
            told = read(part.lines[0]) if part.kind in _KINDS and part.lines else None
            if (told and ORDER.index(told[0]) <= heading.rank) or part.kind in ("signature", "attachment"):
                return at
    return len(law.parts)


def content(lines: Sequence[str], unit: str, order: int) -> tuple[list[Article | Block], dict[int, Number]]:
    """What stands below the heading of a new chapter or section: its parts, and the number that each article (by its `id`) prints."""
    parts: list[Article | Block] = []
    numbers: dict[int, Number] = {}
    wordings: list[tuple[Article, list[str]]] = []
    for line in lines:
        if (number := statute.number_of(line)) is not None:
            article = Article((0, None), [], by=[order])
            numbers[id(article)] = number
            parts.append(article)
            wordings.append((article, [line]))
        elif (told := read(line.strip())) is not None and told[0] == "节" and unit == "章":
            parts.append(Block("section", [line.strip()], [order]))
        elif wordings:
            wordings[-1][1].append(line)
        else:
            raise Unfit(f"behind the heading of the {unit} stands no article")
    for article, own in wordings:
        article.paragraphs = statute.paragraphs_of(own)
    return parts, numbers


class Headings:
    """Changes headings by the numbers that they had before a decision."""

    def __init__(self, law: Statute) -> None:
        self.law = law
        self.before = headings(law)
        self.fixed: dict[int, int] = {}
        self.counted = False

    def find(self, place: Place) -> Heading:
        """The heading of a place, by its number before the decision."""
        now = {id(h.block): h for h in headings(self.law)}
        inside: Heading | None = None
        for step in place:
            found = [
                h for h in self.before
                if (h.unit, h.number) == (step.unit, step.number)
                and (inside is None or inside.at < now.get(id(h.block), h).at < below(self.law, inside))
            ]  # fmt: skip
            if len(found) != 1 or id(found[0].block) not in now:
                raise Unfit(f"there is no {said(step)}" if not found else f"there are several {said(step)}")
            inside = now[id(found[0].block)]
        if inside is None:
            raise Unfit("no heading is named")
        return inside

    def rename(self, place: Place, new: str, order: int) -> None:
        """Gives a heading another name; its number stays, whether the new wording repeats it or not."""
        heading = self.find(place)
        told, old = read(new.strip()), read(heading.line)
        name = told[3] if told and told[0] == heading.unit else new.strip()
        if not name or old is None:
            raise Unfit("there is no new wording")
        self._printed(heading.block, heading.line[: len(heading.line) - len(old[3])] + ("" if old[2] else "　") + name)
        heading.block.by.append(order)

    def exchange(self, place: Place, old: str, new: str, order: int) -> None:
        """Exchanges words of a heading."""
        heading = self.find(place)
        if not old or old not in heading.line:
            raise Unfit(f"{said(place[-1])} is not headed “{old}”")
        self._printed(heading.block, heading.line.replace(old, new))
        heading.block.by.append(order)

    def renumber(self, place: Place, to: Place, order: int) -> None:
        """Gives a heading the number after the decision."""
        heading = self.find(place)
        self.fixed[id(heading.block)] = to[-1].number
        self.counted = True
        heading.block.by.append(order)

    def take_out(self, place: Place, order: int) -> list[Article]:
        """Takes a heading out with all that stands below it; gives the articles there."""
        heading = self.find(place)
        end = below(self.law, heading)
        gone = self.law.parts[heading.at : end]
        del self.law.parts[heading.at : end]
        self.counted = True
        for part in gone:
            part.by.append(order)
        return [part for part in gone if isinstance(part, Article)]

    def put_in(self, unit: str, places: Sequence[Place], to: Sequence[Place], name: str, order: int) -> int:
        """Puts a heading in, behind the one that is named or before the one that has its number now; gives the place behind it."""
        told = read(name.strip())
        if told is None or told[0] != unit:
            raise Unfit(f"what is to be added does not begin with the heading of a {unit}")
        number = told[1]
        if to and (len(to[0]) != 1 or to[0][0].number != number):
            raise Unfit(f"it is to be {said(to[0][-1])}, and is headed {name.strip()}")
        if places:
            behind = self.find(places[-1])
            if behind.unit != unit:
                raise Unfit(f"it is not said which {unit} it stands behind")
            at = below(self.law, behind)
        else:
            # By the numbers after the decision: as many headings stand before it.
            standing = [h for h in headings(self.law) if h.unit == unit]
            once = sum(h.unit == unit and h.number == 1 for h in self.before) == 1
            if not to or not once or not 0 < number <= len(standing) + 1:
                raise Unfit(f"it is not said where the {unit} is to stand")
            at = below(self.law, standing[number - 2]) if number > 1 else standing[0].at
        block = Block({"章": "chapter", "节": "section"}[unit], [name.strip()], [order])
        self.fixed[id(block)] = number
        self.law.parts.insert(at, block)
        self.counted = True
        return at + 1

    def number(self) -> list[str]:
        """Counts the headings anew where some came or went; says where what the decision names does not agree."""
        if not self.counted:
            return []
        again = {
            h.unit
            for h in self.before
            if h.number == 1 and sum(o.unit == h.unit and o.number == 1 for o in self.before) > 1
        }
        again.add("节")
        doubts: list[str] = []
        count: dict[str, int] = {}
        for heading in headings(self.law):
            for unit in again:
                if ORDER.index(unit) > heading.rank:
                    count.pop(unit, None)
            number = count[heading.unit] = count.get(heading.unit, 0) + 1
            if (fixed := self.fixed.get(id(heading.block))) is not None and fixed != number:
                doubts.append(f"{heading.line} is to be number {fixed}, and comes to stand as number {number}")
            if number != heading.number and (told := read(heading.line)):
                self._printed(heading.block, f"第{numerals.han(number)}{heading.unit}{told[2] or '　'}{told[3]}")
        return doubts

    def _printed(self, block: Block, line: str) -> None:
        block.lines[0] = line

    def contents(self, before: Sequence[str]) -> list[str]:
        """Brings a printed table of contents up to date, if it lists just the headings that were there (`before`); says if not."""
        after = [h.line for h in headings(self.law)]
        if list(before) == after:
            return []
        tables = [part for part in self.law.parts if isinstance(part, Block) and part.kind == "toc"]
        entries = [(table, n) for table in tables for n, line in enumerate(table.lines) if read(line)]
        if not entries:
            return []
        if [_letters(table.lines[n]) for table, n in entries] != [_letters(line) for line in before]:
            return ["the table of contents lists other headings than the text had, and stays as it was"]
        first, rest = entries[0], {(id(table), n) for table, n in entries}
        for table in tables:
            lines = []
            for n, line in enumerate(table.lines):
                if (id(table), n) == (id(first[0]), first[1]):
                    lines += after
                elif (id(table), n) not in rest:
                    lines.append(line)
            table.lines = lines
        return []


def _letters(line: str) -> str:
    return "".join(line.split())
