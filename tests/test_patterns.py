"""Expressions compiled at their first use."""

import pickle
import re
import subprocess
import sys

import pytest

from ingest.patterns import pattern


def test_what_comes_back_answers_like_a_compiled_expression():
    later, compiled = pattern(r"(?P<n>\d+)年", re.I), re.compile(r"(?P<n>\d+)年", re.I)
    text = "2021年和2022年"
    for ask in ("search", "match", "fullmatch", "findall", "split"):
        mine, theirs = getattr(later, ask)(text), getattr(compiled, ask)(text)
        assert (mine.span() if isinstance(mine, re.Match) else mine) == (
            theirs.span() if isinstance(theirs, re.Match) else theirs
        )
    assert [m["n"] for m in later.finditer(text, 5)] == ["2022"]
    assert later.sub("", text) == compiled.sub("", text) and later.subn("", text) == compiled.subn("", text)
    assert (
        later.pattern == compiled.pattern and later.groupindex == compiled.groupindex and later.flags == compiled.flags
    )


def test_it_is_compiled_at_the_first_question_and_not_before():
    broken = pattern("(")
    assert broken.pattern == "("
    with pytest.raises(re.error):
        broken.search("x")


def test_it_can_be_sent_to_a_worker_before_and_after_its_first_use():
    later = pattern("[一-鿿]+")
    assert pickle.loads(pickle.dumps(later)).findall("甲a乙") == ["甲", "乙"]
    later.search("甲")
    assert pickle.loads(pickle.dumps(later)).findall("甲a乙") == ["甲", "乙"]


def test_loading_curate_compiles_next_to_nothing():
    asked = "import re; n = []; old = re._compiler.compile\nre._compiler.compile = lambda *a: n.append(1) or old(*a)\n"
    code = asked + "import ingest; before = len(n); ingest.curate; import ingest.pipeline; print(len(n) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 80, "expressions at the level of a module stand in `patterns.pattern`"
