"""Double encodings, entities and escapes."""

import re

from ingest.traced import Change

_SUSPECT = re.compile(
    "[\u0080-\u009f]|[ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîï][\u0080-\u00ffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
)


def changes(text: str) -> list[Change]:
    """Lines that ftfy, with settings that leave Chinese punctuation alone, reads as another encoding."""
    if text.isascii() or not _SUSPECT.search(text):
        return []
    import ftfy

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
    out, at = [], 0
    for line in text.split("\n"):
        if _SUSPECT.search(line):
            fixed = ftfy.fix_text(line, settings)
            if fixed != line:
                out.append(Change(at, at + len(line), fixed, "double-encoding", "likely", "ftfy"))
        at += len(line) + 1
    return out
