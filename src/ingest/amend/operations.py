"""What an amending decision orders, read as operations: 修改为, 增加, 删去, 合并, 改为第…条, 将…中的“…”修改为“…”.

An order is read by its parts: places (第十条第二款), quotations, and the few verbs and joints between them. Nothing else may
stand there: an order with any other word in it is given back unread, and never guessed at.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ingest.amend import quotations
from ingest.patterns import pattern
from ingest.references import grammar
from ingest.references.grammar import Place, Step

Kind = Literal[
    "replace", "substitute", "insert", "insert-words", "delete", "delete-words", "renumber", "merge", "title", "preamble",
    "heading", "heading-words", "reorder", "unread",
]  # fmt: skip


class Operation(NamedTuple):
    """One order.

    `places` are what it changes, in the numbering before the decision; `to` are places in the numbering after it. `new` are
    the lines of the new wording, `old` the words that go. `unit`: what is inserted (条, 款, 项). `behind`: the insertion
    stands behind `places`. `whole`: the words are exchanged everywhere. `start`, `end`: where the order stands in the text
    that was read.
    """

    kind: Kind
    places: tuple[tuple[Step, ...], ...] = ()
    to: tuple[tuple[Step, ...], ...] = ()
    new: tuple[str, ...] = ()
    old: str = ""
    unit: str = ""
    behind: bool = False
    whole: bool = False
    start: int = 0
    end: int = 0


class _Token(NamedTuple):
    sign: str
    start: int
    end: int
    places: tuple[Place, ...] = ()
    quote: int | None = None
    unit: str = ""


# What an order is made of besides places and quotations, by the letter that stands for it below.
_WORDS = pattern(
    rf"(?P<R>(?:统一)?(?:修改|调整|改|修正|替换|表述)为|改作)|(?P<A>(?:分别)?作为)|(?P<I>(?:增加|增列|增写|新增)(?:(?P<count>{grammar.N})[个]?(?P<unit>条|款|项|目|章|节))?)"
    r"|(?P<D>删去|删除|删掉|去掉)|(?P<M>合并(?:为一[条款项])?)|(?P<F>之?后)|(?P<T>(?:法规|条例|规定|办法|解释|规则|规章)?(?:题目|标题|名称)(?=修改|改))"
    r"|(?P<H>章名|节名|(?:该|本)?[章节]的?名称)|(?P<L>引言|序言|导言|首部)(?:部分)?"
    r"|(?P<W>全文|(?:本|该)?(?:法|条例|规定|办法|解释|细则)(?=中|的))|(?P<S>该条|本条|其中|该款|该项)"
    r"|(?P<C>，|；|;|。|、)"
    r"|(?P<X>将|把|在|对|于|由|的|中|规定|里面?|一词|一语|字样|表述|均|分别|统一|相应地?|一并|并|和|与|及|以及|也|再|依次|内容|修改|序号|款序|同时|原|作|[:：]|\s)"
)
_NEXT = pattern(r"第[（(]?|[（(]")


def read(text: str, law: str | None = None) -> list[Operation]:
    """The operations of one order, a sentence or some. `law`: the name by which it may call what it amends (刑法)."""
    skeleton = quotations.apart(text)
    body = skeleton.text
    if law:
        body = re.sub(
            rf"(?<=[将把在对去除为]){re.escape(law)}(?=第)|^{re.escape(law)}(?=第)", lambda m: " " * len(m[0]), body
        )
    if _REORDER.search(body):
        return [Operation("reorder", start=0, end=len(text))]
    tokens = _tokens(body)
    if tokens is None:
        return [Operation("unread", start=0, end=len(text))]
    found = _Reader(tokens, skeleton).run()
    if found is None or not found:
        return [Operation("unread", start=0, end=len(text))]
    return [op._replace(start=skeleton.places[op.start], end=min(len(text), skeleton.places[op.end])) for op in found]


_REORDER = pattern(
    r"^[^\ue100-\uf4ff]*(?:条文?|条款|款项|项)的?(?:顺序|序号)[^\ue100-\uf4ff]*(?:调整|改变|变动|顺延)|^[^\ue100-\uf4ff]*相应顺延"
)


def _tokens(body: str) -> list[_Token] | None:
    out: list[_Token] = []
    at = 0
    above: tuple[Step, ...] = ()
    while at < len(body):
        quote = quotations.index(body[at])
        if quote is not None:
            out.append(_Token("Q", at, at + 1, quote=quote))
            at += 1
            continue
        places = grammar.places(body, at, above) if _NEXT.match(body, at) else []
        if places:
            out.append(_Token("P", at, places[-1].end, tuple(places)))
            above = places[-1].steps
            at = places[-1].end
            continue
        word = _WORDS.match(body, at)
        if word is None or word.lastgroup is None:
            return None
        sign = next(name for name, value in word.groupdict().items() if value is not None and len(name) == 1)
        if sign != "X":
            out.append(_Token(sign, at, word.end(), unit=word["unit"] or ""))
        at = word.end()
    return out


class _Reader:
    """Reads tokens from left to right; what stands for the place of an order goes on until another is named."""

    # The forms of an order by the letters of their tokens, the longer first.
    FORMS = (
        ("insert-words", re.compile(r"(?P<p>P?)(?P<old>Q)FI(?P<new>Q)")),
        ("substitute", re.compile(r"(?P<p>P?)S?(?P<w>W?)(?P<pairs>(?:QC?)+RQ(?:C(?:QC?)+RQ)*)")),
        ("heading", re.compile(r"(?P<p>P)[HT]R(?P<new>Q)")),
        ("heading", re.compile(r"HR(?P<new>Q)")),
        ("title", re.compile(r"TR(?P<new>Q)")),
        ("preamble", re.compile(r"LR(?P<new>Q)")),
        ("heading-words", re.compile(r"(?P<p>P)H(?P<old>Q)R(?P<new>Q)")),
        ("merge", re.compile(r"(?P<p>P)(?:C?P)*C?MC?(?:[AR](?P<to>P))?C?R?(?P<new>Q)")),
        ("insert", re.compile(r"(?P<p>P?)(?P<f>F?)C?IC?A(?P<to>P)C?(?P<s>SR)?(?P<new>(?:QC?)+)")),
        ("insert", re.compile(r"(?P<p>P?)(?P<f>F?)C?IC?(?P<s>SR)?(?P<new>(?:QC?)+)")),
        ("renumber", re.compile(r"(?P<p>P)C?[RA](?P<to>P)C?(?:S?R(?P<new>(?:QC?)+)|(?P<bare>(?:QC?)+(?!R)))?")),
        ("delete-words", re.compile(r"(?P<p>P?)S?C?D(?P<q>P?)(?P<old>(?:QC?)+)")),
        ("delete-words", re.compile(r"(?P<p>P?)S?(?P<old>(?:QC?)+)D")),
        ("delete", re.compile(r"D(?P<p>P(?:C?P)*)")),
        ("delete", re.compile(r"(?P<p>P)D")),
        ("replace", re.compile(r"(?P<p>P)S?R(?P<new>(?:QC?)+)")),
        ("replace", re.compile(r"SR(?P<new>(?:QC?)+)")),
    )

    def __init__(self, tokens: Sequence[_Token], skeleton: quotations.Skeleton) -> None:
        self.tokens, self.quotes = tokens, skeleton.quotes
        self.signs = "".join(token.sign for token in tokens)
        self.here: tuple[tuple[Step, ...], ...] = ()

    def run(self) -> list[Operation] | None:
        """The operations; None where anything is left over."""
        out: list[Operation] = []
        at = 0
        while at < len(self.signs):
            if self.signs[at] == "C":
                at += 1
                continue
            for kind, form in self.FORMS:
                found = form.match(self.signs, at)
                if found and (made := self._made(kind, found)):
                    out += made
                    at = found.end()
                    break
            else:
                return None
        return out

    def _places(self, found: re.Match[str], group: str) -> tuple[tuple[Step, ...], ...]:
        if group not in found.re.groupindex or not found[group]:
            return ()
        tokens = self.tokens[found.start(group) : found.end(group)]
        places = [place for token in tokens for place in token.places]
        return expanded(places)

    def _lines(self, found: re.Match[str], group: str) -> list[tuple[str, ...]]:
        if group not in found.re.groupindex or not found[group]:
            return []
        tokens = self.tokens[found.start(group) : found.end(group)]
        return [self.quotes[token.quote] for token in tokens if token.quote is not None]

    def _made(self, kind: str, found: re.Match[str]) -> list[Operation]:
        first, last = self.tokens[found.start()], self.tokens[found.end() - 1]
        places = self._places(found, "p")
        if kind == "merge":
            before = self.tokens[found.start() : found.start() + found[0].index("M")]
            places = expanded([place for token in before for place in token.places])
        base = Operation("unread", start=first.start, end=last.end)
        new = tuple(line for quote in self._lines(found, "new") for line in quote)
        to = self._places(found, "to")
        if kind == "renumber" and not new:
            new = tuple(line for quote in self._lines(found, "bare") for line in quote)
        if kind == "substitute":
            return self._pairs(
                found, places or (() if found["w"] else self.here), base, bool(found["w"]) or not (places or self.here)
            )
        if kind == "delete-words":
            places = places or (self._places(found, "q") if "q" in found.re.groupindex else ()) or self.here
            self.here = places
            return [
                base._replace(kind="delete-words", places=places, old="\n".join(quote), whole=not places)
                for quote in self._lines(found, "old")
            ]
        if kind == "insert":
            token = next(t for t in self.tokens[found.start() : found.end()] if t.sign == "I")
            if not token.unit:
                return []
            if found["s"]:  # 增加一款作为第二款，将该条修改为：the whole article is given anew
                return [base._replace(kind="replace", places=_articles(places or self.here), new=new)]
            places = places or (() if token.unit == "条" else self.here)
            self.here = places or self.here
            return [
                base._replace(kind="insert", places=places, to=to, new=new, unit=token.unit, behind=bool(found["f"]))
            ]
        places = places or self.here
        if kind == "insert-words":
            old = "\n".join(self._lines(found, "old")[0])
            self.here = places
            return [base._replace(kind="insert-words", places=places, old=old, new=new, whole=not places)]
        if kind in ("replace", "delete", "heading", "heading-words") and not places:
            return []
        if kind == "heading-words":
            base = base._replace(old="\n".join(self._lines(found, "old")[0]))
        self.here = places
        if kind == "renumber":
            if len(places) != len(to):
                return []
            moved = [base._replace(kind="renumber", places=(p,), to=(t,)) for p, t in zip(places, to, strict=True)]
            return [*moved, *([base._replace(kind="replace", places=places, new=new)] if new else [])]
        return [base._replace(kind=kind, places=places, to=to, new=new)]  # type: ignore[arg-type]

    def _pairs(
        self, found: re.Match[str], places: tuple[tuple[Step, ...], ...], base: Operation, whole: bool
    ) -> list[Operation]:
        """“甲”、“乙”修改为“丙”，“丁”修改为“戊”, each word that goes by itself."""
        self.here = places or self.here
        out: list[Operation] = []
        waiting: list[str] = []
        becomes = False
        for token in self.tokens[found.start("pairs") : found.end("pairs")]:
            if token.sign == "R":
                becomes = True
            elif token.quote is not None and becomes:
                new = self.quotes[token.quote]
                out += (
                    base._replace(kind="substitute", places=places, old=old, new=new, whole=whole) for old in waiting
                )
                waiting, becomes = [], False
            elif token.quote is not None:
                waiting.append("\n".join(self.quotes[token.quote]))
        return out


def _articles(places: Sequence[tuple[Step, ...]]) -> tuple[tuple[Step, ...], ...]:
    return tuple(dict.fromkeys(tuple(s for s in place if s.unit == "条") for place in places))


def expanded(places: Sequence[Place]) -> tuple[tuple[Step, ...], ...]:
    """The places that a list names, ranges filled in."""
    out: list[tuple[Step, ...]] = []
    for place in places:
        last = place.steps[-1]
        if place.through and out and out[-1][-1].unit == last.unit and out[-1][:-1] == place.steps[:-1]:
            out += ((*place.steps[:-1], Step(last.unit, n)) for n in range(out[-1][-1].number + 1, last.number))
        out.append(place.steps)
    return tuple(out)
