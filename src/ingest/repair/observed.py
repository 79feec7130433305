"""The observed text of a slip, piece by piece, and what the bytes of each piece may have been."""

from collections.abc import Iterator

from ingest.patterns import pattern
from ingest.repair import bytes as gbk_bytes
from ingest.repair.characters import LETTERS, gbk, simplified, traditional_forms
from ingest.repair.hypotheses import DIGIT, Evidence, Token

QUESTION = "?\N{FULLWIDTH QUESTION MARK}"
PUNCTUATION = "，。、！；？,!;?"
GONE = "\x00\ufffd"
"""What other readers show for the half of a character and what it swallowed."""
SPOT = pattern(
    rf"(?:[{QUESTION}]|[{GONE}]{{1,2}})(?:(?<=[{GONE}])[(（])?([{LETTERS}]{{1,6}}) ?[)）](?:[(（]\1[)）])*"
    rf"|(?:[{QUESTION}]|[{GONE}]{{1,2}})(?=[{PUNCTUATION}])"
)
GLOSS = pattern(rf"[(（] ?([{LETTERS}]{{1,6}}) ?[)）]")
_TAG = pattern(
    "/?(?:a|abbr|b|big|blockquote|br|center|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|o:p|ol|p|pre|s|section|small|span|strong"
    "|sub|sup|table|tbody|td|th|tr|u|ul)[ >/]"
)
FIGURE = pattern("[0-9]|[.,][0-9]|[%％个個亿億万萬倍岁歲]")
_YEAR = pattern("([09])[0-9]{2}年")


def tokens(text: str, start: int, page: Evidence) -> Iterator[Token]:
    """The observed text from `start` on, piece by piece. Readings are taken off and kept with what they follow."""
    at = start
    while at < len(text):
        char = text[at]
        begin, at = at, at + 1
        if char == "\n":
            yield Token(begin, at, "line", char)
            continue
        match = SPOT.match(text, begin)
        if match and match[1] and is_reading(match[1], page.toneless):
            yield Token(begin, match.end(), "lost", "?", reading=match[1])
            at = match.end()
            continue
        reading = ""
        while match := GLOSS.match(text, at):
            if not is_reading(match[1], page.toneless):
                break
            reading, at = match[1], match.end()
        if char in QUESTION or char in GONE:
            while char in GONE and at < begin + 2 and text[at : at + 1] == char:
                at += 1
            forms = () if char in GONE else ((0xA3, 0xBF, 0.0 if char != "?" else 2.0),)
            marked = text[at : at + 1] in (*PUNCTUATION, "\n", "")
            yield Token(begin, at, "lost", char, forms, "", marked, _swallowed(text, at), text.startswith("/", at))
        elif char < "\x80":
            wide = (0xA1, 0xA1, 2.0) if char == " " else (0xA3, ord(char) | 0x80, 2.0)
            yield Token(begin, at, "ascii", char, (wide,), reading)
        else:
            shown = simplified(char) if page.converted else char
            yield Token(begin, at, "char", shown, _forms(char, page.converted), reading)


def is_reading(reading: str, toneless: bool) -> bool:
    """Whether some character has that reading."""
    return reading in gbk_bytes.by_reading(toneless)


def _forms(char: str, converted: bool) -> tuple[tuple[int, int, float], ...]:
    """The bytes of a character, and of what it may have been before a conversion."""
    if converted:
        forms = [(char, 4.0), (simplified(char), 0.0)]
    else:
        forms = [(c, 0.0 if c == char else 6.0) for c in (char, simplified(char), *traditional_forms().get(char, ""))]
    return tuple((*(*gbk(c), 0)[:2], penalty) for c, penalty in dict(reversed(forms)).items() if gbk(c))


def _swallowed(text: str, at: int) -> str:
    """ASCII characters that a "?" may have swallowed before what follows."""
    if _TAG.match(text, at):
        return "<"
    year = _YEAR.match(text, at)
    if year:
        return "2" if year[1] == "0" else "1"
    if text[at : at + 1] in ("", "\n"):
        return ""  # a carriage return
    if FIGURE.match(text, at):
        return "1" if text.startswith("0月", at) else DIGIT + ' ,.:;"'
    return ' ,.:;"'
