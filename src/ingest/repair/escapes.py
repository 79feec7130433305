r"""Characters written as something else on purpose, and never read back: entities, `\u4e2d`, `%u4e2d`, `<U+4E2D>`, `u4e2d`, `%E4%B8%AD`,
`\xe4\xb8\xad`, `=E4=B8=AD`, `=?GBK?B?1tA=?=`, `~{VP~}`, `+Ti1W/Q-`, and halves of surrogate pairs.

All of these are legitimate somewhere: escapes in program text, percent signs in addresses, entities in a lesson on
HTML. So an escape is read only where it stands among text: not in an address, not right behind a quotation mark, and
only in runs that give Chinese (an entity may also give punctuation that ASCII lacks). A short one on a readable line is an example where words
about encodings are near, or where only programs and letters write so: declined.
"""

import base64
import binascii
import html
import quopri
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from ingest.patterns import pattern
from ingest.repair.quotes import LONGEST, MEANT, NEAR, TALK, quoted
from ingest.traced import Change

_FORM = r"(?:\\{1,2}|%)u[0-9a-fA-F]{4}|\\{1,2}u\{[0-9a-fA-F]{4,5}\}|<U\+[0-9a-fA-F]{4,5}>"
ENTITY = pattern(r"&(?:amp;){0,2}(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_ESCAPED = pattern(rf"(?:{_FORM}){{2,}}")
_SINGLE = pattern(rf"(?:{_FORM})+")
_BARE = pattern(
    r"(?<![0-9A-Za-z\\%])(?:(?:u(?:[4-9][0-9a-f]{3}|(?:ff0|300|201)[0-9a-f])(?:[0-9]{1,8}(?=u[4-9f]))?){3,}(?![a-z])|(?:&#(?:[xX][4-9][0-9a-fA-F]{3}|[1-4][0-9]{4})(?![0-9a-fA-F;])){2,})"
)
"""The same that have lost their backslashes or semicolons."""
_PERCENT = pattern(r"(?:%[0-9a-fA-F]{2}[@-~0-9.]{0,8}?){4,}")
_QUOTED = pattern(r"(?:=[0-9A-F]{2}(?:=\r?\n)?[A-Za-z0-9.]{0,8}?){4,}")
_CODE_UNIT = pattern(r"[uUxX]\+?\{?([0-9a-fA-F]{4,5})|#([0-9]{5})")
_UNIT = pattern("u([0-9a-f]{4})")
_HZ = pattern(r"~\{((?:[!-w][!-~])+)~\}")
_WORD = pattern(r"=\?(utf-?8|gb2312|gbk|gb18030|big5)\?([bBqQ])\?([!->@-~]+)\?=", re.IGNORECASE)
_UTF7 = pattern(r"\+([A-Za-z0-9+/]{3,})-?")
_PLUS = pattern(r"\+-")
_BASE64 = pattern(r"(?=[A-Za-z0-9/+]*[0-9/+A-Z][a-z])(?=[A-Za-z0-9/+]*[a-z][0-9/+A-Z])[A-Za-z0-9/+]{12,}$")
"""A key or a file in base64, in which a plus sign is a digit like others."""
_HALVES = pattern("[\ud800-\udbff][\udc00-\udfff]")
GATES = tuple(
    map(
        pattern,
        (
            r"&[#a-zA-Z]",
            r"\\[ux0-3][0-9a-fA-F{]",
            r"%[0-9a-fA-Fu]",
            r"=(?:[0-9A-F]{2}=|\?)",
            r"<U\+|~\{",
            "u[4-9][0-9a-f]{3}u",
            r"\+[A-Za-z0-9/]{3}",
        ),
    )
)
"""Without any of these and of `HALF` there is nothing to read back. One by one they are ten times as fast as in one pattern."""
HALF = pattern("[\ud800-\udbff]")
_HAN = pattern("[\u3400-\u9fff]")
_ADDRESS = pattern(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*$")
_IN_ADDRESS = pattern("://|www\\.|[/?=]")
_LINK = pattern(r"\]\([^\s()]*$")
_REACH = 200
_READABLE = 4
"""Chinese characters on a line that is readable."""
_WRITTEN = ("byte-escape", "hz", "encoded-word")
"""Rules for what stands in Chinese sentences only where they speak of it (git 显示 \\346\\226\\207.txt)."""
_CODE = pattern(r"</?[a-z]+[ >]|^\s*(?:var|let|const|def|if|for|return|import|#include)\b")
_STRIPPED = pattern("[|│:：,，;；「」]|&[#a-zA-Z0-9]+;")
_CUT = pattern("^[#a-zA-Z0-9;]{1,12};")
"""What is left of an entity where what stands before a place is cut off: of 路 as `&#x8def;` it may be a word of programs."""
_SPACES = {"nbsp", "ensp", "emsp", "thinsp", "#160", "#xa0", "#xA0"}


class Page:
    """A text with the beginnings of its lines, so that looking around an escape costs the same wherever it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def line(self, at: int) -> int:
        """The number of the line that holds a position."""
        return bisect_right(self.starts, at) - 1

    def before(self, at: int, most: int) -> str:
        """What stands before a position on its line, so many characters at most."""
        return self.text[max(self.starts[self.line(at)], at - most) : at]

    def after(self, at: int, most: int) -> str:
        """What stands from a position on on its line, so many characters at most."""
        return self.text[at : at + most].partition("\n")[0]


def changes(text: str) -> Iterator[Change]:
    """Every escape that is read back. On a line that has some, also those that alone would not be. Examples are declined."""
    page = Page(text)
    for change in _found(page):
        if change.rule not in ("entity", "surrogate-pair") and _example(page, change):
            note = f"{MEANT}{change.after}"
            change = change._replace(after=text[change.start : change.end], certainty="guess", note=note, applied=False)
        yield change


def _example(page: Page, change: Change) -> bool:
    """Whether an escape stands on a line that is readable without it, near words about encodings or in a way that no text is written."""
    if change.end - change.start > LONGEST:
        return False
    line = page.before(change.start, _REACH) + page.after(change.end, _REACH)
    if len(_HAN.findall(line)) < _READABLE:
        return False
    return (
        change.rule in _WRITTEN
        or page.text[change.start] == "<"
        or TALK.search(page.before(change.start, NEAR) + page.after(change.end, NEAR)) is not None
    )


def _found(page: Page) -> Iterator[Change]:
    text = page.text
    for match in _HALVES.finditer(text):
        pair = match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        yield Change(match.start(), match.end(), pair, "surrogate-pair")
    for match in ENTITY.finditer(text):
        after = _entity(match[1])
        if after is not None and _among_text(page, match, after) and not _shown(page, match, after):
            yield Change(match.start(), match.end(), after, "entity")
    lines: set[int] = set()
    for match in _ESCAPED.finditer(text):
        if not _in_code(page, match) and not _in_address(page, match.start()):
            after = _utf16(match[0]) if not quoted(text, match.start(), match.end()) else None
            if after and _HAN.search(after):
                lines.add(page.line(match.start()))
                yield Change(match.start(), match.end(), after, "escape")
    for match in _SINGLE.finditer(text) if lines else ():
        after = _utf16(match[0])
        if after and page.line(match.start()) in lines and after.isprintable():
            yield Change(match.start(), match.end(), after, "escape")
    for match in _BARE.finditer(text):
        bare = match[0].startswith("u")
        after = _UNIT.sub(lambda unit: chr(int(unit[1], 16)), match[0]) if bare else _utf16(match[0])
        if after and _all_chinese(after) and not _in_code(page, match) and not _in_address(page, match.start()):
            yield Change(match.start(), match.end(), after, "escape", "likely")
    for match in _HZ.finditer(text):
        after = _decoded(bytes(ord(c) | 0x80 for c in match[1]), "gb2312")
        if after and _all_chinese(after):
            yield Change(match.start(), match.end(), after, "hz")
    for match in _WORD.finditer(text):
        after = _word(match[1].lower(), match[2].lower(), match[3])
        if after and _all_chinese(after):
            yield Change(match.start(), match.end(), after, "encoded-word")
    for kind in _BYTES:
        yield from _bytes(page, kind)
    yield from _base64(page)


def _word(charset: str, way: str, body: str) -> str | None:
    """An encoded word of RFC 2047."""
    try:
        data = base64.b64decode(body) if way == "b" else quopri.decodestring(body.encode(), header=True)
    except binascii.Error:
        return None
    return _decoded(data, {"gb2312": "gb18030", "gbk": "gb18030"}.get(charset, charset))


class Bytes(NamedTuple):
    """A way to write bytes as ASCII: runs that may stand alone, runs on a line that has such, how to read them."""

    rule: str
    run: re.Pattern[str]
    single: re.Pattern[str]
    unquote: Callable[[str], bytes]
    gbk: bool = True
    """Whether bytes that are no UTF-8 are read as GBK, as which programs' bytes would be Chinese too."""


_BYTES = (
    Bytes("percent-escape", _PERCENT, re.compile(r"(?:%[0-9a-fA-F]{2})+"), unquote_to_bytes),
    Bytes(
        "percent-escape",
        pattern(r"(?:%25[0-9a-fA-F]{2}){3,}"),
        re.compile(r"(?:%25[0-9a-fA-F]{2})+"),
        lambda s: unquote_to_bytes(s.replace("%25", "%")),
    ),
    Bytes(
        "byte-escape",
        pattern(r"(?:\\{1,2}x[0-9a-fA-F]{2}){3,}"),
        re.compile(r"(?:\\{1,2}x[0-9a-fA-F]{2})+"),
        lambda s: bytes.fromhex(s.replace("\\", "").replace("x", "")),
        False,
    ),
    Bytes(
        "byte-escape",
        pattern(r"(?:\\[0-3][0-7]{2}){3,}"),
        re.compile(r"(?:\\[0-3][0-7]{2})+"),
        lambda s: bytes(int(octal, 8) for octal in s.split("\\")[1:]),
        False,
    ),
    Bytes("quoted-printable", _QUOTED, re.compile(r"(?:=[0-9A-F]{2})+"), lambda s: quopri.decodestring(s.encode())),
)


def _bytes(page: Page, kind: Bytes) -> Iterator[Change]:
    lines: dict[int, str] = {}
    for match in kind.run.finditer(page.text):
        address = kind.rule == "percent-escape" and _in_address(page, match.start())
        if address or _in_code(page, match) or _in_link(page, match.start()):
            continue
        if quoted(page.text, match.start(), match.end()):
            continue
        data = kind.unquote(match[0])
        codec = "utf-8" if _decoded(data, "utf-8") is not None else "gbk"  # what is valid UTF-8 is nothing else
        after = _decoded(data, codec) if kind.gbk or codec == "utf-8" else None
        if after and _all_chinese(after):
            lines[page.line(match.start())] = codec
            yield Change(match.start(), match.end(), after, kind.rule)
    for match in kind.single.finditer(page.text) if lines else ():
        codec = lines.get(page.line(match.start()), "")
        after = _decoded(kind.unquote(match[0]), codec) if codec else None
        if not after or not after.isprintable() or _in_link(page, match.start()):
            continue
        if "://" not in page.before(match.start(), _REACH):
            yield Change(match.start(), match.end(), after, kind.rule)


def _in_link(page: Page, at: int) -> bool:
    """Whether a position is where a link of Markdown leads."""
    return _LINK.search(page.before(at, _REACH)) is not None


def _base64(page: Page) -> Iterator[Change]:
    lines: set[int] = set()
    short: list[Change] = []
    for match in _UTF7.finditer(page.text):
        after = None if _BASE64.search(page.before(match.start(), 40)) else _utf7(match[1])
        if after and (len(after) > 1 or match[0].endswith("-")):
            if _all_chinese(after) and _no_words(match[0]) and not quoted(page.text, match.start(), match.end()):
                lines.add(page.line(match.start()))
                yield Change(match.start(), match.end(), after, "utf-7")
            elif after.isprintable():
                short.append(Change(match.start(), match.end(), after, "utf-7"))
        elif after and _HAN.fullmatch(after):
            short.append(Change(match.start(), match.end(), after, "utf-7"))
    if lines:  # a plus sign by itself
        short += [Change(match.start(), match.end(), "+", "utf-7") for match in _PLUS.finditer(page.text)]
    yield from (c for c in short if page.line(c.start) in lines)


def _entity(name: str) -> str | None:
    if name in _SPACES:
        return " "
    after = html.unescape(f"&{name};")
    if after.startswith("&") and name not in ("amp", "#38"):
        return None
    return after if len(after) == 1 and (after.isprintable() or after == "\u3000") else None


def _among_text(page: Page, match: re.Match[str], after: str) -> bool:
    """An entity for a character that ASCII lacks may stand anywhere; the others only among Chinese, outside of markup."""
    # Blanks are written in rows: what stands beside them stands behind others of their kind.
    before = _CUT.sub("", page.before(match.start(), 400))
    line = ENTITY.sub("", before)[-80:] + ENTITY.sub("", page.after(match.end(), 400))[:40]
    if _CODE.search(line):
        return False
    if after > "\x7f":
        # A page written in entities throughout has its Chinese in them.
        around = line + page.before(match.start(), 80) + after + page.after(match.end(), 400)
        return bool(_HAN.search(html.unescape(html.unescape(around))))
    return after not in "<>" and bool(_HAN.search(line)) and not _in_address(page, match.start())


def _in_code(page: Page, match: re.Match[str]) -> bool:
    before = page.before(match.start(), _REACH)
    return before[-1:] in tuple("\"'=/") or bool(_CODE.search(before))


def _in_address(page: Page, at: int) -> bool:
    return bool(_IN_ADDRESS.search(_ADDRESS.search(page.before(at, _REACH))[0]))  # type: ignore[index]


def _utf16(escaped: str) -> str | None:
    points = (int(decimal) if decimal else int(code, 16) for code, decimal in _CODE_UNIT.findall(escaped))
    try:
        return "".join(map(chr, points)).encode("utf-16-be", "surrogatepass").decode("utf-16-be")
    except UnicodeDecodeError:
        return None


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _utf7(body: str) -> str | None:
    try:
        data = base64.b64decode(body + "=" * (-len(body) % 4))
        text = data[: len(data) // 2 * 2].decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        return None
    written = base64.b64encode(text.encode("utf-16-be", "surrogatepass")).decode().rstrip("=")
    return text if written == body else None  # what is left of the last sextet is zeros


def _no_words(run: str) -> bool:
    """Whether a run of UTF-7 is none of a word behind a plus sign (`+create`, `Ctrl+Touche`): those have small letters
    in a row and nothing else, or stand without the minus sign that ends a run before a letter or a space."""
    body = run.strip("+-")
    return not re.fullmatch("[A-Z]?[a-z]+|[A-Z]+|[a-z]+[A-Z][a-z]+", body)


def _shown(page: Page, match: re.Match[str], after: str) -> bool:
    """Whether an entity is named rather than used: quoted by itself, or beside the character that it stands for."""
    start, end = match.span()
    if quoted(page.text, start, end):
        return True
    near = _STRIPPED.sub("", page.before(start, 12) + page.after(end, 12))
    return after.strip() in near.split() if after.strip() and after < "\x7f" else False


def _all_chinese(text: str) -> bool:
    """Chinese characters and punctuation, and nothing rarer than GBK's first level suggests."""
    if not _HAN.search(text):
        return False
    common = 0
    for char in text:
        if "\u4e00" <= char <= "\u9fff":
            common += 1
        elif (
            not (char.isascii() and char.isprintable())
            and char not in "“”‘’—…·"
            and not ("\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef")
        ):
            return False
    return 2 * common >= len(text)
