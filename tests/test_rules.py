"""All rule tables, by one test: each row says what it means by an example, and a row that is wrong is named by its line."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from opencc import OpenCC

import ingest
from ingest import InputError, rulebook, rules

ROWS = [(entry, row) for entry in rulebook.entries() for row in entry.table.rows() if entry.takes]
NAMES = [entry.table.path for entry in rulebook.entries()]


@pytest.mark.parametrize(("entry", "row"), ROWS, ids=lambda x: x.line if isinstance(x, rules.Row) else x.table.name)
def test_a_row_takes_its_example_and_leaves_its_lookalike(entry, row):
    """Whoever adds a line to a table learns here whether it says what it means."""
    assert entry.takes(row, row["example"]), f"{entry.table.path}, line {row.line}: not taken: {row['example']}"
    if "lookalike" in entry.table.columns and row.get("where") not in GUARDED:
        assert not entry.takes(row, row["lookalike"]), f"{entry.table.path}, line {row.line}: taken: {row['lookalike']}"


GUARDED = {"head", "tail", "edge", "weak", "credit"}
"""Places of notices: there position decides what the pattern alone cannot."""
PLACED = [row for entry, row in ROWS if row.get("where") in GUARDED]
COMPANY = {"weak": (["版权所有:云栖网"], []), "credit": ([], ["责任编辑:陈知夏"])}
HEADLINE = "云栖市召开渡口建设工作会议"
BODY = [
    "云栖市人民政府近日召开会议，研究渡口建设和河道治理的有关工作，并就下一阶段的任务作出安排。",
    "会议指出，渡口是群众出行的重要设施，各有关单位要落实责任，按期完成改造。",
    "会议要求，加强巡查，及时消除隐患，确保群众出行安全。",
]


@pytest.mark.parametrize("row", PLACED, ids=lambda row: row["id"])
def test_a_notice_goes_where_it_stands_and_its_lookalike_stays_in_the_text(row):
    line, lookalike = row["example"], row["lookalike"]
    before, behind = COMPANY.get(row["where"], ([], []))
    lines = [HEADLINE, line, *BODY] if row["where"] == "head" else [HEADLINE, *BODY, *before, line, *behind]
    doc = ingest.curate("\n".join(lines), source="a.txt")
    assert line not in doc.text
    taken = {rule for edit in doc.edits if line in edit.before for rule in edit.rules}
    assert taken & {row["id"], "related-list"}, taken  # the head of a list of links goes with its list
    doc = ingest.curate("\n".join([HEADLINE, BODY[0], lookalike, *BODY[1:]]), source="a.txt")
    assert lookalike in doc.text


def test_pattern_tables_have_lookalikes():
    for entry in rulebook.entries():
        if entry.takes is not None and "pattern" in entry.table.columns:
            assert {"example", "lookalike"} <= set(entry.table.columns) - set(entry.table.optional), entry.table.path


def test_every_table_of_the_package_is_in_the_book():
    here = Path(ingest.__file__).parent
    lying = {f"ingest/{path.relative_to(here).as_posix()}" for path in here.rglob("*.tsv")}
    # Labels in two languages and calls of the kernel say nothing of pages.
    assert lying - {"ingest/review/labels.tsv", "ingest/corpus/processes/calls.tsv"} == set(NAMES)


def test_only_the_one_reader_reads_tables():
    here = Path(ingest.__file__).parent
    for path in here.rglob("*.py"):
        text = path.read_text("utf-8")
        assert path.name == "rules.py" or not re.search(r"\.tsv\"\)\.read_text|split\(\"\\t\"\).*#", text), path


@pytest.mark.parametrize("entry", rulebook.entries(), ids=lambda e: e.table.path)
def test_comments_and_blank_lines_are_welcome_and_a_wrong_row_is_named(entry):
    table = entry.table
    text = files(table.room).joinpath(table.name).read_text("utf-8")
    first = next(n for n, line in enumerate(text.split("\n"), 1) if line == "\t".join(table.columns))

    def parsed(lines):
        return rules.parse("\n".join(lines), "t.tsv", table.columns, optional=table.optional, unique=table.unique)

    lines = text.rstrip("\n").split("\n")
    own = lines[first]
    head = ["", "# a remark", "  ", "\t".join(table.columns), "", "# another"]
    assert len(parsed([*head, own, "", own.replace(own.split("\t")[0], "#", 1), ""])) == 1
    with pytest.raises(InputError, match=r"^t\.tsv, line 8: .* is in line 7 already$"):
        parsed([*head, own, own])
    with pytest.raises(InputError, match=r"^t\.tsv, line 7: \d+ cells instead of"):
        parsed([*head, own + "\t" * 9 + "x"])
    with pytest.raises(InputError, match=r"^t\.tsv, line 7: (1 cells instead of|.* is empty)"):
        parsed([*head, own.split("\t")[0] if len(table.columns) > 1 else "\t"])
    with pytest.raises(InputError, match=r"^t\.tsv, line 1: the first line has to name the columns"):
        parsed([own])


def test_what_a_cell_may_hold():
    (row,) = rules.parse("id\trank\tpattern\na\tx\t(\n", "t.tsv", ("id", "rank", "pattern"))
    with pytest.raises(InputError, match=r"^t\.tsv, line 2: rank is 'x', and has to be a whole number$"):
        row.whole_number("rank")
    with pytest.raises(InputError, match=r"^t\.tsv, line 2: id is 'a', and has to be one of b, c$"):
        row.one_of("id", ("b", "c"))
    with pytest.raises(InputError, match=r"^t\.tsv, line 2: pattern '\(' is no regular expression"):
        row.expression("pattern").match("x")


def test_ids_are_unique_where_edits_name_them():
    notices = [rule.id for rule in rulebook.rules() if rule.room == "notices"]
    assert len(notices) == len(set(notices)) > 40


@pytest.mark.parametrize("name", ["kinds.tsv", "bodies.tsv", "outlets.tsv"])
def test_the_traditional_forms_are_those_of_the_words(name):
    (entry,) = (e for e in rulebook.entries() if e.table.name == name)
    simplified = OpenCC("t2s")
    for row in entry.table.rows():
        forms = [simplified.convert(form) for form in row["traditional"].split()]
        assert row[entry.shown] in forms, row[entry.shown]


def test_labels_are_folded_as_opencc_converts():
    from ingest import labels

    converted = OpenCC("t2s").convert("".join(map(chr, labels.meanings.FOLD)))
    assert converted == "".join(map(chr, labels.meanings.FOLD.values()))
