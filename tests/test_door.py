"""Nobody but the user can have code run through the servers of the flows: the fence, the password, who is believed.

The fence is tried here alone, and in the slow tests in front of the real server, from a real browser.
"""

import asyncio
import base64
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from serving import BUSY, FLOWS, ROOT, Api, environment, free_port, running, until
from test_flows import DOCUMENTS, by_source, make_folders

sys.path.insert(0, str(FLOWS))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
KEY = "a key of these tests, and of nothing else"
EVIL = "http://evil.example"


# -------------------------------------------------------------------- the fence alone


def asked(headers, path="/api/deployments/filter", method="POST", kind="http", query=""):
    """What the fence in front of an application says to a request: status, headers, body. 200 "in": it came through."""
    import fence

    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Frame-Options", b"ALLOW")]})
        await send({"type": "http.response.body", "body": b"in"})

    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": f"{kind}.connect"}

    scope = {"type": kind, "path": path, "query_string": query.encode()}
    scope |= {"headers": [(k.lower().encode(), v.encode()) for k, v in headers]}
    if kind == "http":
        scope["method"] = method
    asyncio.run(fence.Fence(app, 4200, KEY)(scope, receive, send))
    if kind == "websocket" and sent[0]["type"] == "websocket.close":
        return 403, {}, b""
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, sent[1]["body"]


HERE = ("Host", "127.0.0.1:4200")
OWN = ("Origin", "http://127.0.0.1:4200")


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        pytest.param(200, [HERE], id="a program on this machine"),
        pytest.param(200, [("Host", "localhost:4200")], id="a program that says localhost"),
        pytest.param(200, [HERE, OWN, ("Sec-Fetch-Site", "same-origin")], id="a page of the server's own"),
        pytest.param(421, [], id="no Host"),
        pytest.param(421, [("Host", "evil.example:4200")], id="a name rebound to this machine"),
        pytest.param(421, [("Host", "127.0.0.1")], id="without a port"),
        pytest.param(421, [("Host", "127.0.0.1:4201")], id="another port"),
        pytest.param(421, [("Host", "127.0.0.1.evil.example:4200")], id="a name that begins like ours"),
        pytest.param(421, [HERE, ("Host", "evil.example")], id="two Hosts"),
        pytest.param(403, [HERE, ("Origin", EVIL)], id="a foreign Origin"),
        pytest.param(403, [HERE, ("Origin", "null")], id="an opaque Origin"),
        pytest.param(403, [HERE, OWN, ("Origin", EVIL)], id="two Origins"),
        pytest.param(403, [HERE, ("Origin", "http://localhost:4200")], id="another origin of the same machine"),
        pytest.param(403, [HERE, ("Origin", "https://127.0.0.1:4200")], id="another scheme"),
        pytest.param(403, [HERE, ("Sec-Fetch-Site", "cross-site")], id="cross-site without an Origin"),
        pytest.param(403, [HERE, ("Sec-Fetch-Site", "same-site")], id="another port of the same machine"),
        pytest.param(
            403, [HERE, ("Origin", EVIL), ("Sec-Fetch-Mode", "navigate")], id="a form that is sent from elsewhere"
        ),
    ],
)
def test_who_comes_through_the_fence(status, headers):
    found, sent, body = asked(headers)
    assert (found, body == b"in") == (status, status == 200)
    assert sent["x-frame-options"] == "DENY" and sent["x-content-type-options"] == "nosniff"
    assert asked(headers, kind="websocket", path="/api/events/in")[0] == (200 if status == 200 else 403)


def test_a_link_from_elsewhere_may_be_followed_and_not_framed():
    visit = [HERE, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]
    found, headers, _ = asked(visit, path="/runs", method="GET")
    assert found == 200 and "frame-ancestors 'none'" in headers["content-security-policy"]
    assert [k for k in headers if k.lower() == "x-frame-options"] == ["x-frame-options"]
    assert asked(visit, path="/api/x", method="POST")[0] == 403
    assert asked([HERE, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")], method="GET")[0] == 403


def test_a_browser_is_led_to_the_one_origin():
    visit = [("Host", "localhost:4200"), ("Sec-Fetch-Mode", "navigate")]
    found, headers, _ = asked(visit, path="/runs", method="GET", query="page=2")
    assert (found, headers["location"]) == (307, "http://127.0.0.1:4200/runs?page=2")


def test_the_login_page_runs_one_script():
    import fence

    found, headers, body = asked([HERE], path=fence.LOGIN, method="GET")
    digest = re.search(r"script-src 'sha256-([^']+)'", headers["content-security-policy"])[1]
    script = body.decode().partition("<script>")[2].partition("</script>")[0]
    assert found == 200 and base64.b64decode(digest) == hashlib.sha256(script.encode()).digest()
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"


# -------------------------------------------------------------------- the key, and who is believed


@pytest.fixture
def home(tmp_path):
    """Prefect's folder, of this test's own."""
    from prefect.settings import PREFECT_HOME, temporary_settings

    with temporary_settings({PREFECT_HOME: tmp_path / "prefect"}):
        yield tmp_path / "prefect"


def test_the_key_is_made_once_and_is_nobody_elses(home):
    import server

    before = os.umask(0)
    try:
        found = server.key()
    finally:
        os.umask(before)
    assert len(found) >= 32 and server.key() == found
    assert (home / server.KEY).stat().st_mode & 0o777 == 0o600 and home.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in home.iterdir()] == [server.KEY]


@pytest.mark.parametrize("fault", ["read by others", "a link", "empty"])
def test_a_key_that_others_know_is_refused(home, fault, tmp_path):
    import server

    server.key()
    path = home / server.KEY
    if fault == "read by others":
        path.chmod(0o644)
    elif fault == "a link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.write_text("")
    with pytest.raises(server.ServerError, match="remove it"):
        server.key()


class Impostor(BaseHTTPRequestHandler):
    """Answers whatever it is asked as Prefect would, and notes what it was told."""

    told: list = []  # noqa: RUF012 (emptied by each test)

    def do_GET(self):
        self.told.append((self.path, self.headers.get("Authorization")))
        body = b'"3.8.8"'
        if self.path.startswith("/ingest-proof"):
            import fence

            nonce = self.path.partition("?")[2]  # as if another server of ours had been asked for it
            body = fence.proof(KEY, nonce, "127.0.0.1:1").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 (http.server's name)

    def log_message(self, *_):
        """Says nothing."""


def test_who_listens_where_ours_would_is_not_believed(home):
    """It learns no password, not even one that passes on what another server of ours says."""
    import server

    Impostor.told.clear()
    with HTTPServer(("127.0.0.1", 0), Impostor) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        port = one.server_address[1]
        home.mkdir()
        server.note(port)
        assert server.running(KEY, "a password") is None
        assert server.gone(port, KEY)
        one.shutdown()
    assert [path.partition("?")[0] for path, _ in Impostor.told] == ["/ingest-proof"] * 2
    assert {password for _, password in Impostor.told} == {None}


def test_a_server_that_asks_for_no_password_is_named():
    import server

    Impostor.told.clear()
    with HTTPServer(("127.0.0.1", 0), Impostor) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{one.server_address[1]}/api"
        assert server.answers(url, None) and url in server.open_to_all(url)
        one.shutdown()


# -------------------------------------------------------------------- the real server


class Served(NamedTuple):
    env: dict
    base: str
    password: str
    http: object
    api: Api
    curated: Path

    def link(self):
        command = [sys.executable, "flows/server.py", "--login"]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=True
        ).stdout.strip()


@pytest.fixture(scope="module", params=["free", "taken"])
def served(request, tmp_path_factory):
    """`serve.py` with a schedule of a minute, its port free or taken, and a user who knows the password."""
    import httpx

    place = tmp_path_factory.mktemp("served")
    raw, curated = make_folders(place)
    port = free_port()
    env = environment(place / "prefect", port, password=None)
    command = [sys.executable, "flows/serve.py", "--cron", "* * * * *", "--raw", raw, "--curated", curated]
    with socket.socket() as other:
        if request.param == "taken":
            other.bind(("127.0.0.1", port))
            other.listen()
        with running(command, place / "log", env):
            log = place / "log"
            until(lambda: "serving " in log.read_text(), 120, "it does not say where the server is")
            base = re.search(r"serving .* at (\S+)", log.read_text())[1]
            assert (base == f"http://127.0.0.1:{port}") == (request.param == "free")
            assert ("is taken by something else" in log.read_text()) == (request.param == "taken")
            key = (place / "prefect" / "ingest-auth").read_text()
            assert key not in log.read_text()
            with httpx.Client(base_url=base, timeout=30, auth=("ingest", key)) as http:
                api = Api(http)
                until(lambda: api.knows("curate/scheduled"), 60, "no deployment is there")
                yield Served(env, base, f"ingest:{key}", http, api, curated)


@pytest.mark.slow
def test_a_stranger_is_refused(served):
    """As in the attack: what runs as whom is changed by a `PATCH`, or a run is made by a `POST` without preflight."""
    import httpx

    one = served.api.get("/deployments/name/curate/scheduled")["id"]
    entry = {"entrypoint": "/tmp/evil.py:evil", "pull_steps": [{"prefect.deployments.steps.run_shell_script": {}}]}
    tries = [
        ("POST", "/deployments/filter", "{}"),
        ("POST", "/flow_runs/filter", "{}"),
        ("GET", "/admin/settings", None),
        ("PATCH", f"/deployments/{one}", json.dumps(entry)),
        ("POST", f"/deployments/{one}/create_flow_run", '{"state": {"type": "SCHEDULED"}}'),
        ("DELETE", f"/deployments/{one}", None),
    ]
    kinds = [
        {},
        {"Origin": EVIL},
        {"Host": "evil.example"},
        {"Origin": EVIL, "Content-Type": "application/json"},
        {"Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"},
        {"Authorization": "Basic " + base64.b64encode(b"ingest:guess").decode()},
        {"Authorization": "Bearer x"},
    ]
    before = len(served.api.runs())
    with httpx.Client(base_url=f"{served.base}/api", timeout=30) as http:
        found = {
            (method, path, str(kind)): http.request(method, path, content=body, headers=kind).status_code
            for method, path, body in tries
            for kind in kinds
        }
        preflight = http.options(
            "/deployments/filter", headers={"Origin": EVIL, "Access-Control-Request-Method": "PATCH"}
        )
    assert set(found.values()) <= {401, 403, 421}, found
    assert preflight.status_code == 403 and "access-control-allow-origin" not in preflight.headers
    # Even with the password a page of elsewhere gets nowhere, and without a token of the server's own nothing changes.
    known = served.http
    assert known.post("/api/deployments/filter", json={}, headers={"Origin": EVIL}).status_code == 403
    assert known.patch(f"/api/deployments/{one}", json=entry).status_code == 403
    assert served.api.get(f"/deployments/{one}")["entrypoint"].endswith("curate.py:curate")
    assert len(served.api.runs()) <= before + 2  # the schedule's own


@pytest.mark.slow
def test_a_strangers_websocket_is_refused(served):
    from websockets.exceptions import ConnectionClosed, InvalidStatus
    from websockets.sync.client import connect

    for path in ("events/in", "events/out", "logs/out"):
        url = f"{served.base.replace('http', 'ws')}/api/{path}"
        for origin in (EVIL, "null"):
            with pytest.raises(InvalidStatus):
                connect(url, origin=origin, subprotocols=["prefect"], proxy=None)
        with pytest.raises(ConnectionClosed), connect(url, subprotocols=["prefect"], proxy=None) as one:
            one.send(json.dumps({"type": "auth", "token": "guess"}))
            one.recv(timeout=10)
        with pytest.raises((InvalidStatus, ConnectionClosed)), connect(url, proxy=None) as one:
            one.recv(timeout=10)
        with connect(url, subprotocols=["prefect"], proxy=None) as one:
            one.send(json.dumps({"type": "auth", "token": served.password}))
            assert json.loads(one.recv(timeout=10)) == {"type": "auth_success"}


@pytest.mark.slow
@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: the user interfaces were not tried in a browser"
)
@pytest.mark.parametrize("ui", ["/", "/v2/"])
def test_both_user_interfaces_work_in_a_browser(served, ui, tmp_path):
    """Signed in by the link, the deployments are listed and one is run by hand; a page of elsewhere sees nothing."""
    from playwright.sync_api import sync_playwright

    other = tmp_path / "evil.html"
    other.write_text(
        f"<script>fetch('{served.base}/api/deployments/filter',{{method:'POST',body:'{{}}'}})"
        ".then(r=>document.title='in '+r.status).catch(()=>document.title='out')</script>"
        f"<iframe src='{served.base}/runs'></iframe>"
    )
    before = {run["id"] for run in served.api.runs() if not run["auto_scheduled"]}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        outside = []
        context.on(
            "response",
            lambda r: None if r.url.startswith((served.base, "file:", "data:", "blob:")) else outside.append(r.url),
        )
        tab = context.new_page()
        tab.set_default_timeout(90_000)
        sign_in(tab, served)
        assert served.password not in tab.url
        if ui == "/":
            context.add_cookies([{"name": "prefect_ui_version", "value": "v1", "url": served.base}])
        tab.goto(f"{served.base}{ui}deployments")
        tab.locator("a[href*='/deployments/deployment/']", has_text="scheduled").first.click()
        by_hand = lambda: [  # noqa: E731
            r for r in served.api.runs() if not r["auto_scheduled"] and r["id"] not in before
        ]
        # The UI asks a server that is too busy only once; whoever sits before it clicks again.
        refused = []
        settled = lambda: by_hand() or any(status in BUSY for status, _ in refused)  # noqa: E731
        tab.on("response", lambda r: refused.append((r.status, r.url)) if r.status >= 400 else None)
        for _ in range(3):
            refused.clear()
            tab.get_by_role("button", name="Run", exact=True).click()
            tab.get_by_text("Quick run").click()
            until(lambda: tab.wait_for_timeout(500) or settled(), 30, f"no run was made: {tab.url} {refused}")
            if by_hand():
                break
        assert by_hand(), refused
        assert outside == []
        # The same link spelt with localhost leads to the one origin; without the password there is a login.
        tab.goto(served.base.replace("127.0.0.1", "localhost") + ui)
        assert tab.url.startswith(served.base)
        tab.goto(other.as_uri())
        until(lambda: tab.wait_for_timeout(200) or tab.title() == "out", 10, "a page of elsewhere was let in")
        stranger = browser.new_context().new_page()
        stranger.goto(f"{served.base}{ui}deployments")
        stranger.wait_for_timeout(2000)
        assert "scheduled" not in stranger.locator("body").inner_text()
        browser.close()


def sign_in(tab, served):
    """Follows the link and waits until the UI has let the tab in.

    The UI that the link leads to asks the server whether the password is right, and forgets the password for any answer
    but yes, even for none. So whoever goes on to the next page before that answer is there is signed out, and so is who
    asks a server that is too busy for a moment: that one follows the link again.
    """
    inside = tab.get_by_role("link", name="Deployments", exact=True).first
    outside = tab.locator("input[type=password]").first
    for _ in range(3):
        tab.goto(served.link())
        inside.or_(outside).first.wait_for()
        if inside.is_visible():
            return
    raise AssertionError(f"the link signs nobody in: {tab.url}")


@pytest.mark.slow
def test_the_command_line_and_the_schedule_work(served):
    command = [sys.executable, "flows/server.py", "--env"]
    told = subprocess.run(command, cwd=ROOT, env=served.env, capture_output=True, text=True, check=True).stdout
    prefect = str(Path(sys.executable).with_name("prefect"))
    run = f"{told}\n{prefect} deployment run curate/scheduled --watch"
    done = subprocess.run(["bash", "-c", run], cwd=ROOT, env=served.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(by_source(served.curated)) == DOCUMENTS
    bare = subprocess.run(
        [prefect, "deployment", "ls"],
        env=served.env | {"PREFECT_API_URL": f"{served.base}/api"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert bare.returncode != 0 and "Unauthorized" in bare.stdout + bare.stderr
    until(
        lambda: [run for run in served.api.runs(state={"type": {"any_": ["COMPLETED"]}}) if run["auto_scheduled"]],
        150,
        "no scheduled run",
    )


@pytest.mark.slow
def test_what_a_person_sees_of_a_run(served):
    """A few lines of a run that worked, one of a run that could not; names, tags, tables; an event that wakes an automation."""
    api = served.api
    told = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    def lines(run, least):
        asked = {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC"}
        return until(lambda: (f := api.post("/logs/filter", **asked)) and len(f) >= least and f, 30, "no lines")

    with HTTPServer(("127.0.0.1", 0), Listener) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        notify(api, f"http://127.0.0.1:{listener.server_address[1]}/")
        good = api.start("curate/scheduled", full=True)
        assert api.ended(good)["state_type"] == "COMPLETED"
        bad = api.start("curate/scheduled", raw=str(served.curated.parent / "nowhere"))
        ended = api.ended(bad)
        until(lambda: told, 30, "the automation did not fire")
        listener.shutdown()
    run = api.run(good)
    assert re.fullmatch(r"served\d* \d{4}-\d\d-\d\d \d\d:\d\d", run["name"]) and set(run["tags"]) >= {"ingest"}
    messages = [line["message"] for line in lines(good, 8)]
    assert any(m.endswith("/raw: 4 pages are new or changed") for m in messages)
    assert "rejected: not_chinese 1" in messages and f"the datasets are in {served.curated}" in messages
    assert any(m.startswith("4 pages: ") for m in messages) and len(messages) <= 12
    assert ended["state"]["message"].endswith("nowhere does not exist: name the folder with the raw pages")
    errors = [line["message"] for line in lines(bad, 3) if line["level"] >= 30]
    assert errors == [ended["state"]["message"]] and "\n" not in errors[0]
    assert told[0]["text"] == "4 pages, 1 rejected"
    made = {a["key"].split("-")[1] for a in api.post("/artifacts/filter") if a["flow_run_id"] == good}
    assert made == {"progress", "summary", "rejected", "slowest"}


def notify(api, url):
    """An automation that sends what is told of a run to an address, as the README says it is made by hand in the UI."""
    kind = api.get("/block_types/slug/custom-webhook")["id"]
    schema = api.post("/block_schemas/filter", block_schemas={"block_type_id": {"any_": [kind]}})[0]["id"]
    data = {"name": "told", "url": url, "method": "POST", "json_data": {"text": "{{body}}"}, "allow_private_urls": True}
    block = api.post("/block_documents/", name="told", data=data, block_schema_id=schema, block_type_id=kind)["id"]
    body = "{{ event.payload.pages }} pages, {{ event.payload.rejected }} rejected"
    api.post(
        "/automations/",
        name="tell",
        trigger={"type": "event", "posture": "Reactive", "expect": ["ingest.curated"], "threshold": 1, "within": 0},
        actions=[{"type": "send-notification", "block_document_id": block, "subject": "ingest", "body": body}],
    )


@pytest.mark.slow
def test_a_work_pool_works_as_the_yaml_says(tmp_path):
    """The commands at the head of `prefect.yaml`, as they stand there, in a copy of the project."""
    for name in ("raw", "flows"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "prefect.yaml", tmp_path)
    told = (tmp_path / "prefect.yaml").read_text("utf-8").partition("#   python flows/server.py")
    lines = ["python flows/server.py" + line for line in [told[2].partition("\n")[0]]]
    lines += [line[4:] for line in told[2].partition("\n")[2].split("\n#\n")[0].split("\n") if line.startswith("#   ")]
    server, variables, *rest = [line.partition("   #")[0].strip() for line in lines]
    pool, deploy, worker, run = rest
    assert server.endswith("&") and worker.endswith("&")
    script = "\n".join(
        [
            # The worker ends first, told twice, as it wants to be: left alone it would hold the output open.
            "set -e; W=; trap 'set +e; kill $W; sleep 5; kill $W; wait $W; kill $S; wait $S; true' EXIT",
            server,
            "S=$!",
            "for i in $(seq 90); do python flows/server.py --env > /dev/null 2>&1 && break; sleep 1; done",
            variables,
            pool,
            deploy,
            worker,
            "W=$!",
            "prefect deployment run curate/scheduled --watch",
            f"{run} --watch",
        ]
    )
    env = environment(tmp_path / "prefect", free_port(), password=None)
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert by_source(tmp_path / "curated")["gov/plan.html"]


@pytest.mark.slow
def test_a_server_that_is_killed_takes_serving_with_it(tmp_path):
    """Who listens there next is told no password."""
    port = free_port()
    env = environment(tmp_path / "prefect", port, password=None)
    log = tmp_path / "log"
    with running([sys.executable, "flows/serve.py"], log, env) as process:
        until(lambda: "serving " in log.read_text(), 120, "nothing is served")
        child = next(
            int(p.name)
            for p in Path("/proc").iterdir()
            if p.name.isdigit() and b"fence.py" in (p / "cmdline").read_bytes() and _parent(p) == process.pid
        )
        os.kill(child, 9)
        begun = time.monotonic()
        process.wait(60)
        assert time.monotonic() - begun < 30
    assert "has ended" in log.read_text() and "Traceback" not in log.read_text()


def _parent(place):
    return int((place / "stat").read_text().rpartition(")")[2].split()[1])
