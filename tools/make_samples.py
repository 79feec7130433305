"""Makes the sample pages under raw/ that are not plain UTF-8 from readable sources in tools/samples/.

Bytes in GB18030 and Big5, and a mirror's damage, cannot be reviewed or edited by hand; these sources can. The damage is
computed as the mirrors made it: on GBK bytes, blind to where characters begin. That is written here a second time on
purpose, short and apart from the package: a sample made by the model under test would prove little.

    python tools/make_samples.py          writes the pages
    python tools/make_samples.py --check  says which differ, exit code 1
"""

import random
import re
import sys
from importlib.resources import files
from pathlib import Path

from pypinyin import Style, pinyin

HERE = Path(__file__).resolve().parent
RAW = HERE.parent / "raw"

# What this mirror annotates: each mirror has a table of its own. The last five also occur across two characters of the
# text (年營 holds the bytes of 隊), and that is what tears characters apart.
ANNOTATED = (
    "發經濟業產數據網絡實體導團務區學創術際關達標縣鄉鎮農動員應會議層設資銀環險轉運營質護專項規劃貫徹領"
    "協調築強顯聯機構園軟總額擴穩續漁單態勢進減稅"
    "詳聽隊謹楊"
)
_TEXT_NODE = re.compile(r">([^<]+)<")
_STRADDLED = tuple(mark.encode("gbk") for mark in "，。、！？；")


def traditional(text: str) -> str:
    """Character by character, as a mirror converts: what Traditional script also has (于, 后, 里) is left alone."""
    table = {"为": "為", "众": "眾", "群": "群"}
    for line in (files("opencc") / "dictionary" / "STCharacters.txt").read_text(encoding="utf-8").splitlines():
        simple, _, candidates = line.partition("\t")
        if simple not in candidates.split(" "):
            table.setdefault(simple, candidates.split(" ")[0])
    return "".join(table.get(ch, ch) for ch in text)


def reading(ch: str) -> str:
    """The reading with its tone mark, as the mirrors print it."""
    return pinyin(ch, style=Style.TONE)[0][0]


def glossed(text: str, order: list[str]) -> str:
    """The text with readings in brackets, put in on bytes, one pass a table entry, and read as GBK again."""
    data = text.encode("gbk")
    for ch in order:
        code = ch.encode("gbk")
        data = data.replace(code, code + f"({reading(ch)})".encode("gbk"))
    return read_gbk(marked(data))


def marked(data: bytes) -> bytes:
    """A comma before punctuation whose two bytes are found across a character boundary."""
    out, at = bytearray(), 0
    while at < len(data):
        if data[at] < 0x81 or at + 1 == len(data):
            out.append(data[at])
            at += 1
            continue
        out.append(data[at])
        if data[at + 1 : at + 3] in _STRADDLED:
            out += b","
        out.append(data[at + 1])
        at += 2
    return bytes(out)


def read_gbk(data: bytes) -> str:
    """Bytes as a lenient GBK reader shows them: ? for a torn pair, nothing for a pair that is not assigned."""
    out, at = "", 0
    while at < len(data):
        lead, trail = data[at], data[at + 1] if at + 1 < len(data) else 0
        if lead <= 0x80:
            out += "€" if lead == 0x80 else chr(lead)
            at += 1
            continue
        if trail >= 0x40 and trail not in (0x7F, 0xFF):
            out += data[at : at + 2].decode("gbk", "ignore")
        else:
            out += "?"
        at += 2
    return out


def mirrored(page: str) -> str:
    """A page in Simplified script as the mirror shows it; the order of the table's entries is arbitrary but fixed."""
    order = sorted(set(ANNOTATED))
    random.Random(7).shuffle(order)
    return _TEXT_NODE.sub(lambda m: f">{glossed(traditional(m[1]), order)}<", page)


def made() -> dict[Path, bytes]:
    """Every generated page and its bytes."""

    def source(name: str) -> str:
        return (HERE / "samples" / name).read_text(encoding="utf-8")

    return {
        RAW / "gov" / "measures.html": source("measures.html").encode("gb18030"),  # and it says utf-8
        RAW / "law" / "ordinance.html": source("ordinance.html").encode("big5"),
        RAW / "mirror" / "action_plan.html": mirrored(source("action_plan.html")).encode("utf-8"),
        RAW
        / "rejected"
        / "report.html": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R/Size 1>>\nstartxref\n69\n%%EOF\n",
    }


def main() -> int:
    """Write the pages, or compare them."""
    stale = 0
    for path, data in made().items():
        if "--check" not in sys.argv[1:]:
            path.write_bytes(data)
        elif not path.exists() or path.read_bytes() != data:
            print(f"{path.relative_to(RAW.parent)} differs from its source: run python tools/make_samples.py")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
