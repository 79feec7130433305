"""Damaged places proved by the same article on a clean page: how many, and how many wrongly, also where the clean page lies.

usage: python benchmarks/accuracy/proofs.py TEXTS [--pages N] [--seed N]

TEXTS as for `slips.py`. Twelve paragraphs are an article; it is damaged with a random table, and heard are: the article itself,
in Simplified, and, by itself, the article with one character or digit in each sentence replaced by another. A proof is right when
the text it leaves is the text that was.
"""

import argparse
import random
from collections import Counter
from pathlib import Path

from slips import judge, table, traditional

from ingest.config import Config
from ingest.repair import forward, mirror, proof, teaching
from ingest.repair.characters import gbk, readings, simplified
from ingest.repair.glosses import NO_TABLE
from ingest.repair.learnt import Told
from ingest.traced import Traced

ARTICLE = 12


def altered(text: str, chance: random.Random) -> str:
    """The text with one character of each sentence replaced by one from elsewhere in it, digits by digits."""
    out = []
    for sentence in text.split("。"):
        at = chance.randrange(len(sentence)) if sentence else 0
        if sentence:
            other = chance.choice("0123456789") if sentence[at].isdigit() else chance.choice(text)
            sentence = sentence[:at] + other + sentence[at + 1 :]
        out.append(sentence)
    return "。".join(out)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, config = random.Random(options.seed), Config()
    lines = [p for p in options.texts.read_text(encoding="utf-8").splitlines() if all(map(gbk, traditional(p)))]
    ranked = [c for c, _ in Counter(traditional("".join(lines))).most_common() if readings(c) and simplified(c) != c]
    told: Counter[str] = Counter()
    for n in range(options.pages):
        article = [traditional(p) for p in lines[ARTICLE * n : ARTICLE * (n + 1)]]
        damaged = [forward.damage(p, table([c for c in ranked if gbk(c)], chance)) for p in article]
        text = "\n".join(damaged)
        alone = mirror(text, config)
        made = Traced(text).apply(alone, "repair")
        pupil = teaching.pupil(teaching.Shown("m", text, [*made.edits, *made.declined]))
        told["places"] += sum(c.rule == "phase-slip" for c in alone)
        for name, page in (
            ("clean", simplified("\n".join(article))),
            ("lies", altered(simplified("\n".join(article)), chance)),
        ):
            lesson = teaching.Class([pupil] if pupil else [])
            lesson.hear(teaching.Shown("g", page, []))
            changes = mirror(text, config, Told(NO_TABLE, False, proof.arranged(list(lesson.passages()))))
            at = 0
            for was, now in zip(article, damaged, strict=True):
                here = [
                    c._replace(start=c.start - at, end=c.end - at) for c in changes if at <= c.start <= at + len(now)
                ]
                at += len(now) + 1
                for change, right in judge(was, now, here)[0]:
                    if "undamaged in" in (change.note or ""):
                        told[f"{name} {'right' if right else 'wrong'}"] += 1
                    elif name == "clean":
                        told["left to the search"] += 1
    print(dict(told))


if __name__ == "__main__":
    main()
