"""What marks say of the places of units, and how sure these are by it."""

import ingest
from ingest.blocks import Block, Node
from ingest.outline import shown
from ingest.outline.lines import LogicalLine

PAGE = """# 白鹭渡镇渡口手册

## 开船之前

船工清早检查缆绳和跳板，查完在本子上签名。

- 缆绳有没有磨损
- 跳板有没有松动

## 开船之后

船行到江心时不得换人掌舵。

### 遇到大雾

先停船，再鸣笛，等雾散了再走。

## 收船

把船系在北岸的石桩上，清点救生衣。
"""


def sure(text, **settings):
    doc = ingest.curate(text, source="page.md", media_type="text/plain", **settings)
    return {text[r.source_start : r.source_end].lstrip("#- ")[:5]: r.structure_certainty for r in doc.records}


def test_what_stands_right_below_a_marked_heading_is_sure():
    assert set(sure(PAGE).values()) <= {"exact", "likely"}


def test_without_its_marks_the_same_text_is_less_sure():
    assert "guess" in sure(PAGE.replace("#", "").replace("\n ", "\n")).values()


def test_what_a_mark_shows_elsewhere_is_a_guess():
    """A line behind ## that is no heading (it ends a sentence) leaves what is below it in the section before."""
    found = sure(PAGE.replace("## 开船之后\n", "## 开船之后要当心。\n"))
    assert found["船行到江心"] == "guess"
    assert found["开船之前\n"] == "exact"


def test_what_is_set_in_may_go_on_with_the_bullet():
    found = sure(PAGE.replace("- 跳板有没有松动\n", "- 跳板有没有松动\n\n  松动的跳板当天就要钉牢。\n"))
    assert found["松动的跳板"] == "guess"


def places(kinds, given):
    """Kinds and parents of units that begin ten characters apart, and the headings that marks show."""
    nodes = [
        Node(kind, (10 * n, 10 * n), (10 * n, 10 * n), (10 * n, 10 * n + 5), parent, str(n), None)
        for n, (kind, parent) in enumerate(kinds)
    ]
    text = "一二三四五。\n\n\n\n" * len(nodes)
    return shown.places(text, nodes, given, typed=False)


def test_places():
    page = [("title", None), ("heading", None), ("paragraph", 1), ("heading", 1), ("bullet", 3), ("paragraph", 4)]
    assert places(page, {0: 1, 10: 2, 30: 3}) == ["held", "held", "held", "held", "held", "told"]
    assert places([("heading", None), ("paragraph", None)], {0: 2}) == ["held", "torn"]


def test_another_text_behind_the_headings_is_not_theirs():
    page = [("heading", None), ("paragraph", 0), ("attachment", None), ("paragraph", 2)]
    assert places(page, {0: 2}) == ["held", "held", "held", "told"]


def test_headings_of_markup_and_of_markdown():
    text = "开船\n## 收船\n#话题\n"
    lines = [LogicalLine(0, 2, Block(0, 2, "heading", 2)), LogicalLine(3, 8), LogicalLine(9, 12)]
    assert shown.headings(text, lines, {}) == {0: 2, 3: 2}


def test_marks_before_some_units_of_a_count_tell_nothing():
    """Left over of a conversion; all units of a count, or none, and other levels for other counts tell."""
    articles = [("article", None)] * 6
    nodes = [
        Node(kind, (9 * n, 9 * n), (9 * n, 9 * n), (9 * n, 9 * n + 5), None, str(n), None)
        for n, (kind, _) in enumerate(articles)
    ]
    assert shown.divides(nodes, {9 * n: 2 for n in range(6)})
    assert not shown.divides(nodes, {9 * n: 2 for n in range(4)})
    both = [node._replace(kind="chapter") if n % 3 == 0 else node for n, node in enumerate(nodes)]
    assert shown.divides(both, {9 * n: 2 if n % 3 else 1 for n in range(6)})
    assert not shown.divides(both, {9 * n: 2 for n in range(6)})


def test_articles_behind_one_that_is_marked_stand_beside_it():
    text = "白鹭渡镇渡口办法\n" + "\n".join(
        f"{'## ' if n in (3, 4) else ''}第{c}条　{'（删除）' if n in (3, 4) else '船工清早检查缆绳和跳板，查完签名。'}"
        for n, c in enumerate("一二三四五六七八")
    )
    doc = ingest.curate(text, source="page.txt", media_type="text/plain")
    assert [r.parent_eid for r in doc.records if r.kind == "article"] == [None] * 8


def test_remarks_in_code_are_no_headings_where_the_page_has_some():
    page = """<html><body><article><h1>渡口的程序</h1>
<p>下面的程序登记每天过渡的船和人，镇里的人照着抄就行，抄好以后放在码头的电脑里，每天早晚各运行一次。</p>
<h2>登记船只</h2><p>先读船名和船号，再写入登记簿，写好以后念一遍给船工听。</p>
<pre># 读船名\nname = input()\n# 写登记簿\nwrite(name)</pre>
<h2>登记船工</h2><p>船工的名字写在第二页，按到渡口的先后排列，一人一行。</p></article></body></html>"""
    doc = ingest.curate(page, source="page.html", media_type="text/html")
    assert [r.heading for r in doc.records if r.kind == "heading"] == ["登记船只", "登记船工"]
