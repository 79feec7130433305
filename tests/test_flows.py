"""The flows: thin over the package's functions, retried for I/O only, and really fired by a real server."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
import sites_made
import yaml
from serving import FLOWS, PASSWORD, ROOT, Api, environment, free_port, running, until

from ingest.corpus import Summary
from ingest.corpus.runs.batch import continued
from ingest.corpus.runs.jobs import Job

PAGES = {
    "gov/plan.html": "<title>青屿县渔港建设方案</title><h1>青屿县渔港建设方案</h1><p>一、总体目标</p><p>到2025年新建渔港三座。</p>"
    "<p>二、保障措施</p><p>（一）加强领导。成立工作专班，统筹推进渔港建设各项工作。</p>",
    "gov/notice.txt": "石塘镇关于开展海滩清洁的通知\n各村、各单位：\n一、时间\n本周六上午八时。\n二、要求\n自带工具，注意安全。\n",
    "news/story.txt": "柳溪镇的新码头\n清晨，渔船陆续靠岸，码头上一片繁忙。镇里投入资金修了防波堤，渔民们说这下放心了。\n",
    "bad/english.txt": "Nothing in this file is Chinese, and so nothing can be curated from it at all.\n",
}
DOCUMENTS = len(PAGES) - 1


@pytest.fixture
def folders(tmp_path):
    return make_folders(tmp_path)


def make_folders(place):
    raw, curated = place / "raw", place / "curated"
    for name, text in PAGES.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_text(text, encoding="utf-8")
    return raw, curated


def rows(curated, dataset):
    """All rows, as a plain glob finds them."""
    found = sorted(curated.glob(f"{dataset}/*/*.parquet"))
    return [row for path in found for row in pq.ParquetFile(path).read().to_pylist()]


def by_source(curated):
    return {row["source"]: row for row in rows(curated, "documents")}


# -------------------------------------------------------------------- without Prefect


def test_only_the_flows_know_prefect():
    code = (
        "import sys, ingest, ingest.cli, ingest.corpus.runs.batch, ingest.settings; sys.exit('prefect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    known = [p for p in (ROOT / "src").rglob("*.py") if "import prefect" in p.read_text(encoding="utf-8")]
    assert known == []


def test_two_attempts_are_counted_once():
    """A document that was new at the first attempt is unchanged at the second: it is new."""
    first = Summary(pages=5, new=2, curated=3, failures=["bucket 7 is locked"], seconds=1.0)
    first.rejected["empty"] = 1
    second = Summary(pages=5, new=1, unchanged=3, curated=1, seconds=0.5)
    second.rejected["empty"] = 1
    both = continued(first, second)
    assert (both.new, both.changed, both.unchanged, sum(both.rejected.values())) == (3, 0, 1, 1)
    assert both.new + both.changed + both.unchanged + sum(both.rejected.values()) == both.pages
    assert (both.curated, both.seconds, both.failures) == (4, 1.5, [])
    assert [
        f.name for f in fields(Summary) if getattr(continued(Summary(), first), f.name) != getattr(first, f.name)
    ] == []


def test_a_wrong_cron_line_is_a_usage_error(tmp_path):
    env = os.environ | {"PREFECT_HOME": str(tmp_path)}
    command = [sys.executable, "flows/serve.py", "--cron", "every night"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "every night" in done.stderr and "Traceback" not in done.stderr


def test_the_yaml_names_what_there_is():
    sys.path.insert(0, str(FLOWS))
    import curate
    import reprocess
    from cronsim import CronSim

    told = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    flows = {"flows/curate.py:curate": curate.curate, "flows/reprocess.py:reprocess": reprocess.reprocess}
    assert {d["entrypoint"] for d in told["deployments"]} == set(flows)
    for deployment in told["deployments"]:
        described = flows[deployment["entrypoint"]].parameters.properties
        assert set(deployment["parameters"]) <= set(described)
        assert all(one["description"] for one in described.values())
        assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
        for schedule in deployment.get("schedules", ()):
            assert next(CronSim(schedule["cron"], datetime(2026, 1, 1))) > datetime(2026, 1, 1)


# -------------------------------------------------------------------- on Prefect's test harness


@pytest.fixture(scope="module")
def flows():
    """The flows' modules, on a server of their own for all tests here: it takes some seconds to start."""
    sys.path.insert(0, str(FLOWS))
    import curate
    import reprocess
    from prefect.testing.utilities import prefect_test_harness

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curate.curate_buckets, "retry_delay_seconds", [0, 0, 0])
        with prefect_test_harness(server_startup_timeout=60):
            yield curate, reprocess


def client():
    from prefect.client.orchestration import get_client

    return get_client(sync_client=True)


def latest(key):
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
    from prefect.client.schemas.sorting import ArtifactSort

    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
    return client().read_artifacts(artifact_filter=wanted, sort=ArtifactSort.CREATED_DESC)[0]


def task_runs():
    """The task runs of the last flow run: their states and how often each was tried."""
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    run = client().read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)[0]
    for _ in range(50):  # task runs reach the server a moment later, as events
        found = client().read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])))
        if found and all(one.state and one.state.is_final() for one in found):
            break
        time.sleep(0.1)
    return [(one.state.type.value, one.run_count) for one in found]


def test_a_run_and_one_without_news(flows, folders):
    curate, _ = flows
    raw, curated = folders
    found = curate.curate(raw=raw, curated=curated, corpus="tests")
    assert (found.pages, found.new, dict(found.rejected), found.failures) == (4, DOCUMENTS, {"not_chinese": 1}, [])
    assert sorted(by_source(curated)) == sorted(name for name in PAGES if "bad" not in name)
    assert float(latest("curate-progress-tests").data) == 100.0
    summary = latest("curate-summary-tests").data
    assert "| new | 3 |" in summary and "| not_chinese | 1 |" in summary
    assert f"| bytes | {sum(len(text.encode()) for text in PAGES.values())} |" in summary
    slow = json.loads(latest("curate-slowest-tests").data)
    assert {row["page"] for row in slow} == set(PAGES) and all(row["seconds"] >= 0 for row in slow)
    (refused,) = json.loads(latest("curate-rejected-tests").data)
    assert (refused["source"], refused["reason"]) == ("bad/english.txt", "not_chinese")
    again = curate.curate(raw=raw, curated=curated)
    assert (again.pages, again.new, again.unchanged, again.curated) == (4, 0, DOCUMENTS, 0)


def test_a_site_is_learnt_before_its_pages_are_curated(flows, tmp_path):
    curate, _ = flows
    raw = tmp_path / "raw"
    pages = sites_made.site("campus", articles=21, lists=0)
    for page in pages:
        (raw / page.path).parent.mkdir(parents=True, exist_ok=True)
        (raw / page.path).write_text(page.html, "utf-8")
    found = curate.curate(raw=raw, curated=tmp_path / "curated")
    assert (found.new, found.curated, len(found.learnt)) == (len(pages), len(pages), 1)


def test_reprocessing_replaces_one_document(flows, folders):
    curate, reprocess = flows
    raw, curated = folders
    curate.curate(raw=raw, curated=curated)
    before = by_source(curated)
    page = raw / "gov/notice.txt"
    page.write_text(PAGES["gov/notice.txt"].replace("本周六", "本周日"), encoding="utf-8")
    found = reprocess.reprocess(file=page, curated=curated)
    assert (found.pages, found.changed) == (1, 1)
    after = by_source(curated)
    assert {name for name in before if before[name] != after[name]} == {"gov/notice.txt"}
    assert "本周日" in after["gov/notice.txt"]["text"]
    revisions = {
        row["revision"] for row in rows(curated, "records") if row["doc_id"] == after["gov/notice.txt"]["doc_id"]
    }
    assert revisions == {after["gov/notice.txt"]["revision"]}


def test_the_embedded_server_knows_its_own(flows):
    """Whoever finds its port, a page in a browser or another user, is refused; the flows are not."""
    import httpx
    from prefect.settings import PREFECT_API_URL

    client()
    url = PREFECT_API_URL.value()
    assert httpx.get(f"{url}/admin/version").status_code == 401
    for headers in ({}, {"Origin": "http://evil.example"}, {"Authorization": "Basic dGVzdA=="}):
        for path in ("/deployments/filter", "/flows/"):
            assert httpx.post(url + path, content='{"name": "x"}', headers=headers).status_code in (401, 403)


def test_a_page_that_cannot_be_curated_is_tried_once(flows, folders):
    curate, _ = flows
    raw, curated = folders
    curate.curate(raw=raw, curated=curated)
    assert task_runs() == [("COMPLETED", 1)]


def test_io_is_tried_again(flows, folders, monkeypatch):
    """The first attempt does all buckets but one; what it did is counted once, and as what it was."""
    curate, _ = flows
    raw, curated = folders
    from ingest.corpus.runs import batch

    real, calls = batch.work, []

    def flaky(raw, curated, jobs, **options):
        calls.append(len(jobs))
        if len(calls) > 1:
            return real(raw, curated, jobs, **options)
        done = real(raw, curated, jobs[1:], **options)
        return done + Summary(pages=len(jobs[0].paths), failures=["bucket: Stale file handle"])

    monkeypatch.setattr(batch, "work", flaky)
    found = curate.curate(raw=raw, curated=curated)
    assert calls == [4, 4]
    assert (found.pages, found.new, found.unchanged, sum(found.rejected.values())) == (4, DOCUMENTS, 0, 1)
    assert found.failures == []
    assert task_runs() == [("COMPLETED", 2)]


def test_a_bucket_that_stays_broken_fails_no_other(flows, folders, monkeypatch):
    curate, _ = flows
    raw, curated = folders
    from ingest.corpus.runs import batch

    real = batch.work
    broken = raw / "gov/plan.html"

    def no_space(raw, curated, jobs, **options):
        sound = [job for job in jobs if "gov/plan.html" not in job.paths]
        return real(raw, curated, sound, **options) + Summary(pages=1, failures=["bucket: No space left on device"])

    monkeypatch.setattr(batch, "work", no_space)
    state = curate.curate(raw=raw, curated=curated, corpus="broken 云", return_state=True)
    found = state.result()
    assert state.is_completed()
    assert found.failures == ["bucket: No space left on device"]
    assert broken.exists() and sorted(by_source(curated)) == ["gov/notice.txt", "news/story.txt"]
    import report

    assert "No space left" in latest(f"curate-summary-{report.slug('broken 云')}").data
    assert task_runs() == [("COMPLETED", 4)]


def test_a_fault_of_the_program_is_not_tried_again(flows, folders, monkeypatch):
    curate, _ = flows
    raw, curated = folders
    from ingest.corpus.runs import batch

    def broken(*_args, **_options):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(batch, "work", broken)
    state = curate.curate(raw=raw, curated=curated, return_state=True)
    assert state.is_failed()
    assert task_runs() == [("FAILED", 1)]


def test_a_second_run_in_the_same_folder_is_held_back(flows, folders):
    from ingest import StoreError
    from ingest.corpus import exclusive

    curate, _ = flows
    raw, curated = folders
    with exclusive(curated), pytest.raises(StoreError, match=str(os.getpid())):
        curate.curate(raw=raw, curated=curated)


@pytest.mark.parametrize(
    ("command", "url"),
    [(("serve.py", "--cron", "0 3 * * *"), "http://127.0.0.1:9/api"), (("curate.py",), "nonsense")],
)
def test_a_prefect_server_that_is_not_there_is_one_line(folders, command, url):
    raw, curated = folders
    done = subprocess.run(
        [sys.executable, FLOWS / command[0], "--raw", raw, "--curated", curated, *command[1:]],
        env=environment(raw.parent / "prefect", free_port()) | {"PREFECT_API_URL": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    line = f"error: no Prefect server answers at {url} (PREFECT_API_URL): start it, or unset that to do without\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)


@pytest.mark.parametrize("name", ["missing", "gov/plan.html"])
def test_a_wrong_folder_is_one_line(flows, folders, name, capsys):
    import report

    curate, _ = flows
    raw, curated = folders
    assert report.shown(curate.curate, None, {"raw": raw / name, "curated": curated}) == 1
    shown = capsys.readouterr()
    assert shown.err.startswith("error: ") and shown.err.count("\n") == 1 and not shown.out


def test_names_of_corpora():
    import report

    assert report.corpus_of(Path("corner/raw")) == "corner" and report.corpus_of(Path("corner/pages")) == "pages"
    assert report.corpus_of(Path("corner/raw"), "云栖") == "云栖"
    slugs = [report.slug(name) for name in ("gov", "云栖", "云", "a b", "a-b", "A_b", "新 news")]
    assert slugs[0] == "gov" and len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


def test_several_corpora_from_their_settings(tmp_path, monkeypatch):
    """Each has the folders of its own settings, whatever the environment says; two of one name or folder are refused."""
    import argparse

    import serve

    from ingest import UsageError

    for name, text in (("a", ""), ("b", 'raw = "pages"\ncurated = "../out"'), ("c", 'curated = "../out"')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "my.toml").write_text(text)
    monkeypatch.setenv("INGEST_CURATED", str(tmp_path / "all"))
    monkeypatch.setenv("INGEST_RAW", str(tmp_path / "all"))

    def given(*names, **other):
        named = [[name, str(tmp_path / folder / "my.toml")] for name, folder in names]
        return argparse.Namespace(**({"corpus": named, "raw": None, "curated": None} | other))

    one, two = serve.corpora(given(("甲", "a"), ("乙", "b")))
    assert (one.raw, one.curated) == (tmp_path / "a" / "raw", tmp_path / "a" / "curated")
    assert (two.raw, two.curated.resolve()) == (tmp_path / "b" / "pages", tmp_path / "out")
    made = [(d.name, d.tags, d.parameters["settings_file"]) for d in two.served("0 3 * * *")]
    assert made == [("乙", ["ingest", "乙"], str(tmp_path / "b" / "my.toml"))] * 2
    for names, other in (
        ((("甲", "a"), ("甲", "b")), {}),
        ((("乙", "b"), ("丙", "c")), {}),
        ((("甲", "a"),), {"raw": Path("raw")}),
    ):
        with pytest.raises(UsageError):
            serve.corpora(given(*names, **other))


def test_a_deployment_of_other_parameters_is_not_replaced_in_silence(flows, tmp_path):
    import serve

    for folder, said in (("one", 0), ("one", 0), ("two", 1)):
        made = serve.Corpus("corpus", tmp_path / folder / "raw", tmp_path / "curated").served("0 3 * * *")
        lines = serve.replaced(made)
        assert len(lines) == said
        for one in made:
            one.apply()
    assert f"raw={tmp_path / 'one' / 'raw'}" in lines[0] and "curate/scheduled" in lines[0]


def test_the_settings_file_of_a_corpus_holds(flows, folders):
    curate, reprocess = flows
    raw, _ = folders
    other = raw.parent / "other" / "mine.toml"
    other.parent.mkdir()
    other.write_text('raw = "../raw"\ncurated = "made"\n[limits]\nmax_bytes = 150\n')
    found = curate.curate(settings_file=other)
    assert found.rejected["too_large"] == 1 and by_source(other.parent / "made")
    again = reprocess.reprocess(raw / "gov/plan.html", curated=other.parent / "made", settings_file=other)
    assert dict(again.rejected) == {"too_large": 1}


def test_a_file_that_was_never_curated_is_a_usage_error(flows, folders, capsys):
    import report

    curate, reprocess = flows
    raw, curated = folders
    curate.curate(raw=raw, curated=curated)
    assert report.shown(reprocess.reprocess, None, {"file": ROOT / "README.md", "curated": curated}) == 2
    assert "is not under" in capsys.readouterr().err


def test_many_buckets_make_few_tasks(flows):
    """A task is a batch of half a minute or more, since each costs some milliseconds."""
    curate, _ = flows
    jobs = tuple(Job(n, tuple(f"{n}-{i}.html" for i in range(100))) for n in range(64))
    made = curate.Plan(jobs, 6400, Summary())
    sizes = [sum(len(j.paths) for j in part) for part in made.batches(-(-made.stale // curate.PAGES_A_TASK))]
    assert sum(sizes) == 6400 and len(sizes) == 4


# -------------------------------------------------------------------- on the embedded server, as `make run` does

GUARD = """
import os, socket
_connect = socket.socket.connect
def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        with open(os.environ["CALLED_OUT"], "a") as log:
            log.write(f"{address}\\n")
        raise OSError("not in a test")
    return _connect(self, address)
socket.socket.connect = connect
"""


@pytest.mark.slow
def test_the_embedded_server_is_quiet_and_calls_nobody(folders, tmp_path):
    raw, curated = folders
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    env = {k: v for k, v in os.environ.items() if k not in ("PREFECT_API_URL", "DO_NOT_TRACK")} | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PYTHONPATH": str(tmp_path / "guard"),
        "CALLED_OUT": str(tmp_path / "called"),
    }
    for counts in ("3 new, 0 changed, 0 unchanged, 1 rejected", "0 new, 0 changed, 3 unchanged, 1 rejected"):
        command = [sys.executable, "flows/curate.py", "--raw", raw, "--curated", curated]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"4 pages: {counts}") and "Next: ingest stats" in done.stdout
        assert [line for line in done.stderr.splitlines() if not line.startswith("curated ")] == []
    assert not (tmp_path / "called").exists(), (tmp_path / "called").read_text()
    assert not list((tmp_path / "prefect").glob("storage/*"))  # nothing is pickled, since no result is kept


# -------------------------------------------------------------------- on a real server


@pytest.fixture
def server(tmp_path):
    """Settings for a Prefect of its own, and its API."""
    import httpx

    port = free_port()
    base = f"http://127.0.0.1:{port}"
    env = environment(tmp_path / "prefect", port) | {"PREFECT_LOGGING_LEVEL": "WARNING"}
    with httpx.Client(base_url=base, timeout=30, auth=tuple(PASSWORD.split(":"))) as http:
        yield Server(env, base, Api(http))


class Server(NamedTuple):
    env: dict
    base: str
    api: Api


@pytest.mark.slow
def test_a_schedule_fires(folders, tmp_path, server):
    """Without a server at hand, `serve.py` starts one; the schedule of one minute fires; it all ends together."""
    raw, curated = folders
    serve = [sys.executable, "flows/serve.py", "--cron", "* * * * *", "--raw", raw, "--curated", curated]
    log = tmp_path / "serve"
    with running(serve, log, server.env) as process:
        until(lambda: server.base in log.read_text(), 120, "it does not say where the server is")
        fired = until(
            lambda: server.api.runs(state={"type": {"any_": ["COMPLETED"]}}),
            150,
            f"no scheduled run within two minutes: {log.read_text()}",
        )
        assert fired[0]["auto_scheduled"] and fired[0]["created_by"]["type"] == "SCHEDULE"
        assert len(by_source(curated)) == DOCUMENTS
        process.terminate()
        process.wait(60)
        assert not server.api.healthy()
    assert "Traceback" not in log.read_text()


OWN_SERVER = {"PREFECT_SERVER_API_AUTH_STRING": PASSWORD, "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true"}
"""What the README says that a server of one's own needs."""


@pytest.mark.slow
def test_a_real_server(folders, tmp_path, server):
    """A reprocess through its deployment replaces one document; overlapping runs wait; cancelling leaves a clean folder."""
    raw, curated = folders
    env = server.env | OWN_SERVER | {"PREFECT_API_URL": f"{server.base}/api", "INGEST_COMMIT_PAUSE_MS": "2500"}
    serve = [sys.executable, "flows/serve.py", "--raw", raw, "--curated", curated]
    listen = ["--host", "127.0.0.1", "--port", env["PREFECT_SERVER_API_PORT"]]
    with running([sys.executable, "-m", "prefect", "server", "start", *listen], tmp_path / "server", env):
        until(server.api.healthy, 90, (tmp_path / "server").read_text())
        with running(serve, tmp_path / "serve", env):
            until(lambda: "serving" in (tmp_path / "serve").read_text(), 60, "nothing is served")
            assert server.api.ended(server.api.start("curate/scheduled"))["state_type"] == "COMPLETED"
            before = by_source(curated)
            assert len(before) == DOCUMENTS
            page = raw / "gov/notice.txt"
            page.write_text(PAGES["gov/notice.txt"].replace("本周六", "本周日"), encoding="utf-8")
            asked = server.api.start("reprocess/on-demand", file=str(page))
            assert server.api.ended(asked)["state_type"] == "COMPLETED"
            after = by_source(curated)
            assert {name for name in before if before[name] != after[name]} == {"gov/notice.txt"}
            assert "本周日" in after["gov/notice.txt"]["text"]

            runs = [server.api.start("curate/scheduled", full=True) for _ in range(2)]
            held = lambda: [r for r in runs if server.api.run(r)["state_name"] == "AwaitingConcurrencySlot"]  # noqa: E731
            assert len(until(held, 60, "overlapping runs are not held back")) == 1
            ends = [server.api.ended(run) for run in runs]
            times = sorted((end["start_time"], end["end_time"], end["state_type"]) for end in ends)
            assert [state for *_, state in times] == ["COMPLETED", "COMPLETED"]
            assert times[0][1] <= times[1][0]

            # A full run commits nothing where the rows stay as they are: there must be something to be stopped in.
            page.write_text(PAGES["gov/notice.txt"].replace("本周六", "本周五"), encoding="utf-8")
            stopped = server.api.start("curate/scheduled", full=True)
            until(lambda: list(curated.glob("*/*/.*.tmp")), 180, "no commit is under way")
            server.api.post(f"/flow_runs/{stopped}/set_state", state={"type": "CANCELLING", "name": "Cancelling"})
            assert server.api.ended(stopped)["state_type"] == "CANCELLED"
            assert server.api.ended(server.api.start("curate/scheduled"))["state_type"] == "COMPLETED"

    command = [Path(sys.executable).with_name("ingest"), "check", curated]
    check = subprocess.run(command, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr
    assert not list(curated.glob("*/*/.*"))
