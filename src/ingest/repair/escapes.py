r"""Characters written as something else on purpose, and never read back: entities, `\u4e2d`, `%u4e2d`, `%E4%B8%AD`,
`=E4=B8=AD`, `+Ti1W/Q-`, and halves of surrogate pairs.

All of these are legitimate somewhere: escapes in program text, percent signs in addresses, entities in a lesson on
HTML. So an escape is read only where it stands among text: not in an address, not right behind a quotation mark, and
only in runs that give Chinese (an entity may also give punctuation that ASCII lacks).
"""

import base64
import binascii
import html
import quopri
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from ingest.traced import Change

ENTITY = re.compile(r"&(?:amp;){0,2}(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_ESCAPED = re.compile(r"(?:(?:\\{1,2}|%)u[0-9a-fA-F]{4}){2,}|(?<![\"'\\])(?:\\{1,2}|%)u[0-9a-fA-F]{4}")
_SINGLE = re.compile(r"(?:(?:\\{1,2}|%)u[0-9a-fA-F]{4})+")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}[@-~0-9.]{0,8}?){4,}")
_QUOTED = re.compile(r"(?:=[0-9A-F]{2}(?:=\r?\n)?[A-Za-z0-9.]{0,8}?){4,}")
_UTF7 = re.compile(r"\+([A-Za-z0-9+/]{3,})-?")
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
GATES = tuple(
    map(
        re.compile,
        (r"&[#a-zA-Z]", r"\\u[0-9a-fA-F]", r"%[0-9a-fA-Fu]", r"=[0-9A-F]{2}=", r"\+[A-Za-z0-9/]{3}", "[\ud800-\udbff]"),
    )
)
"""Without any of these there is nothing to read back. One by one they are ten times as fast as in one pattern."""
_HAN = re.compile("[\u3400-\u9fff]")
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*$")
_IN_ADDRESS = re.compile("://|www\\.|[/?=]")
_CODE = re.compile(r"</?[a-z]+[ >]|^\s*(?:var|let|const|def|if|for|return|import|#include)\b")
_SPACES = {"nbsp", "ensp", "emsp", "thinsp", "#160", "#xa0", "#xA0"}


def changes(text: str) -> Iterator[Change]:
    """Every escape that is read back."""
    lines: set[int] = set()
    for match in _HALVES.finditer(text):
        pair = match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        yield Change(match.start(), match.end(), pair, "surrogate-pair")
    for match in ENTITY.finditer(text):
        after = _entity(match[1])
        if after is not None and _among_text(text, match, after):
            yield Change(match.start(), match.end(), after, "entity")
    for match in _ESCAPED.finditer(text):
        if not _in_code(text, match) and not _in_address(text, match.start()):
            after = _utf16(re.findall("u([0-9a-fA-F]{4})", match[0]))
            if after and _HAN.search(after):
                lines.add(text.rfind("\n", 0, match.start()))
                yield Change(match.start(), match.end(), after, "escape")
    for match in _SINGLE.finditer(text) if lines else ():  # on such a line also those that alone would not do
        after = _utf16(re.findall("u([0-9a-fA-F]{4})", match[0]))
        if after and text.rfind("\n", 0, match.start()) in lines and after.isprintable():
            yield Change(match.start(), match.end(), after, "escape")
    for pattern, rule, unquote in (
        (_PERCENT, "percent-escape", unquote_to_bytes),
        (_QUOTED, "quoted-printable", lambda s: quopri.decodestring(s.encode())),
    ):
        for match in pattern.finditer(text):
            if _in_code(text, match) or (rule == "percent-escape" and _in_address(text, match.start())):
                continue
            after = _decoded(unquote(match[0]))
            if after:
                yield Change(match.start(), match.end(), after, rule)
    for match in _UTF7.finditer(text):
        after = _utf7(match[1])
        if after and (len(after) > 1 or match[0].endswith("-")):
            yield Change(match.start(), match.end(), after, "utf-7")


def _entity(name: str) -> str | None:
    if name in _SPACES:
        return " "
    after = html.unescape(f"&{name};")
    if after.startswith("&") and name not in ("amp", "#38"):
        return None
    return after if len(after) == 1 and (after.isprintable() or after == "\u3000") else None


def _among_text(text: str, match: re.Match[str], after: str) -> bool:
    """An entity for a character that ASCII lacks may stand anywhere; the others only among Chinese, outside of markup."""
    start = text.rfind("\n", 0, match.start()) + 1
    line = text[start : match.start()][-80:] + text[match.end() : match.end() + 40].partition("\n")[0]
    if _CODE.search(line):
        return False
    if after > "\x7f":
        return bool(_HAN.search(html.unescape(html.unescape(line)) + after))
    return after not in "<>" and bool(_HAN.search(line)) and not _in_address(text, match.start())


def _in_code(text: str, match: re.Match[str]) -> bool:
    start = text.rfind("\n", 0, match.start()) + 1
    return text[start : match.start()][-1:] in tuple("\"'=/") or bool(_CODE.search(text[start : match.start()][-200:]))


def _in_address(text: str, at: int) -> bool:
    return bool(_IN_ADDRESS.search(_ADDRESS.search(text[max(0, at - 200) : at])[0]))  # type: ignore[index]


def _utf16(codes: list[str]) -> str | None:
    try:
        return b"".join(int(c, 16).to_bytes(2, "big") for c in codes).decode("utf-16-be")
    except UnicodeDecodeError:
        return None


def _decoded(data: bytes) -> str | None:
    """Bytes as UTF-8 or else GBK, if they are Chinese throughout."""
    for codec in ("utf-8", "gbk"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if _all_chinese(text):
            return text
    return None


def _utf7(body: str) -> str | None:
    try:
        data = base64.b64decode(body + "=" * (-len(body) % 4))
        text = data[: len(data) // 2 * 2].decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text if _all_chinese(text) and len(body) == (len(text) * 16 + 5) // 6 else None


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
