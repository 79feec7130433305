"""A script that curates at its top level, with a guard and without."""

import subprocess
import sys
from pathlib import Path

import made
import pytest

CALL = "print(corpus.run(Path({raw!r}), Path({curated!r}), resources=corpus.Resources(workers=1)).pages)"
HEAD = "from pathlib import Path\nfrom ingest import corpus\n"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (CALL, False),
        (f"if True:\n    {CALL}", False),
        (f"def main():\n    {CALL}\nmain()", False),
        (f"if __name__ == '__main__':\n    {CALL}", True),
    ],
    ids=["bare", "in a branch", "in a function", "guarded"],
)
def test_a_script_without_a_guard_is_told_in_one_line(tmp_path: Path, text: str, good: bool) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "page.txt").write_text(made.page(1), encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        HEAD + text.format(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated")), encoding="utf-8"
    )
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    if good:
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "1\n", "")
    else:
        assert ran.returncode == 1 and ran.stderr.count("Traceback") == 1
        assert (
            "UsageError" in ran.stderr.splitlines()[-1] and 'if __name__ == "__main__":' in ran.stderr.splitlines()[-1]
        )


def test_a_script_from_standard_input_is_told_so() -> None:
    code = "from pathlib import Path\nfrom ingest import corpus\ncorpus.run(Path('tests'), Path('nowhere'), dry_run=True)\nfrom ingest.corpus.processes.workers import Pool\nPool(corpus.Resources())\n"
    ran = subprocess.run([sys.executable], input=code, capture_output=True, text=True, timeout=60)
    assert ran.stderr.count("Traceback") == 1 and "put the script into one" in ran.stderr.splitlines()[-1]
