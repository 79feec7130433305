"""Derive `src/ingest/repair/variants.tsv`: rare forms that a mirror's font table puts for usual characters (杴 for 锨, 咊 for 和).

usage: python tools/derive_font_variants.py Unihan_Variants.txt

From the fields kSemanticVariant, kSpecializedSemanticVariant and kZVariant of the Unicode Han Database (Unicode licence, https://www.unicode.org/license.txt). A row is a
character that GBK has and that is common in neither script, with the one usual character that it is a form of.
"""

import sys
from collections import defaultdict
from pathlib import Path

from ingest.page.codecs_whatwg import level1
from ingest.repair.characters import gbk, simplified, simplified_forms, traditional_forms

OUT = Path(__file__).parents[1] / "src/ingest/repair/variants.tsv"
HEAD = """\
# Rare characters of GBK, and the usual one of which each is a form (杴 of 锨): mirrors' font tables swap them.
# Derived by tools/derive_font_variants.py from the Unicode Han Database (kSemanticVariant, kZVariant), Unicode licence;
# 杴 and 昰, of which it says nothing, by hand: a mirror showed them in the place of these.
"""
BY_HAND = {"杴": "锨", "昰": "是"}
"""What the database does not have, and a mirror showed in the place of these."""
FIELDS = ("kSemanticVariant", "kSpecializedSemanticVariant", "kZVariant")


def main() -> None:
    """Write the table."""
    usual = {c for c in level1() if gbk(c)}
    found: dict[str, set[str]] = defaultdict(set)
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or "\t" not in line:
            continue
        source, field, targets = line.split("\t")
        if field in FIELDS:
            one = chr(int(source[2:], 16))
            for target in targets.split():
                other = chr(int(target.split("<")[0][2:], 16))
                for rare, common in ((one, other), (other, one)):
                    found[rare].add(common)
    forms = simplified_forms()
    rows = []
    for rare, others in sorted(found.items()):
        kept = {simplified(c) for c in others if simplified(c) in usual and gbk(simplified(c))}
        if len(kept) != 1 or rare in usual or not gbk(rare) or len(rare.encode("utf-16-le")) != 2:
            continue
        if ord(rare) in forms or rare in traditional_forms() or _in_gb2312(rare):
            continue
        rows.append(f"{rare}\t{kept.pop()}\n")
    rows += [f"{rare}\t{common}\n" for rare, common in BY_HAND.items()]
    rows.sort()
    OUT.write_text(HEAD + "character\tusual\n" + "".join(rows), encoding="utf-8")


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()
