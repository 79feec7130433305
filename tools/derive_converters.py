"""Writes `src/ingest/script/converters.tsv`: which words the known localising converters write, and which they cannot.

    python tools/derive_converters.py --mainland FILES --native FILES r=PYTHON a=PYTHON …

Every letter names a converter of `CONVERTERS` and the Python of an environment that has it. Nothing of a converter is
copied as it stands: it is asked what it makes of some 54,000 words, and what it makes of mainland texts. Sources and
licences: OpenCC and opencc-python-reimplemented, Apache-2.0; zhtw, MIT. (zhconv's tables are GPL and are not asked.)
The files hold one JSON object a line with the fields `text` and `group`: `--mainland` Simplified texts of any kind,
`--native` texts that people of Taiwan wrote; of these only counts go into the table. It was made with

- mainland: statutes and regulations (the repository LawRefBook/Laws) and policies (shizelengleng/ai-zhengce-tong; no
  copyright in laws and official documents, Copyright Law of the PRC, art. 5), transcripts of the evening news
  (DuckBurnIncense/xin-wen-lian-bo, MIT), the Chinese editions of React's and Vue's documentation (reactjs/zh-hans.react.dev,
  vuejs-translations/docs-zh-cn; CC BY 4.0) and of The Rust Programming Language (rust-lang-cn/book-cn; MIT and Apache-2.0),
  Snailclimb/JavaGuide (Apache-2.0), OI-wiki/OI-wiki (CC BY-SA 4.0), Microsoft's documentation of NuGet
  (NuGet/docs.microsoft.com-nuget.zh-cn; MIT and CC BY 4.0), articles of Wikipedia (ymcui/cmrc2018; CC BY-SA 4.0);
- native: statutes of Taiwan (kong0107/mojLawSplitJSON), its parliament's gazette (g0v/ly-gazette), press releases of its
  president and of Tainan (kiang/www.president.gov.tw, kiang/www.tainan.gov.tw; no copyright in laws and official documents,
  Copyright Act, art. 9), The Rust Programming Language (rust-tw/book-tw; MIT and Apache-2.0), React's documentation
  (reactjs/zh-hant.react.dev; CC BY 4.0), programmers' series (nathanfhh/30-days-ironman,
  showwell0120/2019-iThelp-design-pattern: MIT; chechiachang/terraform-30-days: Apache-2.0), Microsoft's documentation
  (NuGet/docs.microsoft.com-nuget.zh-tw, zamhsu/EntityFramework.Docs.zh-tw, kkbruce/WSL.zh-TW, RexShen/PowerShell-Docs.zh-tw,
  MicrosoftDocs/ATADocs.zh-tw; MIT and CC BY 4.0), articles of Wikipedia (DRCKnowledgeTeam/DRCD; CC BY-SA 3.0); for
  `derive_idioms.py` the Official Record of Hong Kong's Legislative Council as well (siuying/legco-hansard-parser).

Of sources that texts for measuring come from, only the documents of one half, told by a hash of their names, were taken.

What is found out, for every form and converter:

- it *writes* a form where it makes it of another word (资讯, of 信息);
- a form *refutes* it where it never leaves that form standing (信息), and likewise in Traditional letters where it
  spells otherwise (佈, 周一); what it does leave standing in its own conversions of the mainland texts is no refutation;
- the *weight* of a form: how seldom natives write it where the converter must, as a negative natural logarithm.
"""

import argparse
import gzip
import itertools
import json
import math
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib import metadata, resources
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from ingest.script import configurations, dictionaries

OUT = Path(__file__).resolve().parent.parent / "src" / "ingest" / "script" / "converters.tsv"
HEAD = """\
# What the known converters that localise write and cannot write; made by tools/derive_converters.py, which says how and
# from what, with the sources' licences. Converters: {converters}.
# word: a form in Simplified letters; hant: a form in Traditional letters. writes, refutes: letters of converters.
# weights: how telling it is that the form stands there, in nats, beside each group of natives: {groups}. before: what it was made of, with the converters' letters.
# usual: how often it stands in mainland texts, by field: {fields}.
kind	form	writes	refutes	weights	before	usual
"""
_RUN = """
import sys
kind, name = sys.argv[1:3]
if kind == "zhtw":
    import zhtw
    convert = zhtw.convert
else:
    import opencc
    convert = opencc.OpenCC(name).convert
sys.stdout.write("\\x1e".join(map(convert, sys.stdin.read().split("\\x1e"))))
"""


class Converter(NamedTuple):
    """A converter that is asked: the package, the version the table is made with, and its configuration."""

    package: str
    version: str
    configuration: str


CONVERTERS = {
    "r": Converter("opencc-python-reimplemented", "0.1.7", "s2twp"),
    "a": Converter("OpenCC", "1.1.1", "s2twp"),
    "b": Converter("OpenCC", "1.1.6", "s2twp"),
    "c": Converter("OpenCC", "1.1.9", "s2twp"),
    "d": Converter("OpenCC", "1.2.0", "s2twp"),
    "e": Converter("OpenCC", "1.3.0", "s2twp"),
    "f": Converter("OpenCC", "1.4.0", "s2twp"),
    "g": Converter("OpenCC", "1.4.2", "s2twp"),
    "h": Converter("OpenCC", "1.4.2", "s2hkp"),
    "z": Converter("zhtw", "4.5.0", "s2tw"),
}
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9]{2,8}")
# A form of a converter's own texts that stands in so many of them, and in such a share of those whose originals have it,
# is no refutation; in one it may be a quotation, and in a few of a thousand a division into words that seldom happens.
_STANDS, _STANDS_SHARE = 2, 0.02
# Every so many of the mainland texts is put through all converters.
_EVERY = 3
# A word of the spellings stands so often in the mainland texts.
_EVERYDAY = 5
_SEEN_IN_GROUP = 5
LONGEST = 8

simplified = configurations.chain("t2s").convert


def vocabulary() -> list[str]:
    """The words that the converters are asked about, in Simplified: OpenCC's phrases of both tables, and zhtw's."""
    names = ("STPhrases.txt", "STPhrases_GeneratedFromRegionalPhrases.txt", "TWPhrases.txt", "HKPhrases.txt")
    known: set[str] = set()
    for table in [dictionaries.current(name) for name in names] + [
        dictionaries.dictionary(name, missing=True) for name in names
    ]:
        known |= table.keys() | set(table.values())
    package = resources.files("zhtw") / "data" / "terms"
    for file in (file for folder in package.iterdir() if folder.is_dir() for file in folder.iterdir()):
        if file.name.endswith(".json"):
            data = json.loads(file.read_text(encoding="utf-8"))
            entries = data.get("terms", data)
            known |= {word for pair in entries.items() for word in pair if isinstance(word, str)}
    return sorted({word for word in map(simplified, known) if _WORD.fullmatch(word)})


def converted(python: str, letter: str, texts: list[str]) -> list[str]:
    """Texts as a converter makes them, in an environment of its own."""
    one = CONVERTERS[letter]
    kind = "zhtw" if one.package == "zhtw" else "opencc"
    command = [python, "-c", _RUN, kind, one.configuration]
    done = subprocess.run(command, input="\x1e".join(texts), capture_output=True, text=True, check=True)
    return done.stdout.split("\x1e")


def minimal(words: list[str], made: list[str]) -> dict[str, str]:
    """The rewritings that do not follow from shorter ones; a word that stays although they would change it is one too."""
    table: dict[str, str] = {}
    for word, to in sorted(zip(words, made, strict=True), key=lambda pair: len(pair[0])):
        if _by_parts(word, table) != to:
            table[word] = to
    return table


def _by_parts(word: str, table: dict[str, str]) -> str:
    out, at = "", 0
    while at < len(word):
        for end in range(min(len(word), at + LONGEST), at, -1):
            if word[at:end] in table:
                out, at = out + table[word[at:end]], end
                break
        else:
            out, at = out + word[at], at + 1
    return out


class Forms:
    """Forms found in texts, the leftmost and longest where they overlap."""

    def __init__(self, forms: Iterable[str]) -> None:
        self.forms = sorted(forms)
        self._automaton = AhoCorasick(self.forms, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Iterator[str]:
        """Every form that stands in the text."""
        return (self.forms[n] for n, _, _ in self._automaton.find_matches_as_indexes(text))


def roles(rewritten: dict[str, str], every: Iterable[str]) -> tuple[set[str], set[str]]:
    """What a converter writes and what refutes it, of all forms that any converter has a say in."""
    made = {to for word, to in rewritten.items() if to != word}
    own = Forms(rewritten.keys() | made)

    def role(form: str) -> str:
        return "writes" if form in made else "refutes" if rewritten.get(form, form) != form else ""

    writes, refutes = set(), set()
    for form in every:
        parts = [role(form)] if form in rewritten or form in made else [role(part) for part in own.find(form)]
        if "refutes" in parts:
            refutes.add(form)
        elif "writes" in parts:
            writes.add(form)
    return writes, refutes


def spellings(words: list[str], made: dict[str, list[str]], mainland: list[str]) -> dict[str, set[str]]:
    """Spellings in Traditional letters of everyday words, with the converters that spell the word otherwise.

    The words are those of two characters that stand often in mainland texts; the spellings are all that OpenCC's tables
    know of their characters.
    """
    short = [word for word in words if len(word) == 2]
    automaton = AhoCorasick(short)
    seen: Counter[str] = Counter()
    for text in mainland:
        seen.update(short[n] for n, _, _ in automaton.find_matches_as_indexes(text, overlapping=True))
    spelt = {letter: dict(zip(words, forms, strict=True)) for letter, forms in made.items()}
    letters = {letter: set("".join(forms)) for letter, forms in made.items()}
    variants = _variants()
    out: dict[str, set[str]] = {}
    for word in (word for word, count in seen.items() if count >= _EVERYDAY):
        for form in map("".join, itertools.product(*(variants.get(character, character) for character in word))):
            if simplified(form) == word:
                out[form] = {
                    letter
                    for letter, forms in spelt.items()
                    if simplified(forms[word]) == word and forms[word] != form and set(form) <= letters[letter]
                }
    for character in {character for forms in variants.values() for character in forms}:
        if simplified(character) != character:
            out[character] = {letter for letter, known in letters.items() if character not in known}
    return {form: by for form, by in out.items() if by}


def _variants() -> dict[str, list[str]]:
    """The Traditional forms of every character, by OpenCC's tables and those of Taiwan and Hong Kong."""
    regional = [dictionaries.current(f"{place}Variants.txt") for place in ("TW", "HK")]
    out = {}
    for character, forms in dictionaries.choices("STCharacters.txt").items():
        out[character] = sorted({*forms, *(table[form] for table in regional for form in forms if form in table)})
    return out


def weights(before: dict[str, Iterable[str]], groups: dict[str, list[str]], forms: Forms) -> dict[str, list[float]]:
    """How telling each form is in each group: how seldom its natives write it where a converter must.

    What is everyday's word in one field of Taiwan (程式 among programmers) tells nothing there, however rare it is in
    others. A group that has hardly met a word says of it what all together say.
    """
    counts: dict[str, Counter[str]] = {}
    for group, found in groups.items():
        counts[group] = Counter()
        for text in found:
            for form, count in Counter(forms.find(simplified(text))).items():
                counts[group][form] += min(3, count)
    together = sum(counts.values(), Counter[str]())

    def share(form: str, words: Iterable[str], count: Counter[str]) -> tuple[float, int]:
        met = count[form] + sum(count[word] for word in words)
        return (count[form] + 0.5) / (met + 1), met

    out = {}
    for form, words in before.items():
        pooled, met = share(form, words, together)
        each = [share(form, words, counts[group]) for group in sorted(counts)]
        shares = [own if own_met >= _SEEN_IN_GROUP else pooled for own, own_met in each]
        # Of a word that no native had occasion to write, nothing is known.
        out[form] = [-math.log(one) if met else 0.0 for one in shares]
    return out


def usual(groups: dict[str, list[str]], forms: Forms) -> dict[str, list[int]]:
    """How often each form stands in the texts of each group."""
    counts = [Counter(form for text in groups[group] for form in forms.find(text)) for group in sorted(groups)]
    return {form: [count[form] for count in counts] for form in forms.forms}


def _documents(words: list[str], texts: list[str]) -> Counter[str]:
    """In how many of the texts each word stands."""
    known = sorted(set(words))
    automaton = AhoCorasick(known)
    found: Counter[str] = Counter()
    for text in texts:
        found.update({known[n] for n, _, _ in automaton.find_matches_as_indexes(text, overlapping=True)})
    return found


def by_group(files: Iterable[Path]) -> dict[str, list[str]]:
    """The texts of files of JSON lines, by the group they are of."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for one in map(json.loads, lines):
                found[one.get("group", "")].append(one["text"])
    return found


def main() -> None:
    """Ask the converters, count in the texts, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="+", help="letter=PYTHON of an environment with that converter")
    parser.add_argument("--mainland", nargs="+", type=Path, required=True)
    parser.add_argument("--native", nargs="+", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    pythons = dict(one.split("=", 1) for one in options.pythons)
    fields, groups = by_group(options.mainland), by_group(options.native)
    mainland = [text for found in fields.values() for text in found][::_EVERY]
    words = vocabulary()
    spelt = {letter: converted(python, letter, words) for letter, python in pythons.items()}
    rewritten = {letter: minimal(words, list(map(simplified, made))) for letter, made in spelt.items()}
    every = {form for table in rewritten.values() for pair in table.items() for form in pair}
    writes: dict[str, set[str]] = defaultdict(set)
    refutes: dict[str, set[str]] = defaultdict(set)
    for letter, table in rewritten.items():
        for target, forms in zip((writes, refutes), roles(table, every), strict=True):
            for form in forms:
                target[form].add(letter)
    others = spellings(words, spelt, mainland)
    characters = sorted(dictionaries.choices("STCharacters.txt"))
    for letter, python in pythons.items():
        # Rare characters stand in no word that was asked about; what a converter makes of one by itself, it writes.
        for form in set("".join(converted(python, letter, characters))) & others.keys():
            others[form].discard(letter)
    forms, letters = Forms(every), AhoCorasick(list(others))
    order = list(others)
    met = Counter(form for text in mainland for form in set(forms.find(text)))
    met_spelt = _documents([simplified(form) for form in order], mainland)
    for letter, python in pythons.items():
        stands: Counter[str] = Counter()
        for text in converted(python, letter, mainland):
            stands.update(set(forms.find(simplified(text))))
            found = letters.find_matches_as_indexes(text, overlapping=True)
            stands.update({"hant:" + order[n] for n, _, _ in found})
        for form in every:
            if stands[form] >= max(_STANDS, _STANDS_SHARE * met[form]):
                refutes[form].discard(letter)
        for form in others:
            if stands["hant:" + form] > _STANDS_SHARE * met_spelt[simplified(form)]:
                others[form].discard(letter)
    before: dict[str, dict[str, str]] = defaultdict(dict)
    for letter, table in rewritten.items():
        for word, to in table.items():
            if word != to:
                before[to][word] = before[to].get(word, "") + letter
    telling = weights({form: before[form].keys() for form in every if before[form]}, groups, forms)
    counted = usual(fields, forms)
    rows = []
    for form in sorted(every):
        common = " ".join(map(str, counted[form])) if any(counted[form]) else ""
        made = " ".join(f"{word}:{by}" for word, by in sorted(before[form].items()))
        shown = " ".join(f"{weight:.1f}" for weight in telling[form]) if made else ""
        rows.append(
            ("word", form, _joined(writes[form], pythons), _joined(refutes[form], pythons), shown, made, common)
        )
    rows += [("hant", form, "", _joined(others[form], pythons), "", "", "") for form in sorted(others) if others[form]]
    named = "; ".join(f"{letter} {' '.join(CONVERTERS[letter])}" for letter in pythons)
    lines = ["\t".join(row).rstrip("\t") + "\n" for row in rows]
    options.out.write_text(
        HEAD.format(converters=named, groups=", ".join(sorted(groups)), fields=", ".join(sorted(fields)))
        + "".join(lines),
        encoding="utf-8",
    )
    print(f"{len(rows):,} rows, {options.out.stat().st_size:,} bytes, zhtw {metadata.version('zhtw')}")


def _joined(letters: set[str], order: Iterable[str]) -> str:
    return "".join(letter for letter in order if letter in letters)


if __name__ == "__main__":
    main()
