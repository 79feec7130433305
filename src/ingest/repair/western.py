"""Western letters that were encoded twice (`definiÃ«ren`), undone as ftfy does it."""

from collections.abc import Iterator

from ingest.traced import Change

NOISE = 4
"""So many letters beyond ASCII in words that no language has: what comes out is noise."""


def changes(line: str) -> Iterator[Change]:
    """Western double encodings, as ftfy sees them, where words come out."""
    import ftfy  # half a tenth of a second: only for lines that show such

    from ingest.repair import latin

    settings = ftfy.TextFixerConfig(
        unescape_html=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_line_breaks=False,
        remove_terminal_escapes=False,
        remove_control_chars=False,
        normalization=None,
    )
    fixed = ftfy.fix_text(line, settings)
    if fixed != line and sum(count for _, _, count in latin.broken(fixed)) < NOISE:  # noise stays noise
        head = _alike(line, fixed)
        tail = _alike(line[head:][::-1], fixed[head:][::-1])
        after = fixed[head : len(fixed) - tail]
        if line.count("`", 0, head) % 2 and "`" in line[len(line) - tail :]:  # shown as code
            return
        yield Change(head, len(line) - tail, after, "double-encoding", "likely", "ftfy")


def _alike(one: str, other: str) -> int:
    """How many characters two texts share at their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
