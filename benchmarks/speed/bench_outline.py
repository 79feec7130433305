"""Cost of the outline a character, beside script conversion of the same text, and that it grows with the length only.

    python benchmarks/speed/bench_outline.py [--long]

The texts are made-up statutes (tests/made_laws.py) as lines, wrapped and as one line, and two that are nothing but
structure: a list whose items are a few characters each, and paragraphs of one sentence under headings. Script conversion
is `t2s` of opencc-python-reimplemented, on the text in Traditional characters; ratio is the outline's cost over it (at
most 1 is the goal). `--long` adds texts of 5,000,000 characters.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import opencc

from ingest import Config, notices, outline, script

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import made_laws

_VILLAGES = ("南坡村", "北坡村", "沙洲", "白鹭渡镇", "云溪", "青石镇", "柳溪乡")
_HAN = "零一二三四五六七八九"


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _HAN[tens]) + "十" * (tens > 0) + (_HAN[ones] if ones or not tens else "")


def _items(at: int) -> str:
    """A list of short items on two levels."""
    rows = (f"（{_count(n)}）茶{n}号园；\n1.南坡；\n2.北坡；" for n in range(1, 20))
    return f"{_count(at % 90 + 1)}、园地名录\n" + "\n".join(rows)


def _blocks(at: int) -> str:
    """Short paragraphs below headings without a number."""
    return f"渡口第{at % 7}年\n" + "\n".join(f"修好码头{n}座。船工{n}人上岗，早晚各开一班。" for n in range(1, 20))


def _short(at: int) -> str:
    """Short lines without any number: names, headings, a few words each."""
    return "\n".join(f"{_VILLAGES[(at + n) % 7]}渡口{_VILLAGES[(at * n) % 7][0]}号" for n in range(60))


def _decimals(at: int) -> str:
    """Numbers of several components, each with a few words."""
    rows = (f"{at % 90 + 1}.{n} 码头\n{at % 90 + 1}.{n}.1 船名\n{at % 90 + 1}.{n}.2 载客" for n in range(1, 10))
    return f"{at % 90 + 1} 渡船\n" + "\n".join(rows)


def _columns(at: int) -> str:
    """Statutes wrapped at sixty columns."""
    return "\n".join(line[i : i + 30] for line in made_laws.make(at)[1] for i in range(0, len(line), 30))


def _law(form: str) -> Callable[[int], str]:
    return lambda at: made_laws.FORMS[form](made_laws.make(at)[1])


FORMS: dict[str, Callable[[int], str]] = {
    "lines": _law("clean"),
    "wrapped": _law("wrapped at 20"),
    "one line": _law("one line"),
    "items": _items,
    "blocks": _blocks,
    "short": _short,
    "decimals": _decimals,
    "columns": _columns,
}


def text(form: str, size: int) -> str:
    """`size` characters in one form."""
    parts, length, seed = [], 0, 0
    while length < size:
        parts.append(FORMS[form](seed))
        length += len(parts[-1]) + 1
        seed += 1
    return "\n".join(parts)[:size]


def outlined(page: str) -> int:
    """How many units a text has."""
    notices.page_marks(page, [])
    return len(outline.build(page, [], None))


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of some work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--long", action="store_true")
    sizes = [100_000, 1_000_000] + [5_000_000] * asked.parse_args().long
    package = opencc.OpenCC("t2s")
    package.convert("測試")
    outlined(text("lines", 10_000))
    print(f"{'form':9s} {'characters':>10s} {'units':>8s} {'outline µs/char':>16s} {'t2s µs/char':>12s} {'ratio':>6s}")
    for form in FORMS:
        for size in sizes:
            page = text(form, size)
            hant = script.convert(page, Config(target="hant-tw")).recoded[:1_000_000]
            ours, theirs = [], []
            for _ in range(3 if size <= 1_000_000 else 1):  # by turns, the least of several: the machine is shared
                ours.append(seconds(lambda page=page: outlined(page)) / size)
                theirs.append(seconds(lambda hant=hant: package.convert(hant)) / len(hant))
            one, other = min(ours) * 1e6, min(theirs) * 1e6
            print(
                f"{form:9s} {size:10,d} {outlined(page):8,d} {one:16.2f} {other:12.2f} {one / other:6.2f}", flush=True
            )


if __name__ == "__main__":
    main()
