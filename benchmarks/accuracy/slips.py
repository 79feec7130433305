"""Restoration of phase slips, measured on damage made for it: how many, how certain, how wrong, how long.

usage: python benchmarks/accuracy/slips.py TEXTS [--pages N] [--seed N] [--learn FILE] [--corpus FILE] [--rerank FILE] [-v]

TEXTS is a file of clean Chinese text, a paragraph a line, that is not behind the language model. Paragraphs are put
together to pages, converted to Traditional character by character, damaged with a random table in a random order, half
of them folded to ASCII width afterwards, and repaired. A change is right when the text it leaves is the text that was.
`--learn` makes a domain model of another file of text first, as `ingest model build` would of a curated folder;
`--corpus` learns from it the words that decide between the readings of the damaged places, as `ingest repair learn` does.
"""

import argparse
import random
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from ingest.config import Config, DomainModel
from ingest.repair import domain, estimate, forward, mirror, second, teaching, words
from ingest.repair.characters import gbk, readings, simplified, traditional_forms
from ingest.repair.characters import plain as plain_reading
from ingest.repair.glosses import NO_TABLE
from ingest.repair.learnt import Told
from ingest.traced import Change, Traced

MARGINS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 20.0, float("inf"))


def traditional(text: str) -> str:
    """Simplified to Traditional, character by character, as mirrors do it."""
    forms = traditional_forms()
    return "".join((forms.get(c) or c)[0] for c in text)


def pages(paragraphs: list[str], chance: random.Random, convert: Callable[[str], str] = traditional) -> list[list[str]]:
    """Pages of 5 to 40 paragraphs that GBK can hold."""
    good = [p for p in (convert(p.strip()) for p in paragraphs) if p and all(gbk(c) for c in p)]
    out = []
    while good:
        size = chance.choice((5, 10, 20, 40))
        out.append(good[:size])
        good = good[size:]
    return out


def table(ranked: list[str], chance: random.Random) -> list[tuple[str, str]]:
    """A mirror's table: the commonest characters that differ between the scripts, or nearly all of them."""
    size = chance.choice((80, 80, 300, 2000))
    chosen = [c for c in ranked[:size] if chance.random() < 0.95]
    chance.shuffle(chosen)
    return [(c, readings(c)[0]) for c in chosen]


def folded(text: str) -> str:
    """Full-width forms as ASCII."""
    return "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in text)


def plain(text: str) -> str:
    """What is compared: Simplified, width folded."""
    return simplified(folded(text))


def applied(damaged: str, changes: Sequence[Change]) -> tuple[str, list[tuple[int, int, Change]]]:
    """The text that the applied changes leave, and for each of them where in it what it put stands."""
    parts, spans, at, grown = [], [], 0, 0
    for change in sorted(c for c in changes if c.applied):
        parts += (damaged[at : change.start], change.after)
        begin = change.start + grown
        grown += len(change.after) - (change.end - change.start)
        spans.append((begin, begin + len(change.after), change))
        at = change.end
    return "".join((*parts, damaged[at:])), spans


def judge(clean: str, damaged: str, changes: list[Change]) -> tuple[list[tuple[Change, bool]], int]:
    """For one paragraph each slip change with whether it is right, and how many differences no change accounts for."""
    left, spans = applied(damaged, changes)
    text = plain(left)
    clean = plain(clean)
    wrong: set[int] = set()
    missed = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, text, clean, autojunk=False).get_opcodes():
        if tag == "equal" or not (text[i1:i2] + clean[j1:j2]).strip(" \u3000"):
            continue
        hit = [n for n, (b, e, c) in enumerate(spans) if b <= i2 and i1 <= e and c.rule == "phase-slip"]
        wrong.update(hit)
        missed += not hit
    return [(c, n not in wrong) for n, (_, _, c) in enumerate(spans) if c.rule == "phase-slip"], missed


def margin(change: Change) -> float:
    """The margin that a change's note states."""
    return float((change.note or "margin 0").split("margin ")[1].split()[0].rstrip(";"))


def learnt(texts: Path) -> Config:
    """Settings with a domain model of some texts."""
    with tempfile.NamedTemporaryFile(suffix=".bin", delete=False) as file:
        path = Path(file.name)
    estimate.build_from(texts.read_text(encoding="utf-8").splitlines(), path)
    return Config(domain_model=DomainModel(path=str(path), sha256=domain.digest(path)))


def decided(corpus: Path, damaged: list[list[str]], config: Config) -> Told:
    """What a corpus teaches of damaged pages: the words that decide between the readings of their places."""
    wanted: set[str] = set()
    for page in damaged:
        text = "\n".join(page)
        made = Traced(text).apply(mirror(text, config), "repair")
        pupil = teaching.pupil(teaching.Shown("", text, [*made.edits, *made.declined]))
        wanted |= pupil.words if pupil else set()
    count = words.Count(wanted)
    for line in corpus.read_text(encoding="utf-8").splitlines():
        count.hear(line)
    known = count.shares()
    print(f"{len(known)} of {len(wanted)} words that would decide are in the corpus")
    return Told(NO_TABLE, False, {}, known)


FORMS: dict[str, Callable[[str], str]] = {
    "toned": lambda reading: reading,
    "toneless": plain_reading,
    "nul": plain_reading,
    "doubled": lambda reading: f"{plain_reading(reading)})({plain_reading(reading)}",
    "spaced": lambda reading: reading + " ",
}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learn", type=Path)
    parser.add_argument(
        "--corpus", type=Path, help="undamaged pages, one a line: the words that decide are learnt from them"
    )
    parser.add_argument("--rerank", type=Path, help="a GGUF model as the second reader")
    parser.add_argument("--form", choices=FORMS, default="toned", help="how the mirror writes its readings")
    parser.add_argument("--simplified", action="store_true", help="damaged in Simplified, converted afterwards")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    convert = (lambda text: text) if options.simplified else traditional
    config = learnt(options.learn) if options.learn else Config()
    if options.rerank:
        config = config.model_copy(update={"rerank": second.named(options.rerank)})
    chance = random.Random(options.seed)
    paragraphs = options.texts.read_text(encoding="utf-8").splitlines()
    chance.shuffle(paragraphs)
    mirror(forward.damage("經濟發展", [("經", "jīng"), ("發", "fā")]) + "?lián)?dāng)", config)  # load the tables
    text = convert("".join(paragraphs))
    ranked = [c for c, _ in Counter(text).most_common() if traditional(simplified(c)) != simplified(c)]
    ranked = [c for c in ranked if readings(c) and gbk(c)]
    results: list[tuple[Change, bool]] = []
    missed = declined = lines = 0
    slowest = spent = 0.0
    made: list[tuple[list[str], list[str]]] = []
    for page in pages(paragraphs, chance, convert)[: options.pages]:
        rows, fold, often = table(ranked, chance), chance.random() < 0.5, chance.choice((0.0, 0.5, 1.0))
        end = chance.choice(("\r", "</p>"))
        clean = [p + end.strip() for p in page]
        rows = [(c, FORMS[options.form](reading)) for c, reading in rows]
        lost = "\0\0" if options.form == "nul" else "?"
        damaged = [
            forward.damage(p + end, rows, marks=lambda at, often=often: chance.random() < often, lost=lost).replace(
                "\r", ""
            )
            for p in page
        ]
        if options.simplified:
            damaged, clean = list(map(traditional, damaged)), list(map(traditional, clean))
        if fold:
            damaged, clean = [folded(p) for p in damaged], [folded(p) for p in clean]
        made.append((clean, damaged))
    told = decided(options.corpus, [damaged for _, damaged in made], config) if options.corpus else None
    for clean, damaged in made:
        start = time.process_time()
        changes = mirror("\n".join(damaged), config, told)
        took = time.process_time() - start
        spent += took
        at = 0
        for was, now in zip(clean, damaged, strict=True):
            here = [c._replace(start=c.start - at, end=c.end - at) for c in changes if at <= c.start <= at + len(now)]
            at += len(now) + 1
            lines += any(c.rule == "phase-slip" for c in here)
            judged, lost = judge(was, now, here)
            results += judged
            missed += lost
            if options.v and lost:
                print("UNACCOUNTED", now)
            declined += sum(not c.applied and c.rule == "phase-slip" for c in here)
            if options.v:
                for change, right in judged:
                    if not right:
                        print(now[max(0, change.start - 8) : change.end + 6], "->", change.after, change.note, "|", was)
        found = sum(c.rule == "phase-slip" for c in changes)
        slowest = max(slowest, took / found if found else 0.0)
    right = sum(ok for _, ok in results)
    whole = len(results) + declined
    print(f"{lines} damaged paragraphs, {whole} slips: {right / whole:.1%} restored, {declined} declined, ")
    print(f"{len(results) - right} wrong, {missed} differences unaccounted for; {spent / whole * 1000:.0f} ms a slip")
    for name in ("exact", "likely", "guess"):
        of = [ok for c, ok in results if c.certainty == name]
        print(f"  {name:7} {len(of):6} applied, {len(of) - sum(of):4} wrong = {1 - sum(of) / max(1, len(of)):.2%}")
    for low, high in pairwise(MARGINS):
        of = [ok for c, ok in results if low <= margin(c) < high]
        print(f"  margin {low:4.0f} to {high:4.0f}: {len(of):6}, {1 - sum(of) / max(1, len(of)):7.2%} wrong")


if __name__ == "__main__":
    main()
