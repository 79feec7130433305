"""Known converters: are they found, is what they exchanged put back, and are natives left alone?

    python benchmarks/accuracy/script_converters.py FILE.jsonl … [--half u] --converter s2twp=PYTHON:opencc:s2twp …

The files hold one JSON object a line: `text`, `side` (m: Simplified of the mainland, n: a native's of Taiwan or Hong
Kong), `group` (a kind of text) and `half` (w: worked on, u: unread). Every mainland text is given to each converter (the
Python of an environment that has it, the module `opencc` or `zhtw`, and the configuration); without one, the package's
s2twp is asked. Figures by converter and kind:

- found: of the lines in which words were exchanged, those of texts in which words are put back;
- restored: of the characters that exchanging words changed, those that are as they were, in the texts found;
- errors: characters that differ from the text one began with, in 10,000, in the texts found;
- natives: texts that are called localised, and texts in which a word is changed;
- certainty: of the changes of words that are `likely` and that are `guess`, those after which the text still differs there;
- mixed (`--mixed`, of as many natives as there are): converted texts with the first six lines of a native before and the
  next six behind them, found where a word of the article is put back, and frames of which a word is changed (as `likely`); and mainland
  texts of which every fourth line is converted, found where a word is put back, and those of which another line is changed.
"""

import argparse
import difflib
import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from ingest import Config, repair, script
from ingest.blocks import Conversion
from ingest.script import configurations
from ingest.traced import Traced

_CUT = "\x1e"
_RUN = """
import sys
kind, name = sys.argv[1:3]
if kind == "zhtw":
    import zhtw; convert = zhtw.convert
else:
    import opencc; convert = opencc.OpenCC(name).convert
sys.stdout.write("\\x1e".join(map(convert, sys.stdin.read().split("\\x1e"))))
"""
# Changes that are no exchange of words.
_LETTERS = ("choice:", "stray:", "quotes")
# Lines of a native before and behind an article.
_FRAME = 6


def read(files: list[Path], half: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The texts of the mainland and of natives."""
    found = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    found = [one for one in found if half in ("", one["half"])]
    return [one for one in found if one["side"] == "m"], [one for one in found if one["side"] == "n"]


def converted(how: str, texts: list[str]) -> list[str]:
    """The texts by a converter in an environment of its own, given as PYTHON:MODULE:CONFIGURATION."""
    python, module, name = how.split(":")
    command = [python, "-c", _RUN, module, name]
    done = subprocess.run(command, input=_CUT.join(texts), capture_output=True, text=True, check=True)
    return done.stdout.split(_CUT)


def made(text: str) -> tuple[Conversion, str, int]:
    """The conversion, its text, and how many words it exchanged."""
    done = script.convert(text, Config(), repair.likelihoods, repair.parted)
    traced = Traced(text).recode(done.recoded, "script", done.chain or "").apply(done.changes, "script")
    words = sum(one.applied and not one.rule.startswith(_LETTERS) for one in done.changes)
    return done, traced.text, words


def differing(wanted: str, got: str) -> set[int]:
    """Characters of `wanted` that `got` does not have (an added one counts at its place)."""
    wrong: set[int] = set()
    begin = 0
    for one, two in zip(wanted.split("\n"), got.split("\n"), strict=True):
        if one != two:
            matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
            for op, low, high, start, end in matcher.get_opcodes():
                if op != "equal":
                    wrong.update(range(begin + low, begin + max(high, low + end - start)))
        begin += len(one) + 1
    return wrong


def sure(one: str, done: Conversion, got: str, wanted: str) -> Counter[str]:
    """Changes of words by certainty, and those of them where the outcome (`got`) still differs from the text one began with."""
    wrong = differing(got, wanted)
    counts: Counter[str] = Counter()
    moved = 0
    for change in sorted(change for change in done.changes if change.applied):
        start = change.start + moved
        moved += len(change.after) - (change.end - change.start)
        if not change.rule.startswith(_LETTERS):
            counts[change.certainty] += 1
            counts[change.certainty + " wrong"] += not wrong.isdisjoint(range(start, start + len(change.after)))
    assert len(one) + moved == len(got)
    return counts


def mixed(wanted: list[str], texts: list[str], natives: list[str]) -> Counter[str]:
    """Converted articles in a native's frame, and mainland texts of which every fourth line is converted."""
    t2s = configurations.chain("t2s").convert
    counts: Counter[str] = Counter()
    framed = [one.split("\n") for one in natives if one.count("\n") >= 2 * _FRAME]
    pairs = [(one, text) for one, text in zip(wanted, texts, strict=True) if t2s(text) != one]
    for (_, text), lines in zip(pairs, framed, strict=False):
        before, behind = ("\n".join(some) for some in (lines[:_FRAME], lines[_FRAME : 2 * _FRAME]))
        low, high = len(before) + 1, len(before) + 1 + len(text)
        done, *_ = made(f"{before}\n{text}\n{behind}")
        changed = [change for change in done.changes if change.applied and not change.rule.startswith(_LETTERS)]
        frame = [change for change in changed if not low <= change.start < high]
        counts["framed"] += 1
        counts["framed found"] += len(frame) < len(changed)
        counts["frame changed"] += bool(frame)
        counts["frame likely"] += any(change.certainty == "likely" for change in frame)
    for one, text in pairs:
        lines, others = one.split("\n"), text.split("\n")
        fourth = [other if n % 4 == 3 else line for n, (line, other) in enumerate(zip(lines, others, strict=True))]
        if all(t2s(line) == t2s(other) for line, other in zip(lines, fourth, strict=True)):
            continue
        _, got, words = made("\n".join(fourth))
        counts["fourth"] += 1
        counts["fourth found"] += bool(words)
        counts["another changed"] += any(
            a != b for n, (a, b) in enumerate(zip(lines, got.split("\n"), strict=True)) if n % 4 != 3
        )
    return counts


def main() -> None:
    """Convert, undo, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--half", default="")
    parser.add_argument("--converter", action="append", default=[], help="NAME=PYTHON:MODULE:CONFIGURATION")
    parser.add_argument("--show", action="store_true", help="natives that are changed and texts that are not found")
    parser.add_argument("--mixed", action="store_true", help="articles in frames, and lines among others, as well")
    options = parser.parse_args()
    mainland, natives = read(options.files, options.half)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in natives:
        done, _, words = made(one["text"])
        counts[one["group"]] += Counter(texts=1, localised=done.origin == "localised", changed=bool(words))
        if options.show and (words or done.origin == "localised"):
            changes = [(one["text"][c.start : c.end], c.after) for c in done.changes if c.applied][:9]
            print("native", one["group"], one.get("name", ""), done.origin, changes)
    for group, own in counts.items():
        print(
            f"natives {group:20} {own['texts']:5} called localised {own['localised']}, a word changed {own['changed']}"
        )
    t2s = configurations.chain("t2s").convert
    for name, how in (one.split("=", 1) for one in options.converter or [f"package={sys.executable}:opencc:s2twp"]):
        by_kind: defaultdict[str, Counter[str]] = defaultdict(Counter)
        certain: Counter[str] = Counter()
        texts = converted(how, [one["text"] for one in mainland])
        for one, text in zip(mainland, texts, strict=True):
            wanted = one["text"]
            exchanged = differing(wanted, t2s(text))
            lines = sum(a != b for a, b in zip(wanted.split("\n"), t2s(text).split("\n"), strict=True))
            done, got, words = made(text)
            own = Counter(texts=1, lines=lines, localised=done.origin == "localised")
            if words:
                wrong = differing(wanted, got)
                certain += sure(text, done, got, wanted)
                own += Counter(
                    found=1,
                    found_lines=lines,
                    characters=len(wanted),
                    exchanged=len(exchanged),
                    restored=len(exchanged - wrong),
                    errors=len(wrong),
                )
            elif options.show and lines:
                print("not found", name, one["group"], one.get("name", ""), lines)
            for kind in (one["group"], "all"):
                by_kind[kind] += own
        for kind, own in by_kind.items():
            print(
                f"{name:10} {kind:16} {own['texts']:5} texts, lines found {_share(own['found_lines'], own['lines'])} of {own['lines']},"
                f" restored {_share(own['restored'], own['exchanged'])},"
                f" errors {10_000 * own['errors'] / max(1, own['characters']):.1f}, called localised {own['localised']}"
            )
        for certainty in ("likely", "guess"):
            wrong_ones = certain[certainty + " wrong"]
            print(
                f"{name:10} {certainty}: {wrong_ones} of {certain[certainty]} wrong, {_share(wrong_ones, certain[certainty])}"
            )
        if options.mixed:
            own = mixed([one["text"] for one in mainland], texts, [one["text"] for one in natives])
            print(
                f"{name:10} in a native's frame found {own['framed found']} of {own['framed']}, the frame changed {own['frame changed']} (as likely {own['frame likely']});"
                f" every fourth line found {own['fourth found']} of {own['fourth']}, another line changed {own['another changed']}"
            )


def _share(some: int, every: int) -> str:
    return f"{some / max(1, every):.2%}"


if __name__ == "__main__":
    main()
