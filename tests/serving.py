"""Real Prefect servers for the tests: processes that are ended as a whole, and a client that knows the password."""

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FLOWS = ROOT / "flows"
PASSWORD = "tests:own"
BUSY = (502, 503)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def running(command, log, env):
    """A process in a group of its own, which is ended as a whole."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
        try:
            yield process
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, number)
                    process.wait(20)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue


def until(what, seconds, message):
    """Waits for something to become true, and gives it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(message)


def environment(home: Path, port: int, password: str | None = PASSWORD) -> dict[str, str]:
    """The environment of a user with a Prefect folder of its own, and nothing else of Prefect's."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    env |= {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "DO_NOT_TRACK": "1",
    }
    return env | {"PREFECT_API_AUTH_STRING": password} if password else env


class Api(NamedTuple):
    """The API of a server. One that is too busy for a moment is asked again."""

    http: Any

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        for attempt in range(20):
            headers = {}
            if method != "GET":
                token = self.http.get("/api/csrf-token?client=test").raise_for_status().json()["token"]
                headers = {"Prefect-Csrf-Client": "test", "Prefect-Csrf-Token": token}
            answer = self.http.request(method, f"/api{path}", json=body, headers=headers)
            if answer.status_code not in BUSY:
                break
            time.sleep(0.2 * (attempt + 1))
        return answer

    def get(self, path: str) -> Any:
        return self.ask("GET", path).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.ask("POST", path, body).raise_for_status().json()

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        return self.post("/flow_runs/filter", **({"flow_runs": filters} if filters else {}))

    def run(self, run: str) -> dict[str, Any]:
        return self.get(f"/flow_runs/{run}")

    def knows(self, deployment: str) -> bool:
        return self.ask("GET", f"/deployments/name/{deployment}").status_code == 200

    def start(self, deployment: str, **parameters: Any) -> str:
        until(lambda: self.knows(deployment), 60, f"there is no deployment {deployment}")
        one = self.get(f"/deployments/name/{deployment}")["id"]
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return self.post(f"/deployments/{one}/create_flow_run", **body)["id"]

    def ended(self, run: str) -> dict[str, Any]:
        def final():
            found = self.run(run)
            return found["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") and found

        return until(final, 240, f"run {run} does not end")

    def healthy(self) -> bool:
        import httpx

        try:
            return self.http.get("/api/health").status_code == 200
        except httpx.TransportError:
            return False
