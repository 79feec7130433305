"""What the counts of a text say of one another: where each goes on, and which of them enclose others against their rank.

A list stands below an article, and a heading without a number beside a list, unless the counts say otherwise: where 一、 opens
before the first article and goes on behind a later one, it divides the articles (一、合同协议书, 二、合同条款) and encloses them.
"""

from collections.abc import Sequence
from itertools import pairwise

from ingest.outline import unnumbered
from ingest.outline.candidates import Marker
from ingest.outline.lines import COLONS
from ingest.outline.piece import Count, Piece

LISTS = frozenset({"level1", "level2", "level3", "level4", "level5", "decimal", "letter", "formal"})


def going_on(units: Sequence[Piece]) -> tuple[list[int], list[int]]:
    """For each numbered unit where the next of its own count stands (0: the count ends with it), and where the last."""
    out = [0] * len(units)
    last = list(range(len(units)))
    # What Markdown numbers by itself has 1. before each item.
    most: dict[str, int] = {}
    for unit in units:
        if unit.kind == "level3" and unit.number is not None and unit.number > most.get(unit.style, 0):
            most[unit.style] = unit.number
    later: dict[Count, int] = {}  # the next unit of each count
    for i in range(len(units) - 1, -1, -1):
        unit = units[i]
        if unit.opens:
            later.clear()
        if unit.number is None or not unit.style:
            continue
        count = unit.count
        after = later.get(count)
        if after is not None and ((units[after].number or 0) > unit.number or most.get(unit.style) == 1):
            out[i] = after
            last[i] = last[after]
        later[count] = i
    _divided(units, out)
    return out, last


def _divided(units: Sequence[Piece], going: list[int]) -> None:
    """Ends the counts that headings without numbers divide: one stands right before the first item, and one before an item further on."""
    headed: set[int] = set()  # items of counts whose first stands right below a heading
    for i, unit in enumerate(units):
        after = going[i]
        if not after or unit.kind not in ITEMS:
            continue
        if unit.number == 1 and i and units[i - 1].kind == "heading" and not units[i - 1].level:
            headed.add(i)
        if i in headed:
            headed.add(after)
            if after > i + 1 and units[after - 1].kind == "heading":
                going[i] = 0


def nest(text: str, units: Sequence[Piece]) -> None:
    """Puts a list that begins again below its own item below that item: 1. 如下： opens 1., 2., and 2. goes on with the first.

    It does where the item ends in a colon and the same style begins anew right behind it, and where the number that is
    next of the count around comes behind the inner list (5., 1., 2., 3., 6.).
    """
    around: dict[str, list[int]] = {}  # by style the last number of each open count, the outermost first
    ranks: dict[str, float] = {}
    before: Piece | None = None
    listed = False  # whether the items are an article's
    resumed: dict[int, int] = {}
    inmost = ""  # the style of the last item, than which none in `around` is deeper
    for i, unit in enumerate(units):
        kind, number = unit.kind, unit.number
        if unit.opens or kind in ("part", "subpart", "chapter", "section", "article"):
            around.clear()
            listed = kind == "article"
        if number is None or kind not in LISTS or unit.path:
            before = unit if kind not in ("paragraph", "bullet") else None
            continue
        own = unit.style
        if own != inmost:
            inmost = own
            for style in [style for style in around if ranks[style] > unit.rank]:
                del around[style]
        ranks[own] = unit.rank
        open_counts = around.setdefault(own, [])
        last = open_counts[-1] if open_counts else 0
        if number != last + 1:
            if number == 1 and not resumed:
                resumed = _resumed(units, i)
            if number == 1 and before is not None and _opens_again(text, before, unit, listed):
                open_counts.append(0)
            elif number == 1 and (after := resumed.get(i, 0) - 1) > 0 and after in open_counts:
                del open_counts[len(open_counts) - open_counts[::-1].index(after) :]
                open_counts.append(0)
            elif number - 1 in open_counts:
                del open_counts[open_counts.index(number - 1) + 1 :]
            else:
                open_counts.clear()
        if not open_counts:
            open_counts.append(0)
        open_counts[-1] = number
        depth = len(open_counts) - 1
        if depth:
            unit.rank += 0.2 * depth
            unit.style += "+" * depth
        before = unit


def _resumed(units: Sequence[Piece], first: int) -> dict[int, int]:
    """For each unit from `first` on that begins a list the first number of its style behind that list which is not 1: where a count around
    it goes on. What is numbered beyond the end of a component, or by a path, does not count."""
    out: dict[int, int] = {}
    behind: dict[str, int] = {}  # by style the number of the next unit
    going: dict[str, int] = {}  # by style what comes behind the run of the next unit
    for i in range(len(units) - 1, first - 1, -1):
        unit = units[i]
        if unit.opens:
            behind.clear()
            going.clear()
        if unit.number is None or unit.kind not in LISTS or unit.path:
            continue
        number = behind.get(unit.style, 0)
        if number != unit.number + 1:
            # The run ends here. Behind it stands another that begins, or the count around it.
            going[unit.style] = going.get(unit.style, 0) if number == 1 else number
        if unit.number == 1:
            out[i] = going.get(unit.style, 0)
        behind[unit.style] = unit.number
    return out


def _opens_again(text: str, before: Piece, unit: Piece, listed: bool) -> bool:
    """Whether an item that ends in a colon, on a line of its own, opens a list of its own style. `listed`: it is an article's,
    of which a further sentence may be another paragraph of the article."""
    return (
        before.style.rstrip("+") == unit.style
        and colon(text, before)
        and text.find("\n", before.body[1], unit.start) >= 0
        and not (listed and text.find("。", before.start, before.body[1]) >= 0)
    )


_SHORT = 40  # characters of a bullet that a list is below though it does not end in a colon


def below_bullets(text: str, units: Sequence[Piece]) -> None:
    """Puts a list that a short bullet or one ending in a colon opens below that bullet, where bullets of its sign go on behind
    the list, or where the list is set in."""
    for k, unit in enumerate(units[:-2]):
        first = units[k + 1]
        if unit.kind != "bullet" or first.number != 1 or first.kind not in LISTS:
            continue
        set_in = _margin(text, first) > _margin(text, unit)
        if not set_in and not colon(text, unit) and unit.body[1] - unit.start > _SHORT:
            continue
        end = k + 2
        while end < len(units) and units[end].kind in LISTS and units[end].rank >= first.rank:
            end += 1
        goes_on = end < len(units) and units[end].kind == "bullet" and sign(text, units[end]) == sign(text, unit)
        if goes_on or ((set_in or colon(text, unit)) and not outermost(first)):
            unit.holds = True
            for inner in units[k + 1 : end]:
                inner.rank = unit.rank + 0.002 * inner.rank


def indented(text: str, units: Sequence[Piece]) -> None:
    """Puts bullets below those before them in the same list from which they are set in. Lines of a page's markup have no indent."""
    open_bullets: list[tuple[int, Piece]] = []  # by how far they are set in, the outermost first
    before: Piece | None = None
    for unit in units:
        if unit.kind != "bullet":
            open_bullets.clear()
        else:
            indent = _margin(text, unit)
            while open_bullets and open_bullets[-1][0] >= indent:
                open_bullets.pop()
            if open_bullets and open_bullets[-1][1] is not before and not open_bullets[-1][1].holds:
                open_bullets.clear()  # set in by chance: it follows one at another margin
            if open_bullets and len(open_bullets) < 9:
                open_bullets[-1][1].holds = True
                unit.rank += 0.1 * len(open_bullets)
            open_bullets.append((indent, unit))
        before = unit


def _margin(text: str, unit: Piece) -> int:
    """How far a unit is set in that begins a line."""
    margin = text[text.rfind("\n", 0, unit.start) + 1 : unit.start]
    return len(margin.expandtabs(4)) if not margin.strip() else 0


def sign(text: str, unit: Piece) -> str:
    """What a bullet is printed as."""
    return text[slice(*unit.label)].strip()


def colon(text: str, unit: Piece) -> bool:
    """Whether a unit's own words end in a colon."""
    end = max(unit.body[1], unit.heading[1])
    return text[end - 1] in COLONS


def above_articles(markers: Sequence[Marker], borders: Sequence[int]) -> set[int]:
    """Where the units of lists begin that articles stand below: a count that begins before the first article of its
    component and goes on behind one. `borders` are where components begin."""
    out: set[int] = set()
    fences = [*borders, len(markers) and markers[-1].end]
    at = 0
    for fence in fences:
        first = at
        while at < len(markers) and markers[at].start < fence:
            at += 1
        out |= _interleaved(markers[first:at])
    return out


def _interleaved(markers: Sequence[Marker]) -> set[int]:
    articles = [k for k, marker in enumerate(markers) if marker.style.kind == "article"]
    if not articles or articles[0] == 0:
        return set()
    out: set[int] = set()
    # Each divides what is below it: an article is the next that is numbered. Lists of articles may have the same sign.
    heads = [k for k, one in enumerate(markers[:-1]) if markers[k + 1].style.kind == "article"]
    for style in {marker.style for marker in markers[: articles[0]] if marker.style.kind in LISTS}:
        chain: list[int] = []
        for k in heads:
            if markers[k].style is style and markers[k].number == len(chain) + 1 and (chain or k < articles[0]):
                chain.append(k)
        if len(chain) >= 3:
            out.update(markers[k].start for k in chain)
            continue
        chain = []
        for k, marker in enumerate(markers):
            if marker.style is style and marker.number == len(chain) + 1:
                chain.append(k)
            elif marker.style is style and marker.number == 1 and k < articles[0]:
                chain = [k]
            elif marker.style is style and k > articles[0]:
                chain.clear()  # it begins again below an article: these are lists of articles
                break
        if any(one < article < two for one, two in pairwise(chain) for article in articles):
            out.update(markers[k].start for k in chain)
    return out


def headed(text: str, units: Sequence[Piece]) -> set[int]:
    """Headings without a number that enclose the list below them.

    A heading right before 一、 does, one of several that each have a count of their own, and one of many that the text
    is divided by throughout. A single one somewhere before the first 一、 stands beside it.
    """
    out: set[int] = set()
    starts = [i for i, unit in enumerate(units) if unit.number == 1 and outermost(unit)]
    plain = [i for i, unit in enumerate(units) if unit.kind == "heading" and not unnumbered.stock(text, *unit.heading)]
    heading = -1
    for i, unit in enumerate(units):
        if unit.kind == "heading":
            heading = i
        elif unit.number == 1 and outermost(unit) and heading >= 0:
            if unit.kind == "decimal" and unnumbered.stock(text, *units[heading].heading):
                pass  # the foreword of a standard
            elif i - heading == 1 or out or i < starts[-1] or (len(plain) >= 3 and i < plain[-1]):
                out.add(heading)
            heading = -1
    return out


ITEMS = frozenset({"level3", "level4", "level5", "letter"})


def items(units: Sequence[Piece], going: Sequence[int]) -> list[Piece]:
    """The last units of lists whose items are a few words each, without a sentence's end and with nothing below any of
    them: what follows such a list is not its last item's. `going`: where the count of each unit goes on."""
    out: list[Piece] = []
    run = 0  # of items behind one another, the first of which is the first of its count
    for k, unit in enumerate(units):
        item = unit.kind in ITEMS and unit.body[0] == unit.body[1] and unit.heading_end > 0
        goes_on = (
            run > 0 and item and unit.number == (units[k - 1].number or 0) + 1 and unit.count == units[k - 1].count
        )
        if run >= 3 and not going[k - 1] and unit.kind == "paragraph":
            out.append(units[k - 1])
        run = run + 1 if goes_on else int(item and unit.number == 1)
    return out


def outermost(unit: Piece) -> bool:
    """Whether a unit is of a kind that numbers whole texts."""
    return unit.kind in ("level1", "formal") or (
        unit.kind == "decimal" and unit.path is not None and len(unit.path) == 1
    )
