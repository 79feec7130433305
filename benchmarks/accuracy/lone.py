"""Places that stand alone on their page, restored with and without the table of its site.

usage: python benchmarks/accuracy/lone.py TEXTS [--sentences N] [--seed N]

TEXTS as for `slips.py`. Of sentences that are damaged by one of six tables, readings taken out, those count that show one place and
nothing else. Each is asked by itself, and as a page of a site whose table is known. The same number of clean sentences with a
question mark before a mark are asked as pages of such a site: nothing may be changed there.
"""

import argparse
import random
import re
from collections import Counter
from pathlib import Path

from slips import judge, table, traditional

from ingest.config import Config
from ingest.repair import forward, mirror
from ingest.repair.characters import gbk, readings, simplified
from ingest.repair.glosses import scan
from ingest.repair.learnt import Learnt, Told
from ingest.repair.slips import spots


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--sentences", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, config = random.Random(options.seed), Config()
    lines = [traditional(p) for p in options.texts.read_text(encoding="utf-8").splitlines()]
    chance.shuffle(lines)
    sentences = [s + "。" for p in lines if all(map(gbk, p)) for s in p.split("。") if 12 <= len(s) <= 80]
    ranked = [c for c, _ in Counter("".join(sentences)).most_common() if simplified(c) != c and readings(c) and gbk(c)]
    told: Counter[str] = Counter()
    tables = [table(ranked, chance) for _ in range(6)]
    sites = [
        Told(Learnt(scope="host:m", pages=9, readings=dict(t), always="".join(c for c, _ in t)).table, False, {})
        for t in tables
    ]
    for n, sentence in enumerate(sentences):
        if told["places"] >= options.sentences:
            break
        damaged = forward.damage(sentence, tables[n % 6])
        for gloss in reversed(scan(damaged)):
            damaged = damaged[: gloss.start] + damaged[gloss.end :]
        clean = sentence
        there = spots(damaged, False)
        if "?" in sentence or damaged == sentence or len(there) != 1 or there[0].sure or scan(damaged):
            continue
        told["places"] += 1
        for name, known in (("alone", None), ("by its site", sites[n % 6])):
            changes = [c for c in mirror(damaged, config, known) if c.rule == "phase-slip"]
            for change, right in judge(clean, damaged, changes)[0]:
                told[f"{name}: {change.certainty} {'right' if right else 'wrong'}"] += 1
            told[f"{name}: flagged"] += bool(changes) and not any(c.applied for c in changes)
            told[f"{name}: silent"] += not changes
        asked = re.sub(r"(?<=\w)(?=[，、。])", "?", sentence, count=1)
        for name, known in (("alone", None), ("by its site", sites[n % 6])):
            changes = [c for c in mirror(asked, config, known) if c.rule in ("phase-slip", "pinyin-gloss")]
            told[f"clean, {name}: changed"] += any(c.applied for c in changes)
            told[f"clean, {name}: flagged"] += bool(changes) and not any(c.applied for c in changes)
    for name, number in sorted(told.items()):
        print(f"{name:28} {number}")


if __name__ == "__main__":
    main()
