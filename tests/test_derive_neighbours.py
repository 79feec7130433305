"""The table of neighbours: what the tool sums of a made text, and that the table as it stands is such a sum."""

import importlib.util
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).parents[1]
TABLE = HOME / "src" / "ingest" / "script" / "neighbours.tsv"
CELL = re.compile(r"(\D+)(\d+)")


@pytest.fixture(scope="module")
def derive() -> Any:
    spec = importlib.util.spec_from_file_location("derive_neighbours", HOME / "tools" / "derive_neighbours.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def counts(cells: str) -> dict[str, int]:
    return {what: int(count) for what, count in CELL.findall(cells.replace(" ", ""))}


def test_what_stands_thrice_beside_a_form_is_counted_and_all_forms_summed(derive: Any) -> None:
    """信息 and 软件 are words that converters exchange, 天气 is none; a digit cannot stand in a cell."""
    texts = ["，用信息库。", "，用软件库。", "，新信息2。", "，好天气好。"]
    rows = derive.table(texts * 3)
    assert rows == [
        "*\t<\t新3 用6 ，新3 ，用6\n",
        "*\t>\t库6 库。6\n",
        "信息\t<\t新3 用3 ，新3 ，用3\n",
        "信息\t>\t库3 库。3\n",
        "软件\t<\t用3 ，用3\n",
        "软件\t>\t库3 库。3\n",
    ]


def test_a_line_ends_at_a_stroke_and_two_characters_are_counted_for_themselves(derive: Any) -> None:
    rows = derive.table(["我们\n信息共享\n"] * 3)
    assert "信息\t<\t/3 们/3\n" in rows and "信息\t>\t共3 共享3\n" in rows
    assert not derive.table(["我们\n信息共享\n"] * 2)[2:], "twice is not often"


def test_what_stands_at_a_text_s_edge_is_counted_once(derive: Any) -> None:
    """One character before the word, none behind it: the edge is the end of a line, as anywhere else."""
    rows = derive.table(["新信息"] * 3)
    assert rows[2:] == ["信息\t<\t/新3 新3\n", "信息\t>\t/3\n"]


def test_further_texts_are_added_to_the_counts_of_before(derive: Any) -> None:
    prior = {("信息", "<"): Counter({"用": 5, "旧": 4}), ("软件", ">"): Counter({"库": 3})}
    assert derive.table(["用信息库"] * 3, prior)[2:] == [
        "信息\t<\t/用3 旧4 用8\n",
        "信息\t>\t库3 库/3\n",
        "软件\t>\t库3\n",
    ]


def test_the_table_is_what_the_tool_writes() -> None:
    """The rows of all forms are the sums of the others, in the tool's order: whoever mends a row mends these."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    assert [row[:2] for row in rows[:2]] == [["*", "<"], ["*", ">"]]
    assert rows[2:] == sorted(rows[2:])
    for _, side, cells in rows[:2]:
        summed: Counter[str] = Counter()
        for _, _, others in (row for row in rows[2:] if row[1] == side):
            summed.update(counts(others))
        assert cells == " ".join(f"{what}{count}" for what, count in sorted(summed.items()))
    assert all(min(counts(cells).values()) >= 3 for _, _, cells in rows)
