"""Simplified text to Traditional by other converters, back by this and by them: errors per 10,000 characters.

    python benchmarks/accuracy/script_roundtrip.py --opencc PYTHON --zhconv PYTHON [--seed N] [FILE.jsonl.gz …]

`--opencc` and `--zhconv` name the Pythons of environments with the C++ OpenCC and with zhconv in them (the C++ OpenCC has
the module name of the package used here). The files hold one JSON object a line with the field `text`; without files the
Simplified pages under `raw/` are taken. A seed draws another sample of the documents. An error is a character replaced,
missing or added against the text one began with. Detection is counted on the same texts and on three conversions
character by character: script hant, and origin by what the converter did (localised where it changed words).
"""

import argparse
import difflib
import gzip
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from ingest import Config, repair, script
from ingest.script import configurations, detect, dictionaries
from ingest.traced import Traced

ROOT = Path(__file__).resolve().parents[2]
_CUT = "\x1e"
_RUN = """
import sys
kind, name, text = sys.argv[1], sys.argv[2], sys.stdin.read()
if kind == "zhconv":
    import zhconv; sys.stdout.write(zhconv.convert(text, name))
else:
    import opencc; sys.stdout.write(opencc.OpenCC(name).convert(text))
"""
_FORTH = {
    "package": ["s2t", "s2tw", "s2twp", "s2hk"],
    "opencc": ["s2t", "s2tw", "s2twp", "s2hk", "s2hkp"],
    "zhconv": ["zh-hant", "zh-tw", "zh-hk"],
}
_BACK = {"package": ["t2s", "tw2s", "tw2sp"], "opencc": ["t2s", "tw2s", "tw2sp"], "zhconv": ["zh-cn"]}
# The converter that changes characters only, for one that changes words as well.
_PLAIN = {"s2twp": "s2tw", "s2hkp": "s2hk", "zh-tw": "zh-hant", "zh-hk": "zh-hant"}


def documents(files: list[Path], seed: int) -> list[str]:
    """The texts to begin with, each cut to 6,000 characters."""
    found = []
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["text"] for line in lines]
    if not files:
        pages = [page.read_text(encoding="utf-8", errors="replace") for page in sorted(ROOT.glob("raw/**/*.txt"))]
        found = [page for page in pages if script.convert(page, Config()).script == "hans"]
    random.Random(seed).shuffle(found)
    return [text[:6000] for text in found[:60]]


def converted(python: str, kind: str, name: str, texts: list[str]) -> list[str]:
    """The texts by a converter in an environment of its own."""
    command = ["nice", python, "-c", _RUN, kind, name]
    done = subprocess.run(command, input=_CUT.join(texts), capture_output=True, text=True, check=True)
    return done.stdout.split(_CUT)


def own(text: str) -> str:
    """The text as this project makes it."""
    done = script.convert(text, Config(), repair.likelihoods, repair.parted)
    traced = Traced(text).recode(done.recoded, "script", done.chain or "")
    return traced.apply(done.changes, "script").text


def errors(wanted: list[str], got: list[str]) -> float:
    """Characters replaced, missing or added, per 10,000."""
    wrong = 0
    for one, two in zip("\n".join(wanted).split("\n"), "\n".join(got).split("\n"), strict=True):
        if one != two:
            matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
            wrong += sum(max(b - a, d - c) for op, a, b, c, d in matcher.get_opcodes() if op != "equal")
    return wrong / sum(map(len, wanted)) * 10_000


def judged(wanted: str, text: str) -> Counter[tuple[str, bool]]:
    """The word changes made in a text, by certainty and by whether the place came out as it was in the beginning."""
    done = script.convert(text, Config(), repair.likelihoods, repair.parted)
    out, at, places = "", 0, []
    for change in sorted(one for one in done.changes if one.applied):
        out += done.recoded[at : change.start]
        places.append((len(out), len(out) + len(change.after), change.certainty))
        out += change.after
        at = change.end
    out += done.recoded[at:]
    wrong: set[int] = set()
    begin = 0
    for one, two in zip(wanted.split("\n"), out.split("\n"), strict=True):
        if one != two:
            for op, _, _, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
                if op != "equal":
                    wrong.update(range(begin + c, begin + max(d, c + 1)))
        begin += len(two) + 1
    return Counter((certainty, wrong.isdisjoint(range(start, end))) for start, end, certainty in places)


def by_character(texts: list[str]) -> dict[str, list[str]]:
    """Conversions one character at a time: ambiguous ones kept, all but five exchanged, the first choice throughout."""
    choices = {ord(key): values for key, values in dictionaries.choices("STCharacters.txt").items()}
    keep = {key: values[0] for key, values in choices.items() if chr(key) not in "于后里范制云采征系复余游谷面干准占"}
    change = keep | {
        key: next(value for value in values if value != chr(key))
        for key, values in choices.items()
        if chr(key) in values and len(values) > 1 and chr(key) not in "于后里范制"
    }
    first = {key: values[0] for key, values in choices.items()}
    tables_by_name = {"kept": keep, "exchanged": change, "first choice": first}
    return {name: [text.translate(table) for text in texts] for name, table in tables_by_name.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--opencc", required=True, help="Python of an environment with the C++ OpenCC")
    parser.add_argument("--zhconv", required=True, help="Python of an environment with zhconv")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    pythons = {"package": sys.executable, "opencc": options.opencc, "zhconv": options.zhconv}
    texts = documents(options.files, options.seed)
    print(f"{len(texts)} documents, {sum(map(len, texts)):,} characters, seed {options.seed}\n")
    back = [(kind, name) for kind, names in _BACK.items() for name in names]
    print("| to Traditional by | this | " + " | ".join(f"{kind} {name}" for kind, name in back) + " |")
    print("|---" * (len(back) + 2) + "|")
    plain: dict[tuple[str, str], list[str]] = {}
    t2s = configurations.chain("t2s").convert
    scripts: Counter[bool] = Counter()
    origins: dict[str, Counter[str]] = {}
    sure: Counter[tuple[str, bool]] = Counter()
    for kind, names in _FORTH.items():
        for name in names:
            there = plain[kind, name] = converted(pythons[kind], kind, name, texts)
            row = [errors(texts, [own(text) for text in there])]
            row += [errors(texts, converted(pythons[k], k, n, there)) for k, n in back]
            print(f"| {kind} {name} | " + " | ".join(f"{value:.1f}" for value in row) + " |", flush=True)
            for wanted, text in zip(texts, there, strict=True):
                sure += judged(wanted, text)
            base = plain[kind, _PLAIN.get(name, name)]
            for text, other in zip(there, base, strict=True):
                truth = "localised" if name in _PLAIN and t2s(text) != t2s(other) else "phrase"
                done = script.convert(text, Config())
                scripts[done.script == "hant"] += 1
                origins.setdefault(truth, Counter())[done.origin or "-"] += 1
    for name, there in by_character(texts).items():
        found = [script.convert(text, Config()) for text in there]
        scripts.update(done.script == "hant" for done in found)
        origins[f"naive, {name}"] = Counter(done.origin or "-" for done in found)
    simplified = [detect.overall(detect.signature(text)) == "hans" for text in texts]
    scripts.update(simplified)
    print(f"\nscript right: {scripts[True]} of {scripts.total()}")
    for certainty in ("likely", "guess"):
        right, wrong = sure[certainty, True], sure[certainty, False]
        print(f"changes of words, {certainty}: {wrong} of {right + wrong} wrong")
    for truth, counted in origins.items():
        print(f"origin {truth}: " + ", ".join(f"{origin} {count}" for origin, count in counted.most_common()))


if __name__ == "__main__":
    main()
