"""Processor time that must not grow beyond what the text does: `make bench` runs these, for a busy machine makes any test of time fail.

    python -m pytest benchmarks/speed

Measured from a clone; the texts are made here.
"""

import subprocess
import sys
import time

import pytest

from ingest import notices, outline
from ingest.config import Config
from ingest.page import plain
from ingest.repair import encodings, mirror
from ingest.traced import Change, Traced

CONFIG = Config()


def seconds(work, *arguments):
    """The least processor time of three goes."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        work(*arguments)
        best = min(best, time.process_time() - began)
    return best


def test_import_is_quick():
    code = "import time;t=time.process_time();import ingest;print(time.process_time()-t)"
    told = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5))
    assert min(float(one.stdout) for one in told) < 0.3


def test_notices_grow_with_the_lines():
    def text(n):
        return "标题一行\n" + "渔港改造昨日完工,泊位增加一倍,编辑部的记者在现场。\n相关条款\n" * n

    small, large = (seconds(notices.find, text(n), [], None, CONFIG) for n in (2_000, 16_000))
    assert large < 8 * small * 2 + 0.05


def test_page_numbers_that_uncover_one_another_grow_with_the_lines():
    """A text of which each look takes one number and one running title, so that there would be a look for each line."""

    def text(n):
        numbers = [f"- {7 * k % 9000 + 1} -" for k in range(n)]
        return "\n".join(
            ["渔港管理条例目录说明全文", "渔港的说明。", "渔港很美。", *numbers, *["渔港管理条例目录说明"] * n]
        )

    small, large = (seconds(notices.page_marks, text(n), []) for n in (250, 2_000))
    assert large < 8 * small * 2 + 0.05


def test_the_outline_grows_with_the_length():
    """No rule looks at the whole text for each of its parts: eight times the text takes about eight times as long."""
    part = "云栖市渔港条例\n第一章 总则\n第一条 为保护渔港,制定本条例。\n(一)泊位;\n(二)码头。\n一、总体要求\n泊位增加一倍。\n"

    def pages(n):
        made = plain(part * n)
        return made.text, made.blocks, None

    small, large = (seconds(outline.build, *pages(n)) for n in (200, 1_600))
    assert large < 8 * small * 2 + 0.05


@pytest.mark.parametrize(
    "unit", ["&#38738;", "\\u9752", "%E9%9D%92%E7%A6%BE", "=E9=9D=92=E7=A6=BE", "&amp;", "+Ti1W/Q-", "%41", "%2E"]
)
def test_many_escapes_on_one_line_cost_in_proportion(unit):
    once, often = ("青禾县" + unit * n for n in (2_500, 40_000))
    assert seconds(encodings, often, CONFIG) < 60 * max(seconds(encodings, once, CONFIG), 0.002)


def test_repairs_of_a_clean_page_cost_next_to_nothing():
    page = ("第一条 为了规范青禾县的“规划”编制，根据有关法律（草案），制定本办法。怎样编制?\n" * 250)[:10_000]
    assert seconds(encodings, page, CONFIG) + seconds(mirror, page, CONFIG) < 0.005  # measured .6 ms


def test_ten_thousand_edits_are_quick():
    page = Traced("經(jīng)濟發展了" * 10_000)
    changes = [Change(i * 11 + 1, i * 11 + 7, "", "gloss") for i in range(10_000)]
    assert seconds(lambda: page.apply(changes, "repair").text) < 0.1
