"""Statutes made up from their structure, so that the answer is known: parts, chapters, sections, articles, items.

`make` gives the units and the text as a clean page shows it; `FORMS` rewrites that text as pages damage it.
"""

import random
import re
from typing import NamedTuple

_DIGITS = "零一二三四五六七八九"
_WORDS = "渡口码头船工石阶茶园集市镇政府村民登记检修保险费用名册水位航标夜间停靠申请公告核定维护"


class Unit(NamedTuple):
    kind: str
    number: int
    suffix: int | None
    parent: int | None


def han(number: int) -> str:
    """A number below 10,000 in Chinese."""
    out = ""
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            out += _DIGITS[digit] + unit
        elif out and not out.endswith("零") and number % place:
            out += "零"
    return out[1:] if out.startswith("一十") else out


def _words(rng: random.Random, low: int, high: int) -> str:
    return "".join(rng.choice(_WORDS) for _ in range(rng.randint(low, high)))


def _sentence(rng: random.Random, article: int) -> str:
    """A sentence of law, with a reference to another article now and then."""
    out = _words(rng, 6, 20)
    if rng.random() < 0.25:
        out += f"，依照本办法第{han(rng.randint(1, max(2, article)))}条"
        out += rng.choice(["的规定办理", "第二款规定执行", f"、第{han(article + 1)}条执行", "第（二）项所列情形处理"])
    return "，".join([out, *(_words(rng, 4, 16) for _ in range(rng.randint(1, 5)))]) + "。"


def make(seed: int, deep: bool = True) -> tuple[list[Unit], list[str]]:
    """The units in order and the lines of the page (the first is the title)."""
    rng = random.Random(seed)
    units: list[Unit] = []
    lines = [f"{_words(rng, 2, 4)}管理办法"]

    def open_unit(kind: str, number: int, parent: int | None, suffix: int | None = None) -> int:
        units.append(Unit(kind, number, suffix, parent))
        return len(units) - 1

    article = 0
    parts = rng.randint(2, 3) if deep and rng.random() < 0.3 else 0
    chapter = 0
    for part in range(1, max(1, parts) + 1):
        above = None
        if parts:
            above = open_unit("part", part, None)
            lines.append(f"第{han(part)}编 {_words(rng, 2, 6)}")
            chapter = 0
        for _ in range(rng.randint(2, 5)):
            chapter += 1
            inside = open_unit("chapter", chapter, above)
            lines.append(f"第{han(chapter)}章 {_words(rng, 2, 9)}")
            sections = rng.randint(2, 3) if deep and rng.random() < 0.3 else 0
            for section in range(1, max(1, sections) + 1):
                home = inside
                if sections:
                    home = open_unit("section", section, inside)
                    lines.append(f"第{han(section)}节 {_words(rng, 2, 9)}")
                for _ in range(rng.randint(1, 6)):
                    article += 1
                    own = open_unit("article", article, home)
                    if rng.random() < 0.25:
                        lines.append(f"第{han(article)}条 {_words(rng, 6, 15)}应当具备下列条件：")
                        count = rng.randint(2, 12)
                        for item in range(1, count + 1):
                            open_unit("level2", item, own)
                            lines.append(f"（{han(item)}）{_words(rng, 4, 16)}{'。' if item == count else '；'}")
                    else:
                        lines.append(f"第{han(article)}条 " + _sentence(rng, article))
                        lines += [_sentence(rng, article) for _ in range(rng.randint(0, 2))]
                    for suffix in range(1, rng.choice([0] * 12 + [1, 2]) + 1):
                        open_unit("article", article, home, suffix)
                        lines.append(f"第{han(article)}条之{han(suffix)} " + _sentence(rng, article))
    return units, lines


def _arabic(text: str) -> str:
    from ingest.han.numerals import value

    return re.sub(r"^第([一二三四五六七八九十百零]+)([编章节条])", lambda m: f"第{value(m[1])}{m[2]}", text, flags=re.M)


def _spaced(text: str) -> str:
    return re.sub(
        r"^第([一二三四五六七八九十百零]+)([编章节条])", lambda m: f"第 {' '.join(m[1])} {m[2]}", text, flags=re.M
    )


def _compatible(text: str) -> str:
    return re.sub(
        r"^（([一二三四五六七八九十])）",
        lambda m: "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"["一二三四五六七八九十".index(m[1])],
        text,
        flags=re.M,
    )


def _wrapped(text: str, width: int) -> str:
    return "\n".join(line[i : i + width] for line in text.split("\n") for i in range(0, len(line), width))


FORMS = {
    "clean": lambda lines: "\n".join(lines),
    "indented": lambda lines: "\n\n".join("\u3000\u3000" + line for line in lines),
    "one line": lambda lines: "".join(lines),
    "glued": lambda lines: re.sub(r"^(第\S+?[编章节条](?:之[一二])?) ", r"\1", "\n".join(lines), flags=re.M),
    "arabic": lambda lines: _arabic("\n".join(lines)),
    "spaced": lambda lines: _spaced("\n".join(lines)),
    "compatible": lambda lines: _compatible("\n".join(lines)),
    "items inside": lambda lines: re.sub(r"\n（", "（", "\n".join(lines)),
    "wrapped at 20": lambda lines: _wrapped("\n".join(lines), 20),
    "wrapped at 36": lambda lines: _wrapped("\n".join(lines), 36),
    "contents": lambda lines: "\n".join([lines[0], "目　录", *(x for x in lines if re.match("第\\S+[编章节] ", x)), *lines[1:]]),
}  # fmt: skip
