"""Every block of the README runs, in its order, in a copy of the project; where a `text` block follows, that is the output."""

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKS, CHINESE = (
    re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / name).read_text("utf-8"), re.M | re.S)
    for name in ("README.md", "README.zh.md")
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A copy of what a clone holds, with this environment as its `.venv`."""
    here = tmp_path_factory.mktemp("clone")
    for name in ("raw", "flows", "tests"):
        shutil.copytree(ROOT / name, here / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "prefect.yaml"):
        shutil.copy2(ROOT / name, here / name)
    (here / ".venv").symlink_to(sys.prefix)
    before = Path.cwd()
    os.chdir(here)
    yield here
    os.chdir(before)


def run_bash(code, here):
    """Run a block of commands; the two that never end or would start these tests again are run as far as they tell."""
    env = {**os.environ, "COLUMNS": "120", "NO_COLOR": "1", "MAKEFLAGS": ""}
    if code.strip() == "make test":
        out = subprocess.run(
            ["make", "-n", "-o", ".venv/.done", "test"], cwd=here, env=env, capture_output=True, text=True
        )
        assert out.returncode == 0 and "pytest" in out.stdout
        return
    if "flows/serve.py" in code:
        process = subprocess.Popen(code, shell=True, cwd=here, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
        time.sleep(20)
        alive = process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        try:
            out, _ = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, _ = process.communicate()
        assert alive, out.decode()
        return
    code = re.sub(r"^make ", "make -o .venv/.done ", code, flags=re.M)
    done = subprocess.run(["bash", "-e", "-c", code], cwd=here, env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_readme_blocks(place):
    names = {}
    printed = ""
    ran = 0
    for language, code in BLOCKS:
        if language == "python":
            catch = io.StringIO()
            with contextlib.redirect_stdout(catch):
                exec(compile(code, "README.md", "exec"), names)
            printed = catch.getvalue()
        elif language == "bash":
            run_bash(code, place)
        elif language == "text":
            assert printed == code
        else:
            raise AssertionError(f"a block nobody tests: {language}")
        ran += 1
    assert ran == len(BLOCKS) >= 10


def test_the_chinese_readme(place):
    """Its commands are those of the other one, which run above; its Python runs here, after them."""
    bash = {code for language, code in BLOCKS if language == "bash"}
    names, printed = {}, ""
    for language, code in CHINESE:
        if language == "python":
            catch = io.StringIO()
            with contextlib.redirect_stdout(catch):
                exec(compile(code, "README.zh.md", "exec"), names)
            printed = catch.getvalue()
        elif language == "text":
            assert printed == code
        else:
            assert language == "bash" and code in bash, code
    assert len(CHINESE) >= 10


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_names_no_machine(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"/(?:work|root|home|tmp)/", text)
