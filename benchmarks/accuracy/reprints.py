"""Near-duplicates: how many reprints are found, and how many look-alikes are taken for one.

usage: python benchmarks/accuracy/reprints.py [--laws 60] [--json FILE]

The bases are the sample pages and made-up laws. A reprint is the base on another site (other chrome), in the other script,
with half-width punctuation, with a few characters damaged, or all of it. A look-alike differs by what makes it another
document: the place, the year, a figure, a word, an article, its being a draft. Both are curated as any page is; a pair
counts as found when the signatures make it a candidate and the verdict on the texts is that they are one.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME / "tests"))

import made_laws  # noqa: E402
import numpy as np  # noqa: E402
from opencc import OpenCC  # noqa: E402

import ingest  # noqa: E402
from ingest.corpus.reprints import near  # noqa: E402

_TO_HANT = OpenCC("s2t")
_WIDE = str.maketrans("，：；（）！？", ",:;()!?")
_LINES = ("来源：云栖晚报", "责任编辑：林小舟", "本文转自青屿在线", "扫码关注我们")


def page(lines: list[str], draw: random.Random, chrome: int = 0) -> str:
    """A site's page around the lines."""
    title = lines[0]
    body = "".join(f"<p>{line}</p>" for line in lines[1:])
    if chrome == 0:
        return f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1><div class='TRS_Editor'>{body}</div>"
    left = "".join(f"<p>{line}</p>" for line in draw.sample(_LINES, 2))
    return (
        f"<!DOCTYPE html><head><title>{title}-青屿在线</title></head><body><ul><li><a href='/'>首页</a></li>"
        f"<li><a href='/news'>新闻</a></li></ul><div><h2>{title}</h2><div>{body}{left}</div></div>"
        "<div class='footer'>青屿在线 版权所有</div></body>"
    )


def _drawn(draw: random.Random) -> str:
    """A character of the second level of GB 2312, as most wrong readings of bytes are."""
    return bytes((draw.randrange(0xD8, 0xF7), draw.randrange(0xA1, 0xFE))).decode("gb2312")


def damaged(lines: list[str], draw: random.Random, sign: str | None) -> list[str]:
    """A few characters lost, or others in their place."""
    out = list(lines)
    for _ in range(3):
        n = draw.randrange(1, len(out))
        places = [m.start() for m in re.finditer(r"[\u4e00-\u9fff]", out[n])]
        places = [p for p in places if not re.match(r"[一二三四五六七八九十第章条年月日]", out[n][p])]
        if places:
            at = draw.choice(places)
            out[n] = out[n][:at] + (sign or _drawn(draw)) + out[n][at + 1 :]
    return out


REPRINTS: dict[str, Callable[[list[str], random.Random], str]] = {
    "other site": lambda lines, draw: page(lines, draw, 1),
    "traditional script": lambda lines, draw: page([_TO_HANT.convert(x) for x in lines], draw),
    "half-width punctuation": lambda lines, draw: page([x.translate(_WIDE) for x in lines], draw),
    "three characters lost": lambda lines, draw: page(damaged(lines, draw, "\ufffd"), draw),
    "three characters wrong": lambda lines, draw: page(damaged(lines, draw, None), draw),
    "all of it": lambda lines, draw: page(
        [_TO_HANT.convert(x).translate(_WIDE) for x in damaged(lines, draw, None)], draw, 1
    ),
}


def _replaced(lines: list[str], pattern: str, new: Callable[[re.Match[str]], str], count: int = 0) -> list[str]:
    return re.sub(pattern, new, "\n".join(lines), count=count).split("\n")


def _word(lines: list[str], draw: random.Random) -> list[str]:
    n = draw.randrange(1, len(lines))
    places = [m.start() for m in re.finditer(r"[\u4e00-\u9fff]{2}", lines[n])]
    if not places:
        return _word(lines, draw)
    at, word = draw.choice(places), "".join(draw.sample("咨询评估奖励补贴", 2))
    return [*lines[:n], lines[n][:at] + word + lines[n][at + 2 :], *lines[n + 1 :]]


def _without(lines: list[str], draw: random.Random) -> list[str]:
    n = draw.randrange(2, len(lines) - 1)
    return lines[:n] + lines[n + 1 :]


def _figure(lines: list[str], draw: random.Random) -> list[str]:
    found = [n for n, line in enumerate(lines) if re.search(r"\d", line)]
    n = draw.choice(found) if found else 1
    line = re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), lines[n], count=1) if found else "共12项。" + lines[1]
    return [*lines[:n], line, *lines[n + 1 :]]


LOOK_ALIKES: dict[str, Callable[[list[str], random.Random], list[str]]] = {
    "another place": lambda lines, draw: _replaced(lines, "云栖|青屿|岚山|岚江|石阶|茶园", lambda m: "白鹭"),
    "a place that differs by one character": lambda lines, draw: _replaced(
        lines, "栖|屿|山县|江流|码头|市镇", lambda m: "北" + m[0][1:]
    ),
    "the next year": lambda lines, draw: _replaced(
        [f"{lines[0]}", *lines[1:-1], lines[-1] + "本件自2023年起施行，至2025年止。"],
        r"20(\d\d)",
        lambda m: f"20{(int(m[1]) + 1) % 100:02d}",
    ),
    "one figure": _figure,
    "one word": _word,
    "one paragraph less": _without,
    "a draft": lambda lines, draw: [lines[0] + "（征求意见稿）", *lines[1:]],
    "another title": lambda lines, draw: ["关于" + lines[0][2:], *lines[1:]],
    "another signature": lambda lines, draw: [*lines, "白鹭区人民政府"],
}
_SIGNED = {"another signature": lambda lines: [*lines, "东篱县人民政府"]}
_DATED = {"the next year": lambda lines: [*lines[:-1], lines[-1] + "本件自2023年起施行，至2025年止。"]}


def bases(laws: int) -> Iterator[list[str]]:
    """Lines of documents, the title first."""
    for path in sorted((HOME / "raw").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            try:
                lines = ingest.curate(path.read_bytes(), source=path.name).text.split("\n")
            except ingest.Rejected:
                continue
            yield [line for line in lines if line.strip()]
    for seed in range(laws):
        yield made_laws.make(seed)[1]


def text(html: str) -> near.Text:
    """What a verdict looks at."""
    made = ingest.curate(html.encode(), source="page.html", media_type="text/html")
    about = made.document
    issued = about.issued_on.isoformat() if about.issued_on else None
    hurt = bool({"damage-left", "damage-guessed", "replacement-characters"} & set(about.flags))
    return near.Text(about.title, about.issuer, about.document_number, issued, hurt, made.text)


def is_candidate(one: near.Text, two: near.Text) -> bool:
    """Whether the signatures bring two documents together."""
    both = [near.signature(t.text) for t in (one, two)]
    if any(s is None for s in both):
        return False
    return len(near.candidates(np.array(both), np.zeros(2, np.uint64))) > 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--laws", type=int, default=60)
    options.add_argument("--json", type=Path)
    options.add_argument("--show", action="store_true", help="the pairs that came out wrong")
    given = options.parse_args()
    result: dict[str, dict[str, str]] = {"reprints found": {}, "look-alikes taken for one": {}}
    wrong = 0
    everything = list(bases(given.laws))
    for group, kinds in zip(result, (REPRINTS, LOOK_ALIKES), strict=True):
        for name, change in kinds.items():
            tried = candidates = found = 0
            likeness = []
            for n, lines in enumerate(everything):
                draw = random.Random(f"{n} {name}")
                before = (_SIGNED | _DATED).get(name, lambda same: same)(lines)
                other = change(lines, draw)
                if other == before:
                    continue
                html = other if isinstance(other, str) else page(other, draw)
                one, two = text(page(before, draw)), text(html)
                tried += 1
                candidates += (near_by := is_candidate(one, two))
                same = near.verdict(one, two) is not None or near.letters(one.text) == near.letters(two.text)
                found += near_by and same
                likeness.append(near.similarity(near.letters(one.text), near.letters(two.text)))
                if given.show and same is (kinds is LOOK_ALIKES):
                    print(f"{name}: base {n}: {one.title} / {two.title}, {likeness[-1]}", file=sys.stderr)
            wrong += found if kinds is LOOK_ALIKES else 0
            middle = sorted(likeness)[len(likeness) // 2] if likeness else 0.0
            result[group][name] = (
                f"{found} of {tried} ({candidates} candidates; shingles in common {min(likeness):.2f} to {max(likeness):.2f}, median {middle:.2f})"
            )
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if given.json:
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
