"""Operations applied to a statute: the text after a decision, each article with the orders that made it what it is.

Orders name places by the numbers that the text had before the decision, and where something comes to stand by the numbers
after it. So articles keep their identity while orders are applied, and numbers are given out at the end: those that the
decision names are fixed, all others follow in their order. What cannot be applied is given back with the reason.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.amend import statute
from ingest.amend.finding import Finder, Line, Unfit, below, lines_of, place_of, put, said, words
from ingest.amend.headings import Headings, content, headings
from ingest.amend.operations import Operation
from ingest.amend.statute import Article, Block, Number, Paragraph, Statute
from ingest.patterns import pattern

_SENTENCE = pattern(r"[。：:][”」）)]?$")


class Left(NamedTuple):
    """An order that was not applied (by its number in the list), and why."""

    order: int
    reason: str


class _Applier(Finder):
    """One decision's operations over a statute, which is changed in place."""

    def __init__(self, law: Statute) -> None:
        super().__init__(law)
        self.headings = Headings(law)
        self.fixed: dict[int, Number] = {}
        self.reordered = False

    # ------------------------------------------------------------------ orders

    def do(self, order: int, op: Operation) -> None:
        """Applies one operation. Raises `Unfit`, and then nothing was changed."""
        method = getattr(self, "_" + op.kind.replace("-", "_"), None)
        if method is None:
            raise Unfit("the order was not understood")
        method(order, op)

    def _reorder(self, order: int, op: Operation) -> None:
        self.reordered = True

    def _heading(self, order: int, op: Operation) -> None:
        if len(op.places) != 1 or len(op.new) != 1:
            raise Unfit("one heading is to be named, and one line given")
        self.headings.rename(op.places[0], op.new[0], order)

    def _heading_words(self, order: int, op: Operation) -> None:
        if len(op.places) != 1:
            raise Unfit("one heading is to be named")
        self.headings.exchange(op.places[0], op.old, "".join(op.new), order)

    def _replace(self, order: int, op: Operation) -> None:
        if len(op.places) != 1:
            self._replace_all(order, op)
            return
        place = op.places[0]
        unit = place[-1].unit
        if unit == "条":
            article = self.article(place)
            article.paragraphs = statute.paragraphs_of(op.new)
        elif unit == "款":
            article, n = self.paragraph(place)
            article.paragraphs[n : n + 1] = statute.paragraphs_of(op.new)
        elif unit == "项":
            article, paragraph, k = self.item(place)
            end = below(paragraph.items, k)
            new = statute.items_of(op.new)
            if not new:
                raise Unfit("there is no new wording")
            if not new[0].label:
                new[0].label = paragraph.items[k].label
            paragraph.items[k:end] = new
        else:
            raise Unfit(f"a whole {unit} is not replaced")
        article.by.append(order)

    def _replace_all(self, order: int, op: Operation) -> None:
        """Several places with one wording: neighbouring 款 or 项 of one article."""
        places = sorted(set(op.places), key=lambda place: [step.number for step in place])
        units = {place[-1].unit for place in places}
        if units <= {"款"} and len({self.article(place).label for place in places}) == 1:
            found = [self.paragraph(place) for place in places]
            article, first = found[0]
            if [n for _, n in found] == list(range(first, first + len(found))):
                article.paragraphs[first : first + len(found)] = statute.paragraphs_of(op.new)
                article.by.append(order)
                return
        raise Unfit("one wording is given for several places")

    def _scope(self, op: Operation) -> list[tuple[list[Line], Article | Block | None, str]]:
        """What an exchange of words looks at: for each place its lines, the part they belong to, and how it is called."""
        out: list[tuple[list[Line], Article | Block | None, str]] = []
        if op.whole:
            for part in self.law.parts:
                if isinstance(part, Article):
                    out.append((lines_of(part), part, part.label))
                elif part.kind not in ("title", "signature", "attachment"):
                    out.append(([part], part, part.kind))
            return out
        for place in op.places:
            if not any(step.unit == "条" for step in place):
                raise Unfit(f"{said(place[-1])} is no place in an article")
            unit = place[-1].unit
            if unit == "项":
                article, paragraph, k = self.item(place)
                out.append(([*paragraph.items[k : below(paragraph.items, k)]], article, article.label))
            elif unit == "款":
                article, n = self.paragraph(place)
                own = article.paragraphs[n]
                out.append(([own, *own.items], article, article.label))
            else:
                article = self.article(place)
                out.append((lines_of(article), article, article.label))
        return out

    def _exchange(self, order: int, op: Operation, new: str) -> None:
        found = self._scope(op)
        missing = [name for lines, _, name in found if not any(op.old in words(line) for line in lines)]
        if not op.old or (missing and not op.whole) or len(missing) == len(found):
            raise Unfit(f"{'、'.join(missing[:3]) or 'the text'} does not say “{op.old}”")
        for lines, part, name in found:
            if name in missing:
                continue
            for line in lines:
                put(line, op.old, new)
            if part is not None:
                part.by.append(order)

    def _substitute(self, order: int, op: Operation) -> None:
        self._exchange(order, op, "\n".join(op.new))

    def _insert_words(self, order: int, op: Operation) -> None:
        self._exchange(order, op, op.old + "\n".join(op.new))

    def _delete_words(self, order: int, op: Operation) -> None:
        self._exchange(order, op, "")

    def _delete(self, order: int, op: Operation) -> None:
        if all(place[-1].unit in ("章", "节") for place in op.places):
            for place in op.places:
                self.headings.find(place)  # all of them, or none
            for place in op.places:
                self.gone.update((id(article), article) for article in self.headings.take_out(place, order))
            return
        found: list[tuple[str, Article, Paragraph | None, int]] = []
        for place in op.places:
            unit = place[-1].unit
            if unit == "条":
                found.append((unit, self.article(place), None, 0))
            elif unit == "款":
                article, n = self.paragraph(place)
                found.append((unit, article, article.paragraphs[n], n))
            elif unit == "项":
                article, paragraph, k = self.item(place)
                found.append((unit, article, paragraph, k))
            else:
                raise Unfit(f"a whole {unit} is not taken out")
        for what, article, own, k in sorted(found, key=lambda one: -one[3]):
            if what == "条":
                self.gone[id(article)] = article
            elif what == "款":
                article.paragraphs = [p for p in article.paragraphs if p is not own]
            elif own is not None:
                del own.items[k : below(own.items, k)]
                statute.counted(own.items)
            article.by.append(order)

    def _insert(self, order: int, op: Operation) -> None:
        if op.unit == "条":
            self._insert_articles(order, op)
        elif op.unit == "款":
            self._insert_paragraphs(order, op)
        elif op.unit == "项":
            self._insert_items(order, op)
        elif op.unit in ("章", "节"):
            self._insert_heading(order, op)
        else:
            raise Unfit(f"a whole {op.unit} is not put in")

    def _insert_heading(self, order: int, op: Operation) -> None:
        """A chapter or section with its articles, each of which begins with its number."""
        if len(op.to) > 1 or not op.new or (op.places and not op.behind):
            raise Unfit(f"it is not said where the {op.unit} is to stand")
        parts, numbers = content(op.new[1:], op.unit, order)
        at = self.headings.put_in(op.unit, op.places, op.to, op.new[0], order)
        self.fixed.update(numbers)
        self.law.parts[at:at] = parts

    def _insert_articles(self, order: int, op: Operation) -> None:
        wordings = statute.per_article(op.new)
        numbers = [(to[-1].number, to[-1].suffix) for to in op.to if to[-1].unit == "条"]
        if len(wordings) != max(1, len(numbers)):
            raise Unfit(f"{len(numbers) or 1} articles are to be added, and {len(wordings)} are given")
        if not numbers and not (op.behind and op.places):
            raise Unfit("it is not said where the article is to stand")
        at = self._where(op, numbers)
        for n, lines in enumerate(wordings):
            article = Article(numbers[n] if numbers else (0, None), statute.paragraphs_of(lines), by=[order])
            if numbers:
                self.fixed[id(article)] = numbers[n]
                if numbers[n][1] is not None:
                    self.by_base.setdefault(numbers[n], article)
            self.law.parts.insert(at + n, article)

    def _where(self, op: Operation, numbers: Sequence[Number]) -> int:
        """The place among the parts for new articles: behind the one that is named, or behind the one with the number before."""
        parts = self.law.parts
        if op.places and op.behind:
            return place_of(parts, self.article(op.places[-1])) + 1
        number, suffix = numbers[0]
        if suffix is not None:
            before = [a for a in self.law.articles if a.number[0] == number and (a.number[1] or 0) < suffix]
            if not before:
                raise Unfit(f"there is no 第{number}条 for it to stand behind")
            return place_of(parts, before[-1]) + 1
        # By the numbers after the decision: as many articles stand before it.
        standing = [a for a in self.law.articles if id(a) not in self.gone and (a.number[1] is None or self.reordered)]
        if number - 1 > len(standing):
            raise Unfit(f"there are not so many articles that one could be number {number}")
        return (
            place_of(parts, standing[number - 2]) + 1
            if number > 1
            else (place_of(parts, standing[0]) if standing else len(parts))
        )

    def _insert_paragraphs(self, order: int, op: Operation) -> None:
        new = statute.paragraphs_of(op.new)
        place = op.places[-1] if op.places else (op.to[0] if op.to else ())
        article = self.article(place)
        step = next((s for s in (op.to[0] if op.to else ()) if s.unit == "款"), None)
        if step is not None:
            at = step.number - 1
        elif op.behind and place[-1].unit == "款":
            at = self.paragraph(place)[1] + 1
        else:
            at = len(article.paragraphs)
        if at > len(article.paragraphs):
            raise Unfit(f"{article.label} has {len(article.paragraphs)} 款")
        article.paragraphs[at:at] = new
        article.by.append(order)

    def _insert_items(self, order: int, op: Operation) -> None:
        place = op.places[-1] if op.places else (op.to[0] if op.to else ())
        article, n = self.paragraph(tuple(s for s in place if s.unit in ("条", "款")))
        items = article.paragraphs[n].items
        new = statute.items_of(op.new)
        step = next((s for s in (op.to[0] if op.to else ()) if s.unit == "项"), None)
        behind = next((s for s in place if s.unit == "项"), None) if op.behind else None
        tops = [k for k, item in enumerate(items) if item.depth == 0 and item.label]
        number = step.number if step else behind.number + 1 if behind else len(tops) + 1
        if number - 1 > len(tops):
            raise Unfit(f"{article.label} has {len(tops)} 项")
        at = tops[number - 1] if number - 1 < len(tops) else len(items)
        for k, item in enumerate(new):
            item.label = item.label or statute.labelled(number + k)
        items[at:at] = new
        statute.counted(items)
        article.by.append(order)

    def _renumber(self, order: int, op: Operation) -> None:
        place, to = op.places[0], op.to[0]
        if place[-1].unit != to[-1].unit:
            raise Unfit("a unit of one kind becomes one of another")
        if to[-1].unit == "条":
            article = self.article(place)
            self.fixed[id(article)] = (to[-1].number, to[-1].suffix)
            article.by.append(order)
        elif to[-1].unit in ("章", "节"):
            self.headings.renumber(place, to, order)
        elif to[-1].unit not in ("款", "项"):
            raise Unfit(f"a whole {to[-1].unit} is not moved")
        # 款 and 项 count by themselves: where they stand is said by what is put in or taken out.

    def _merge(self, order: int, op: Operation) -> None:
        places = list(op.places)
        if len(places) < 2 or any(place[-1].unit != "条" for place in places) or not op.new:
            raise Unfit("it is not said what is merged into what")
        first, *rest = (self.article(place) for place in places)
        first.paragraphs = statute.paragraphs_of(op.new)
        first.by.append(order)
        for article in rest:
            self.gone[id(article)] = article
            article.by.append(order)
        if op.to:
            self.fixed[id(first)] = (op.to[0][-1].number, op.to[0][-1].suffix)

    def _title(self, order: int, op: Operation) -> None:
        title = op.new[0].strip("《》")
        for part in self.law.parts:
            if isinstance(part, Block) and part.kind == "title":
                part.lines, part.by = [title], [*part.by, order]
                self.law.title = title
                return
        raise Unfit("the text prints no title")

    def _preamble(self, order: int, op: Operation) -> None:
        first = next((n for n, part in enumerate(self.law.parts) if isinstance(part, Article)), len(self.law.parts))
        own = [
            part
            for part in self.law.parts[:first]
            if isinstance(part, Block)
            and part.kind in ("paragraph", "lead", "preface")
            and _SENTENCE.search(part.lines[-1])
        ]
        if len(own) != 1:
            raise Unfit(f"before the first article stand {len(own)} paragraphs, and one is to be replaced")
        own[0].lines, own[0].by = list(op.new), [*own[0].by, order]

    # ------------------------------------------------------------------ numbers

    def number(self) -> list[str]:
        """Takes out what is gone and gives out the numbers; says where what the decision names does not agree."""
        self.law.parts = [p for p in self.law.parts if id(p) not in self.gone]
        articles = self.law.articles
        plain = any(a.number[1] is None for a in articles if a.base is None) or any(
            n[1] is None for n in self.fixed.values()
        )
        if not (self.reordered or plain):
            return []
        doubts: list[str] = []
        count = 0
        for article in articles:
            fixed = self.fixed.get(id(article))
            if fixed is not None and fixed[1] is not None:
                article.number = fixed
                continue
            if article.number[1] is not None and article.base is not None and not self.reordered:
                continue
            count += 1
            if fixed is not None and fixed[0] != count:
                was = f"第{article.base[0]}条" if article.base else "an added article"
                doubts.append(f"{was} is to be number {fixed[0]}, and comes to stand as number {count}")
            article.number = (count, None)
        return doubts


def apply(law: Statute, operations: Sequence[tuple[int, Operation]]) -> tuple[list[Left], list[str], list[Article]]:
    """Applies operations (each with the number of its order) to a statute, in place.

    Gives what was not applied, with the reason; in what the numbers that the decision names do not agree with the text;
    and the articles that were taken out.
    Articles that move to another place than their order are put there first.
    """
    applier = _Applier(law)
    before = [heading.line for heading in headings(law)]
    left: list[Left] = []
    later: list[tuple[int, Operation]] = []
    for order, op in operations:
        if op.kind == "insert" and op.unit == "条":
            later.append((order, op))
            continue
        _try(applier, order, op, left)
    _move(applier)
    # By the number that each is to have: so those before it are there already.
    for order, op in sorted(later, key=lambda one: _rank(one[1])):
        _try(applier, order, op, left)
    doubts = applier.number() + applier.headings.number() + applier.headings.contents(before)
    return left, doubts, list(applier.gone.values())


def _try(applier: _Applier, order: int, op: Operation, left: list[Left]) -> None:
    try:
        applier.do(order, op)
    except Unfit as error:
        left.append(Left(order, str(error)))


def _rank(op: Operation) -> tuple[int, int, int]:
    if op.to:
        return (0, op.to[0][-1].number, op.to[0][-1].suffix or 0)
    return (1, 0, 0)


def _move(applier: _Applier) -> None:
    """Puts articles that the decision moves before or behind others where their new numbers say."""
    articles = [a for a in applier.law.articles if id(a) not in applier.gone]
    fixed = [a for a in articles if id(a) in applier.fixed and applier.fixed[id(a)][1] is None]
    order = [applier.fixed[id(a)][0] for a in fixed]
    if order == sorted(order):
        return
    places = [place_of(applier.law.parts, a) for a in fixed]
    for place, article in zip(places, sorted(fixed, key=lambda a: applier.fixed[id(a)][0]), strict=True):
        applier.law.parts[place] = article
