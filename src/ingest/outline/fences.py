"""Where Markdown says that a program or a formula is printed: between fences (```, ~~~, $$), as CommonMark 0.31, 4.5, has it.

A fence is closed by one of its own sign, as long at least, with nothing behind it; one in a quotation ends with the quotation. One that nothing closes
goes on to the end of the text, unless a heading of two marks and more stands below it (one mark is a remark's, too): it was forgotten then, and is none.
"""

from ingest.patterns import pattern

_QUOTED = pattern(r"(?:[ \t]{0,3}>[ \t]?)*")
_FENCE = pattern(r"[ \t\u3000\xa0]*(`{3,}|~{3,})[ \t]*([^`]*)$|[ \t]*(\$\$)\s*$")
_HEADING = pattern(r"#{2,6}[ \t]+\S")
SIGNS = ("```", "~~~", "$$")

Span = tuple[int, int]


def spans(text: str) -> list[Span]:
    """The places [start, end) of what fences enclose, with the lines of the fences, in order; none where the text has none."""
    if not any(sign in text for sign in SIGNS):
        return []
    out: list[Span] = []
    opened = ""  # the fence that is open, where it begins, and how deep in quotations it stands
    begin = depth = at = 0
    headed = False  # whether a heading stands below it
    before = 0
    for line in text.split("\n"):
        marks = _QUOTED.match(line)
        content = marks.end() if marks else 0
        deep = line.count(">", 0, content)
        if opened and deep < depth:
            out.append((begin, before))
            opened = ""
        found = _FENCE.match(line, content)
        if opened:
            headed = headed or _HEADING.match(line) is not None
            sign = (found[1] or found[3]) if found else ""
            if found and sign.startswith(opened) and not (found[2] or "").strip():
                out.append((begin, at + len(line)))
                opened = ""
        elif found:
            opened, begin, depth, headed = found[1] or found[3], at, deep, False
        before = at + len(line)
        at = before + 1
    if opened and not headed:
        out.append((begin, len(text)))
    return out
