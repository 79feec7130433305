"""Self-written pages for tests and benchmarks, with invented places; and ways for a page to go wrong."""

import hashlib
import os
import random
import signal
import sys
import time
from pathlib import Path

import pyarrow as pa

from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.processes import workers

PLACES = ("云岭县", "青禾市", "石桥镇", "白鹭区", "东篱县", "鹿鸣市")
TOPICS = ("粮食生产", "农村供水", "职业教育", "河道治理", "公共交通", "古树保护", "小型水库")
SENTENCES = (
    "各有关部门要按照职责分工,抓好本方案的落实。",
    "对工作成效明显的单位,给予通报表扬。",
    "建立台账,逐项销号,确保按期完成。",
    "鼓励社会力量参与,形成多方投入的格局。",
    "加强日常巡查,发现问题及时处理。",
)


def page(n: int, paragraphs: int = 6) -> str:
    """A plan in plain text, the same for the same number."""
    draw = random.Random(n)
    place, topic = draw.choice(PLACES), draw.choice(TOPICS)
    lines = [f"{place}{topic}工作方案", f"为做好{place}{topic}工作,制定本方案。"]
    for k, mark in enumerate("一二三四五六七八九"[: max(1, paragraphs // 2)]):
        lines.append(f"{mark}、{draw.choice(TOPICS)}")
        lines += [f"（{m}）第{n}号方案第{k + 1}项。{draw.choice(SENTENCES)}{draw.choice(SENTENCES)}" for m in "一二"]
    return "\n".join(lines) + "\n"


def html(n: int, paragraphs: int = 6) -> str:
    """The same as a web page with some furniture."""
    title, *lines = page(n, paragraphs).splitlines()
    body = "\n".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_门户网站</title></head><body>"
        f"<div class='nav'><a href='/'>首页</a> &gt; <a href='/zw'>政务公开</a></div><h1>{title}</h1>"
        f"<div class='TRS_Editor'>{body}</div><div class='footer'>版权所有 云岭县人民政府办公室</div></body></html>"
    )


def folder(root: Path, count: int, paragraphs: int = 6) -> Path:
    """A raw folder with `count` pages, every third one HTML, in a few subfolders."""
    for n in range(count):
        place = root / f"part{n % 3}"
        place.mkdir(parents=True, exist_ok=True)
        if n % 3 == 2:
            (place / f"page{n:05d}.html").write_text(html(n, paragraphs), encoding="utf-8")
        else:
            (place / f"page{n:05d}.txt").write_text(page(n, paragraphs), encoding="utf-8")
    return root


def digests(root: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256, locks and what is kept of texts (by time stamps) aside."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix != ".lock" and path.parent.name != "texts"
    }


def loads_pandas() -> bool:
    """In a worker: whether it has loaded pandas once it has made an array."""
    pa.array(["text"])
    return "pandas" in sys.modules


# These run in worker processes, in the place of `workers.curate_item`.


def hanging(root: Path, item: readers.Item, config: Config) -> workers.Result:
    """Pages named hang* never end, and do not listen to signals."""
    if "hang" in item.path:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(600)
    return workers.curate_item(root, item, config)


def dying(root: Path, item: readers.Item, config: Config) -> workers.Result:
    """Pages named die* take their process along, as a fault in C does."""
    if "die" in item.path:
        os.kill(os.getpid(), signal.SIGSEGV)
    return workers.curate_item(root, item, config)


def greedy(root: Path, item: readers.Item, config: Config) -> workers.Result:
    """Pages named eat* want more memory than there is."""
    if "eat" in item.path:
        try:
            bytearray(8 << 30)
        except MemoryError:
            return workers.Refusal(item.source, None, "worker", "crashed", "memory")
    return workers.curate_item(root, item, config)


def unreadable(root: Path, item: readers.Item, config: Config) -> workers.Result:
    """Pages named locked* cannot be read (root reads everything, so it is said in the operating system's place)."""
    if "locked" in item.path:
        return workers.Refusal(item.source, None, "read", "unreadable", "Permission denied", transient=True)
    return workers.curate_item(root, item, config)
