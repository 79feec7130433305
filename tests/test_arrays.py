"""Arrow arrays that are made without pyarrow looking for pandas: what pyarrow itself makes of the same values."""

import subprocess
import sys
import textwrap
from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest.corpus.storage import arrays
from ingest.corpus.storage.schema import DATASETS, arrow_schema

KINDS = sorted({field.type for name in DATASETS for field in arrow_schema(name)}, key=str)


def values_of(kind):
    if pa.types.is_list(kind):
        return st.lists(values_of(kind.value_type), max_size=4)
    return {
        pa.string(): st.text(st.characters(codec="utf-8"), max_size=6),
        pa.int32(): st.integers(-(2**31), 2**31 - 1),
        pa.int64(): st.integers(-(2**63), 2**63 - 1),
        pa.float64(): st.floats(allow_nan=False),
        pa.bool_(): st.booleans(),
        pa.date32(): st.dates(),
        pa.timestamp("us"): st.datetimes(),
    }[kind]


@pytest.fixture(autouse=True)
def _as_if_nothing_was_loaded(monkeypatch):
    monkeypatch.setattr(arrays, "looked", False)
    monkeypatch.delitem(sys.modules, "pandas", raising=False)


@tries(60)
@given(st.data())
def test_they_are_what_pyarrow_makes(data):
    kind = data.draw(st.sampled_from([*KINDS, pa.int32()]))
    values = data.draw(st.lists(st.none() | values_of(kind), max_size=20))
    made = arrays.array(values, kind)
    made.validate(full=True)
    assert made.equals(pa.array(values, kind)) and made.null_count == values.count(None)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], pa.string()),
        (["岚江", None, ""], pa.string()),
        ([date(1, 1, 1), None, date(9999, 12, 31)], pa.date32()),
        ([datetime(1969, 12, 31, 23, 59, 59, 999999), datetime(2024, 2, 29, 1, 2, 3, 4)], pa.timestamp("us")),
        ([True, None, False] * 7, pa.bool_()),
        ([["甲", "乙"], None, [], ["丙"]], pa.list_(pa.string())),
        ([[["甲"], []], [], None], pa.list_(pa.list_(pa.string()))),
        ([b"a", None], pa.binary()),  # no type of a row: as pyarrow makes it
    ],
)
def test_borders(values, kind):
    made = arrays.array(values, kind)
    made.validate(full=True)
    assert made.equals(pa.array(values, kind)) and made.to_pylist() == values


def test_a_run_loads_no_pandas(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    text = "白沙县海洋经济发展意见\n" + "".join(
        f"{n}、建设渔港。保护海岸线，发展现代渔业。\n" for n in "一二三四五六七八九十"
    )
    (raw / "one.txt").write_text(text, encoding="utf-8")
    (raw / "two.txt").write_text(text, encoding="utf-8")  # a row of `duplicates`
    (raw / "bad.txt").write_bytes(b"\x00\x01")  # one of `rejections`
    (tmp_path / "run.py").write_text(
        textwrap.dedent("""
            import sys
            from pathlib import Path
            from ingest import corpus
            if __name__ == "__main__":
                for _ in range(2):
                    made = corpus.run(Path(sys.argv[1]), Path(sys.argv[2]), resources=corpus.Resources(workers=1))
                assert made.unchanged == 2 and made.rejected.total() == 1, made
                print("pandas" in sys.modules)
        """)
    )
    done = subprocess.run(
        [sys.executable, tmp_path / "run.py", raw, tmp_path / "curated"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]
