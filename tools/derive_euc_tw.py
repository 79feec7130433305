"""Derive `src/ingest/page/euc_tw.tsv`: where CNS 11643's planes 1 and 2 have the characters of Big5, as runs.

usage: python tools/derive_euc_tw.py

The two standards hold the same 13,051 ideographs in nearly the same order, so EUC-TW is Big5 but for the numbers. Which run of
one is which run of the other is asked of the C library's iconv (EUC-TW) and of Python's cp950, code by code; nothing is
copied from a table.
"""

import subprocess
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/ingest/page/euc_tw.tsv"
HEAD = """\
# EUC-TW in terms of Big5: from a code of CNS 11643 (plane, two bytes in EUC) on, so many codes are those of Big5 from `big5` on.
# Derived by tools/derive_euc_tw.py from iconv's EUC-TW and Python's cp950, code by code.
"""


def character(plane: int, row: int, cell: int) -> str:
    """What iconv reads there; empty where nothing is."""
    prefix = b"" if plane == 1 else bytes((0x8E, 0xA0 + plane))
    data = prefix + bytes((row, cell))
    run = subprocess.run(["iconv", "-f", "EUC-TW", "-t", "UTF-8"], input=data, capture_output=True, check=False)
    return run.stdout.decode() if run.returncode == 0 else ""


def plane_of(plane: int) -> list[tuple[int, str]]:
    """Place in the plane (94 a row) and character, a row at a time."""
    out = []
    prefix = b"" if plane == 1 else bytes((0x8E, 0xA0 + plane))
    for row in range(0xA1, 0xFF):
        data = b"".join(prefix + bytes((row, cell)) + b"\n" for cell in range(0xA1, 0xFF))
        run = subprocess.run(["iconv", "-f", "EUC-TW", "-t", "UTF-8"], input=data, capture_output=True, check=False)
        if run.returncode == 0:
            found = run.stdout.decode().splitlines()
        else:
            found = [character(plane, row, cell) for cell in range(0xA1, 0xFF)]
        out += [((row - 0xA1) * 94 + n, c) for n, c in enumerate(found) if len(c) == 1]
    return out


def place(char: str) -> int:
    """Place in Big5 (157 a row); -1 where cp950 lacks it."""
    try:
        code = char.encode("cp950")
    except UnicodeEncodeError:
        return -1
    if len(code) != 2:
        return -1
    return (code[0] - 0xA1) * 157 + code[1] - (0x40 if code[1] < 0x7F else 0xA1 - 63)


def main() -> None:
    """Write the table."""
    rows = []
    for plane in (1, 2):
        start = (-9, -9, 0)
        runs = []
        for at, char in plane_of(plane):
            there = place(char)
            if there < 0:
                continue
            if at == start[0] + start[2] and there == start[1] + start[2]:
                start = (*start[:2], start[2] + 1)
            else:
                runs.append(start)
                start = (at, there, 1)
        runs.append(start)
        for at, there, size in runs[1:]:
            cell = there % 157
            big5 = (there // 157 + 0xA1) << 8 | (cell + 0x40 if cell < 63 else cell - 63 + 0xA1)
            cns = (at // 94 + 0xA1) << 8 | (at % 94 + 0xA1)
            rows.append(f"{plane}\t{cns:04x}\t{big5:04x}\t{size}\n")
    OUT.write_text(HEAD + "plane\tcode\tbig5\tsize\n" + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
