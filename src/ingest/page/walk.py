"""One walk over the parsed tree: every visible line in reading order, and which element holds which lines.

Everything later (container, titles, tables, facts) works on the lists made here and never goes back to the tree: a tree
crossed twice costs as much as the parse. An element's figures come from prefix sums over its lines, so a page with a
thousand nested boxes costs no more than a flat one.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.config import Limits
from ingest.errors import Rejected
from ingest.page.layout import SPACE, Box, Layout, VisibleLine, fold, marks_in
from ingest.patterns import pattern

# What the walk does at an element. Unknown elements are inline, as in a browser.
_SKIP = frozenset(
    """
    script style noscript template option select datalist iframe frame object embed applet audio video canvas
    svg math head meta link base basefont param source track area map img input col colgroup noframes noembed
    progress meter textarea
    """.split()  # noqa: SIM905
)
_BLOCK = frozenset(
    """
    html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption
    figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup legend li listing main menu nav ol p plaintext
    pre search section summary table caption tbody thead tfoot tr td th ul xmp marquee button hr
    optgroup
    """.split()  # noqa: SIM905
)
# Those that are entered come last: most elements are, and one comparison tells.
_SKIPPED, _BREAK, _GLOSS, _RAISED, _INLINE, _SETTING, _BLOCKY = 1, 2, 3, 4, 5, 6, 7
_DOES = dict.fromkeys(_SKIP, _SKIPPED) | dict.fromkeys(_BLOCK, _BLOCKY)
_DOES |= {"br": _BREAK, "-comment": _SKIPPED, "!doctype": _SKIPPED, "": _SKIPPED}
_DOES |= dict.fromkeys(("a", "b", "strong"), _SETTING)
_DOES |= {"rt": _GLOSS, "rp": _GLOSS, "sup": _RAISED}
_BOLD = frozenset(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"))
# Blocks that hold a line or a few, and no furniture: their lines belong to the box around them.
_LEAF = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "caption", "figcaption", "legend", "summary"))
_PRE = frozenset(("pre", "xmp", "listing", "plaintext"))
_FIELDS = frozenset(("input", "textarea", "select"))
_WHOLE = frozenset(("html", "body"))  # hidden, they wait for a script that shows the page

# Raised figures that the text would run together with what they stand on: 10<sup>3</sup>, m<sup>2</sup>.
_EXPONENT = pattern(r"[-−–]?[0-9]{1,3}")
_BASE = pattern(r"(?:[0-9]|(?<![A-Za-z])(?:[cdhkmnμµ]?m|k?g|[smhdatLKWJNV]|mol|Pa|Hz))\Z")
_HIGH = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
_WIDE_LINK = 24  # characters of a link from which on it is looked at
_WIDEST_LINK = 400
_LONGEST_GLOSS = 40  # characters; what is longer is text in an element that nobody closed

# Not visibility:hidden: pages hide their article so until a script has run, and then show it.
_HIDDEN = pattern(r"display\s*:\s*none", re.I)
_ALIGN = pattern(r"text-align\s*:\s*(\w+)", re.I)
_AS_BLOCK = pattern(r"display\s*:\s*(?:block|flex|grid|table)", re.I)
_AS_WRITTEN = pattern(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)
# In classes by which text keeps its own line breaks: of bulletin boards, and of a style sheet of utilities.
_BOARD, _UTILITY = "bbs-", "whitespace-"
_WRITTEN_SO = pattern(r"\bbbs-(?:content|screen)\b|\bwhitespace-(?:pre|break-spaces)")
_WEIGHT = pattern(r"font-weight\s*:\s*(bold|[6-9]00)", re.I)
_FILE = pattern(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|rtf|zip|rar|7z|ceb)(?:$|[?#&])", re.I)


def _written_so(name: str | None) -> bool:
    """Whether an element of these classes shows line breaks as they are written."""
    return name is not None and (_BOARD in name or _UTILITY in name) and _WRITTEN_SO.search(name) is not None


class _Style(NamedTuple):
    hidden: bool
    block: bool
    align: str | None
    bold: bool
    pre: bool


@lru_cache(maxsize=4096)
def _style(style: str) -> _Style:
    aligned = _ALIGN.search(style)
    return _Style(
        _HIDDEN.search(style) is not None,
        _AS_BLOCK.search(style) is not None,
        aligned[1].lower() if aligned else None,
        _WEIGHT.search(style) is not None,
        _AS_WRITTEN.search(style) is not None,
    )


_PLAIN = _Style(False, False, None, False, False)


def _short(node: LexborNode, depth: int = 3) -> str | None:
    """The text of an element that holds a few words and nothing but inline elements; looks at a few nodes only."""
    parts: list[str] = []
    child = node.first_child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            part = child.text_content
        elif depth and tag not in _BLOCK and _DOES.get(tag) != _BREAK and tag != "a":
            part = _short(child, depth - 1)
        else:
            return None
        if part is None or len(parts) > 7 or len(part) > _LONGEST_GLOSS:
            return None
        parts.append(part)
        child = child.next
    return "".join(parts)


def _is_gloss(node: LexborNode) -> bool:
    """Whether an rt or rp is the reading beside a character, and not text that an unclosed one has swallowed."""
    over = node.parent
    return over is not None and over.tag == "ruby" and _short(node) is not None


def _raised(node: LexborNode, before: list[str]) -> str | None:
    """A sup's figures as raised characters, where they stand directly on a figure or a unit; None elsewhere."""
    text = (_short(node) or "").strip()
    if not _EXPONENT.fullmatch(text) or not _BASE.search("".join(before[-4:])[-6:]):
        return None
    return text.translate(_HIGH)


def _unlink(lines: list[VisibleLine], wide: dict[str, list[int]]) -> None:
    """Text inside a link that nobody closed is text: one target of several paragraphs, or of a very long one."""
    for numbers in wide.values():
        held = [lines[n] for n in numbers]
        stops = sum(line.text.count("。") for line in held)
        if stops > 3 and (len(held) > 2 or held[0].size > _WIDEST_LINK):
            for line in held:
                line.link = 0
                line.marks = marks_in(line.text)


def _unpress(lines: list[VisibleLine], bare: set[int]) -> None:
    """A sentence or more in an `<a>` that has no target at all is text and no button."""
    for line in (lines[n] for n in bare if n < len(lines)):
        if line.idle > _WIDE_LINK and "。" in line.text:
            line.link = line.idle = 0
            line.marks = marks_in(line.text)


def _place(lines: list[VisibleLine], centred: list[int]) -> None:
    """What centres whole paragraphs places a box, and makes no headline of its lines."""
    placing = {by for by, line in zip(centred, lines, strict=True) if by and line.size > 60 and line.marks > 1}
    if placing:
        for by, line in zip(centred, lines, strict=True):
            line.center = line.center and by not in placing


def walk(tree: LexborHTMLParser, limits: Limits) -> Layout:
    """Every visible line of `tree` and the boxes around them; where a page hides all it has until a script has run, what it hides."""
    found = _walk(tree, limits)
    if found.lines or found.frames:
        return found
    return _walk(tree, limits, hidden=True)._replace(hidden=True)


def _walk(tree: LexborHTMLParser, limits: Limits, hidden: bool = False) -> Layout:
    lines: list[VisibleLine] = []
    boxes: list[Box] = [Box(0, "html", -1, 0, {})]
    inputs: list[str] = []
    fields: list[int] = []
    times: list[tuple[int, str]] = []
    images: list[int] = []
    pieces: list[str] = []
    frames = count = unit = box = 0
    link = bold = idle = 0  # characters of the open line that are set so; idle: in links that lead nowhere
    in_link = in_bold = in_pre = 0
    in_file = False
    center = 0  # which of the elements that centre their text the open line stands in; 0: none
    centred: list[int] = []  # the same of every line
    centring = 0  # elements seen that centre their text
    target: str | None = ""  # where the link leads that was opened last; None: it has no target at all
    bare: set[int] = set()  # lines with text in such a one
    nowhere = False
    opened = 0  # links opened in the open line
    wide: dict[str, list[int]] = {}  # lines that are mostly a long link, by where it leads
    within = "body", ""  # the innermost block, and the classes of one that is no box
    max_depth = limits.max_depth
    does = _DOES.get

    def flush() -> None:
        nonlocal link, bold, idle, in_file, pieces, opened
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        text = text.strip(" \n\r\t\f")
        if in_pre == 0 and ("\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text):
            text = SPACE.sub(" ", text)
        if text and not text.isspace():
            if link > _WIDE_LINK and opened < 2 and not nowhere:
                wide.setdefault(target or "", []).append(len(lines))
            lines.append(VisibleLine(text, pieces, within, box, unit, link, bold, center > 0, in_file))
            centred.append(center)
            if idle == link:
                lines[-1].idle = idle
        pieces = []
        link = bold = idle = opened = 0
        in_file = False

    title_node = tree.css_first("title")
    title = fold(title_node.text()) if title_node is not None else ""
    root = tree.root
    # What to restore on leaving an element: it, and the state outside where it changed any.
    stack: list[tuple[LexborNode, tuple[tuple[str, str], int, int, int, int, int, bool] | None]] = []
    node = root.first_child if root is not None else None
    while True:
        if node is None:
            if not stack:
                break
            node, outside = stack.pop()
            if outside is None:
                node = node.next
                continue
            over, outer, in_link, in_bold, pre, centered, block = outside
            if block:
                if pieces:
                    flush()
                unit += 1
            center = centered  # after the line is out: it is centred as the element was that ends here
            within = over
            in_pre = pre
            if box != outer:
                boxes[box].last = len(lines) + 1 if pieces else len(lines)
                box = outer
            node = node.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            piece = node.text_content
            if piece and (pieces or not piece.isspace()):
                if in_pre and "\n" in piece:
                    first, *rest = piece.split("\n")
                    pieces.append(first)
                    for more in rest:
                        flush()
                        pieces.append(more)
                else:
                    pieces.append(piece)
                if in_link:
                    link += len(piece.strip())
                    if nowhere:
                        if target is None:
                            bare.add(len(lines))
                        idle += len(piece.strip())
                if in_bold:
                    bold += len(piece.strip())
            node = node.next
            continue
        action = does(tag, _INLINE)
        if action < _INLINE:
            if action == _SKIPPED:
                if tag == "img":
                    images.append(len(lines))
                elif tag == "iframe" or tag == "frame":
                    frames += 1
                elif tag in _FIELDS:
                    inputs.append((node.attributes.get("type") or "text").lower() if tag == "input" else tag)
                    fields.append(len(lines))
                node = node.next
                continue
            if action == _BREAK:
                if pieces:
                    flush()
                node = node.next
                continue
            if action == _GLOSS:
                if _is_gloss(node):
                    node = node.next
                    continue
            elif raised := _raised(node, pieces):
                pieces.append(raised)
                link += len(raised) if in_link else 0
                bold += len(raised) if in_bold else 0
                node = node.next
                continue
        count += 1
        if len(stack) >= max_depth:
            raise Rejected("page", "too_deep", f"elements are nested more than {max_depth} deep")
        attributes = node.attributes
        style = _PLAIN
        if attributes:
            if "style" in attributes:
                style = _style(attributes["style"] or "")
            if (style.hidden or "hidden" in attributes) and not hidden and tag not in _WHOLE:
                node = node.next
                continue
        if action == _BLOCKY or style.block:
            if pieces:
                flush()
            stack.append((node, (within, box, in_link, in_bold, in_pre, center, True)))
            unit += 1
            within = tag, (attributes["class"] or "") if tag in _LEAF and "class" in attributes else ""
            align = "center" if tag == "center" else style.align
            if tag == "table":
                align = "left"  # its own align places the box; that of an element around it stops here too
            elif attributes and "align" in attributes:
                align = (attributes["align"] or "").lower()
            if align:
                centring += 1
                center = centring if align in ("center", "middle") else 0
            if tag in _PRE or style.pre or ("class" in attributes and _written_so(attributes["class"])):
                in_pre += 1
            if style.bold or tag in _BOLD:
                in_bold += 1
            boxed = tag not in _LEAF or "id" in attributes
        else:
            boxed = "id" in attributes
            if tag == "time" and "datetime" in attributes:
                times.append((len(lines), attributes["datetime"] or ""))
            if boxed or action != _INLINE or style.bold:
                stack.append((node, (within, box, in_link, in_bold, in_pre, center, False)))
                if tag == "a":
                    target = attributes["href"] or "" if "href" in attributes else None
                    nowhere = not target or target == "#" or target[:11].lower() == "javascript:"
                    # With a name only it is a place that links lead to, and its text is text; without either, a button.
                    if target or not ("name" in attributes or "id" in attributes):
                        in_link += 1
                        opened += 1
                        if target and _FILE.search(target):
                            in_file = True
                elif style.bold or tag in _BOLD:
                    in_bold += 1
            else:
                stack.append((node, None))
        if boxed:
            made = Box(len(boxes), tag, box, len(lines), attributes)
            if tag == "table":
                made.node = node
            boxes.append(made)
            box = made.index
        node = node.first_child
    if count > limits.max_tags:
        raise Rejected("page", "too_large", f"more than {limits.max_tags:,} HTML elements")
    if pieces:
        flush()
    _unlink(lines, wide)
    _unpress(lines, bare)
    _place(lines, centred)
    boxes[0].last = len(lines)
    for made in boxes:
        if made.last > len(lines):
            made.last = len(lines)  # an open line turned out blank
    for n, value in times:
        if n < len(lines):
            lines[n].time = value
    return Layout(title, lines, boxes, images, frames, inputs, times, fields=fields)
