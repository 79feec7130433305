"""Double encodings and escapes, measured: how many of some sentences come back, and what is touched in clean text.

usage: python benchmarks/accuracy/encodings.py TEXTS [--sentences N]     every chain over clean Chinese sentences, one a line
       python benchmarks/accuracy/encodings.py --unreadable TEXTS        sentences that stay garbage: which become documents in silence
       python benchmarks/accuracy/encodings.py --clean FILE ...          clean text: every edit is a fault
"""

import argparse
import binascii
import codecs
import html
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from urllib.parse import quote

from slips import applied, traditional

from ingest import Rejected, curate
from ingest.config import Config
from ingest.page import codecs_whatwg
from ingest.repair import encodings, mirror, remains
from ingest.traced import Change, Traced


def western(data: bytes) -> str:
    """Bytes as cp1252, what it leaves undefined as Latin-1."""
    return "".join(bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in data)


def iconv(data: bytes, encoding: str) -> str:
    """Bytes as the C library reads them, what it cannot read left out."""
    run = subprocess.run(["iconv", "-c", "-f", encoding, "-t", "UTF-8"], input=data, capture_output=True, check=False)
    return run.stdout.decode()


def whatwg(data: bytes) -> str:
    """Bytes as browsers read gbk: the standard's index and its way with bad bytes."""
    text = data.decode("gb18030", "ingest-gb18030")
    return text.translate(codecs_whatwg._exchange("gb18030")[0])


codecs.register_error("question", lambda error: ("?", error.end))  # type: ignore[attr-defined]


def quoted(text: str) -> str:
    """Quoted-printable without line breaks."""
    return "".join(f"={b:02X}" if b > 126 or b == 61 else chr(b) for b in text.encode())


CHAINS: dict[str, Callable[[str], str]] = {
    "UTF-8 as Latin-1": lambda s: s.encode().decode("latin-1"),
    "UTF-8 as cp1252": lambda s: western(s.encode()),
    "UTF-8 as Latin-1 twice": lambda s: s.encode().decode("latin-1").encode().decode("latin-1"),
    "UTF-8 as cp1252 twice": lambda s: western(western(s.encode()).encode()),
    "UTF-8 as Mac Roman": lambda s: s.encode().decode("mac_roman"),
    "GBK as Latin-1": lambda s: s.encode("gb18030").decode("latin-1"),
    "GBK as cp1252": lambda s: western(s.encode("gb18030")),
    "GBK as Mac Roman": lambda s: s.encode("gb18030").decode("mac_roman"),
    "Big5 as gb18030": lambda s: traditional(s).encode("big5hkscs").decode("gb18030"),
    "Big5 as Latin-1": lambda s: traditional(s).encode("big5hkscs").decode("latin-1"),
    "Big5 as GBK, U+FFFD": lambda s: traditional(s).encode("big5hkscs").decode("gbk", "replace"),
    "Big5 as GBK, dropped": lambda s: traditional(s).encode("big5hkscs").decode("gbk", "ignore"),
    "Big5 as iconv's GBK": lambda s: iconv(traditional(s).encode("big5hkscs"), "GBK"),
    "GBK as Big5": lambda s: s.encode("gb18030").decode("big5hkscs", "replace"),
    "GBK as Big5, dropped": lambda s: s.encode("gb18030").decode("big5hkscs", "ignore"),
    "GBK as code page 950": lambda s: s.encode("gb18030").decode("cp950", "replace"),
    "GBK as WHATWG's big5": lambda s: s.encode("gb18030").decode("big5hkscs", "ingest-big5"),
    "GBK as iconv's BIG5": lambda s: iconv(s.encode("gb18030"), "BIG5"),
    "GBK as iconv's BIG5-HKSCS": lambda s: iconv(s.encode("gb18030"), "BIG5-HKSCS"),
    "UTF-8 as GBK, U+FFFD": lambda s: s.encode().decode("gbk", "replace"),
    "UTF-8 as GBK, ?": lambda s: s.encode().decode("gbk", "question"),
    "UTF-8 as GBK, dropped": lambda s: s.encode().decode("gbk", "ignore"),
    "UTF-8 as gb18030": lambda s: s.encode().decode("gb18030", "replace"),
    "UTF-8 as WHATWG's gbk": lambda s: whatwg(s.encode()),
    "the same, saved as GBK": lambda s: whatwg(s.encode()).encode("gbk", "replace").decode("gbk"),
    "UTF-8 as iconv's GBK": lambda s: iconv(s.encode(), "GBK"),
    "UTF-8 as iconv's CP936": lambda s: iconv(s.encode(), "CP936"),
    "entities": lambda s: "".join(f"&#{ord(c)};" if c > "\x7f" else c for c in s),
    "entities twice": lambda s: html.escape("".join(f"&#x{ord(c):x};" if c > "\x7f" else c for c in s)),
    "\\u": lambda s: json.dumps(s)[1:-1],
    "\\\\u": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    "%u": lambda s: "".join(f"%u{ord(c):04x}" if c > "\x7f" else c for c in s),
    "%XX UTF-8": lambda s: quote(s, safe="".join(map(chr, range(32, 127)))),
    "%XX GBK": lambda s: quote(s.encode("gbk"), safe="".join(map(chr, range(32, 127)))),
    "UTF-7": lambda s: s.encode("utf-7").decode(),
    "quoted-printable": quoted,
}

UNREADABLE = {
    f"{written} as {read}": (written, read)
    for written, read in (
        *(("utf-8", r) for r in ("big5hkscs", "shift_jis", "euc_jp", "euc_kr", "cp949", "koi8-r", "cp1251", "cp1250")),
        *(("utf-8", r) for r in ("iso8859-5", "cp437", "cp850", "cp874", "cp1256", "johab", "utf-16-le", "utf-16-be")),
        *(("gb18030", r) for r in ("shift_jis", "euc_jp", "euc_kr", "koi8-r", "cp1251", "cp1250", "cp437", "cp866")),
        *(("gb18030", r) for r in ("cp874", "cp1253", "cp1256", "johab", "utf-16-le", "utf-16-be", "utf-8", "cp949")),
        *(("big5", r) for r in ("shift_jis", "euc_jp", "euc_kr", "koi8-r", "cp1251", "cp437", "utf-16-le", "utf-8")),
        *(("utf-16-le", r) for r in ("gb18030", "big5hkscs", "utf-16-be", "latin-1")),
        *(("utf-16-be", r) for r in ("gb18030", "utf-16-le")),
    )
}
"""What is undone by nobody here: a document made of it must say so, or not be one (`--unreadable`)."""


def silent(page: str) -> bool:
    """Whether a page becomes a document that does not say that it is damaged."""
    try:
        flags = curate(page, source="page.txt", media_type="text/plain").document.flags
    except Rejected:
        return False
    return not {"damage-left", "damage-guessed", "replacement-characters"}.intersection(flags)


def judge(damaged: str, changes: Sequence[Change], wanted: str) -> list[tuple[Change, bool]]:
    """Each applied change with whether the text that it leaves, its neighbours included, is the text that was."""
    text, spans = applied(damaged, changes)
    codes = SequenceMatcher(None, text, wanted, autojunk=False).get_opcodes()
    faults = [(i1, i2) for tag, i1, i2, _, _ in codes if tag != "equal"]
    return [(change, not any(b <= i2 and i1 <= e for i1, i2 in faults)) for b, e, change in spans]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--clean", action="store_true")
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--unreadable", action="store_true")
    parser.add_argument("--chains", default="", help="only those whose names match a pattern")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    if options.clean:
        lines = touched = 0
        for path in options.texts:
            text = path.read_text(encoding="utf-8")
            lines += text.count("\n")
            for line in text.splitlines():
                for change in (*encodings(line, Config()), *mirror(line, Config())):
                    touched += change.applied
                    if change.applied:
                        print(path.name, change, "|", line[:120])
        print(f"{lines:,} lines, {touched} edits")
        return
    sentences = [s for s in options.texts[0].read_text(encoding="utf-8").splitlines() if 8 <= len(s) <= 80]
    if options.unreadable:
        for name, (written, read) in UNREADABLE.items():
            made = [traditional(s) if written == "big5" else s for s in sentences[: options.sentences]]
            pages = [s.encode(written, "ignore").decode(read, "replace") for s in made]
            quiet = [page for page in pages if silent(page)]
            print(f"{name:24} {len(quiet):4} of {len(pages)} silent")
            if options.v:
                print(*("    " + page[:100] for page in quiet), sep="\n")
        return
    applied: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    chains = {name: damage for name, damage in CHAINS.items() if re.search(options.chains, name)}
    for name, damage in chains.items():
        right = whole = characters = quiet = 0
        start = time.process_time()
        for sentence in sentences:
            try:
                damaged = damage(sentence)
            except (UnicodeError, binascii.Error):
                continue
            wanted = traditional(sentence) if name.startswith("Big5") else sentence
            whole += 1
            changes = encodings(damaged, Config())
            got = Traced(damaged).apply(changes, "repair").text
            blocks = SequenceMatcher(None, got, wanted, autojunk=False).get_matching_blocks()
            characters += sum(b.size for b in blocks) / max(len(got), len(wanted))
            for change, good in judge(damaged, changes, wanted):
                applied[change.certainty] += 1
                wrong[change.certainty] += not good
                if options.v and not good:
                    print("   ", name, change)
            said = [*changes, *remains(got, Config())]
            quiet += got != wanted and not any(c.certainty == "guess" or not c.applied for c in said)
            right += got == wanted
            if options.v and got != wanted:
                print("   ", damaged[:60], "->", got[:60], "|", wanted[:60])
            if whole == options.sentences:
                break
        took = (time.process_time() - start) / whole * 1000
        print(
            f"{name:24} {right:4} of {whole}, {characters / whole:.2%} of characters, {quiet} silently wrong, {took:.1f} ms each"
        )
    for certainty, number in applied.items():
        print(f"{certainty}: {number} edits, {wrong[certainty]} leave wrong text")


if __name__ == "__main__":
    main()
