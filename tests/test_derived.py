"""The truth that a static site's sources say of its pages, as `benchmarks/accuracy/derived.py` derives it."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "accuracy" / "derived.py"
BODY = [
    f"渡口的第{n}天，江水又涨了一些，老船工把缆绳收紧，{name}在岸上喊他回去吃饭。"
    for n, name in enumerate(["邻居", "儿子", "船主", "学徒", "茶客", "渔人", "木匠", "先生"])
]
SOURCE = "---\ntitle: {}\ndate: 2021-03-04 10:00:00\n---\n\n{}\n"
PAGE = "<html><head><title>{0} - 渡口</title></head><body><h1>{0}</h1><div>发布时间：{1}</div><div class=content>{2}</div></body></html>"


def judge(tmp_path: Path, title: str, printed: str, lines: list[str]) -> dict[str, bool | None]:
    site = tmp_path / "dukou"
    site.mkdir()
    (site / "a.md").write_text(SOURCE.format("渡口的老船工", "\n\n".join(BODY)), "utf-8")
    (site / "a.html").write_text(PAGE.format(title, printed, "".join(f"<p>{x}</p>" for x in lines)), "utf-8")
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    return {row["field"]: row["right"] for row in rows}


def test_a_page_as_its_source_says_is_right(tmp_path: Path) -> None:
    assert judge(tmp_path, "渡口的老船工", "2021-03-04", BODY) == {"text": True, "title": True, "published_on": True}


def test_a_line_that_no_source_has_is_a_fault_of_the_text(tmp_path: Path) -> None:
    assert judge(tmp_path, "渡口的老船工", "2021-03-04", [*BODY, "阅读使人进步，博客由程序搭建。"])["text"] is False


def test_what_the_page_does_not_say_as_its_source_does_is_for_a_person(tmp_path: Path) -> None:
    found = judge(tmp_path, "江边旧事", "2020-01-01", BODY)
    assert (found["title"], found["published_on"], found["text"]) == (None, None, True)
