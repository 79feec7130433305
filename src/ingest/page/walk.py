"""One walk over the parsed tree: every visible line in reading order, and which element holds which lines.

Everything later (container, titles, tables, facts) works on the lists made here and never goes back to the tree: a tree
crossed twice costs as much as the parse. An element's figures come from prefix sums over its lines, so a page with a
thousand nested boxes costs no more than a flat one.
"""

import re
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.config import Limits
from ingest.errors import Rejected

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
_BOLD = frozenset(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"))
_PRE = frozenset(("pre", "xmp", "listing", "plaintext"))

_SPACE = re.compile(r"[ \t\n\r\f]+")
# Not visibility:hidden: pages hide their article so until a script has run, and then show it.
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_ALIGN = re.compile(r"text-align\s*:\s*(\w+)", re.I)
_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table)", re.I)
_WEIGHT = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.I)
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|rtf|zip|rar|7z|ceb)(?:$|[?#&])", re.I)
_MARKS = re.compile(r"[，。；：！？、,;!?…”」]")


class Line:
    """A visible line: its text, the box it stands in, and how it is set."""

    __slots__ = ("bold", "box", "center", "file", "link", "marks", "size", "spaced", "text", "unit")

    def __init__(
        self, text: str, spaced: str, box: int, unit: int, link: int, bold: int, center: bool, file: bool
    ) -> None:
        self.text = text
        self.spaced = spaced  # the same with a space where one inline element ends and the next begins
        self.box = box
        self.unit = unit  # the lines that <br> makes of one block share it
        self.size = len(text)
        self.link = link
        self.bold = bold
        self.center = center
        self.file = file  # a link in it leads to a document file
        self.marks = len(_MARKS.findall(text)) if len(text) > 3 else 0


class Box:
    """An element that is a block, or that carries a name: its lines are `lines[first:last]`."""

    __slots__ = ("attributes", "first", "index", "last", "name", "node", "parent", "tag")

    def __init__(self, index: int, tag: str, parent: int, first: int, attributes: dict[str, str | None]) -> None:
        self.index = index
        self.tag = tag
        self.parent = parent
        self.first = first
        self.last = first
        self.attributes = attributes
        self.node: LexborNode | None = None
        # Names are compared folded: id and class, as a page's author wrote them.
        self.name = f"#{attributes.get('id') or ''} .{attributes.get('class') or ''}" if attributes else "# ."


class Layout(NamedTuple):
    """What the walk found."""

    title: str
    lines: list[Line]
    boxes: list[Box]
    images: int
    frames: int
    inputs: list[str]

    def sums(self) -> tuple[list[int], list[int], list[int]]:
        """Prefix sums over the lines: characters, characters in links, punctuation marks."""
        return (
            list(accumulate((line.size for line in self.lines), initial=0)),
            list(accumulate((line.link for line in self.lines), initial=0)),
            list(accumulate((line.marks for line in self.lines), initial=0)),
        )


def fold(text: str) -> str:
    """White space as a browser folds it: runs of ASCII white space are one space, other spaces stay."""
    return _SPACE.sub(" ", text).strip(" ")


def walk(tree: LexborHTMLParser, limits: Limits) -> Layout:
    """Every visible line of `tree` and the boxes around them."""
    lines: list[Line] = []
    boxes: list[Box] = [Box(0, "html", -1, 0, {})]
    inputs: list[str] = []
    pieces: list[str] = []
    images = frames = count = unit = box = 0
    link = bold = 0  # characters of the open line that are set so
    in_link = in_bold = in_pre = 0
    center = in_file = False

    def flush() -> None:
        nonlocal link, bold, in_file
        text = "".join(pieces)
        if not in_pre:
            text = _SPACE.sub(" ", text)
        text = text.strip(" \n\r\t\f")
        if text and not text.isspace():
            spaced = fold(" ".join(pieces)) if len(pieces) > 1 and len(text) < 200 else text
            lines.append(Line(text, spaced, box, unit, link, bold, center, in_file))
        pieces.clear()
        link = bold = 0
        in_file = False

    title_node = tree.css_first("title")
    title = fold(title_node.text()) if title_node is not None else ""
    root = tree.root
    # What to restore on leaving an element: it, and the state outside.
    stack: list[tuple[LexborNode, int, int, int, int, bool, bool]] = []
    node = root.first_child if root is not None else None
    while True:
        if node is None:
            if not stack:
                break
            node, outer, in_link, in_bold, pre, center, block = stack.pop()
            if block:
                if pieces:
                    flush()
                unit += 1
            in_pre = pre
            if box != outer:
                boxes[box].last = len(lines) + (1 if pieces else 0)
                box = outer
            node = node.next
            continue
        tag = node.tag or "-"
        if tag == "-text":
            piece = node.text_content or ""
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
            if in_bold:
                bold += len(piece.strip())
        elif tag == "br":
            flush()
        elif tag in _SKIP:
            if tag == "img":
                images += 1
            elif tag == "iframe" or tag == "frame":
                frames += 1
            elif tag == "input":
                inputs.append((node.attributes.get("type") or "text").lower())
        elif tag[0] not in "-!":
            count += 1
            attributes = node.attributes
            style = attributes.get("style") if attributes else None
            if "hidden" in attributes or (style and _HIDDEN.search(style)):
                node = node.next
                continue
            block = tag in _BLOCK or (style is not None and _AS_BLOCK.search(style) is not None)
            if block and pieces:
                flush()
            stack.append((node, box, in_link, in_bold, in_pre, center, block))
            if len(stack) > limits.max_depth:
                raise Rejected("page", "too_deep", f"elements are nested more than {limits.max_depth} deep")
            if count > limits.max_tags:
                raise Rejected("page", "too_large", f"more than {limits.max_tags} HTML elements")
            if block:
                unit += 1
                align = attributes.get("align") if attributes else None
                if tag == "center":
                    center = True
                elif align:
                    center = align.lower() == "center"
                elif style:
                    aligned = _ALIGN.search(style)
                    if aligned:
                        center = aligned[1].lower() == "center"
                if tag in _PRE:
                    in_pre += 1
            elif tag == "a":
                in_link += 1
                if _FILE.search(attributes.get("href") or ""):
                    in_file = True
            if tag in _BOLD or (style and _WEIGHT.search(style)):
                in_bold += 1
            if block or "id" in attributes or "class" in attributes:
                made = Box(len(boxes), tag, box, len(lines), attributes)
                if tag == "table":
                    made.node = node
                boxes.append(made)
                box = made.index
            node = node.first_child
            continue
        node = node.next
    flush()
    boxes[0].last = len(lines)
    for made in boxes:
        made.last = min(made.last, len(lines))  # an open line may have turned out blank
    return Layout(title, lines, boxes, images, frames, inputs)
