"""The Prefect server that schedules need: the one that is set, the one that runs here already, or one started for the while.

Prefect's embedded server runs flows but no schedules, and says nothing of it.
"""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket

import quiet  # noqa: F401 (before prefect: see there)
from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_API_PORT, temporary_settings

HOST = "127.0.0.1"
STARTS_WITHIN = 120  # seconds


@contextmanager
def at_hand() -> Iterator[str]:
    """The address of the server's API. One that had to be started is stopped at the end."""
    known = PREFECT_API_URL.value()
    if known:
        yield known
        return
    port = PREFECT_SERVER_API_PORT.value()
    url = f"http://{HOST}:{port}/api"
    if answers(url):
        with temporary_settings({PREFECT_API_URL: url}):
            yield url
        return
    port = free_port(port)
    url = f"http://{HOST}:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
    # In a session of its own: a Ctrl-C is for the flows first, which still have something to tell the server.
    server = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, env=os.environ)
    try:
        end = time.monotonic() + STARTS_WITHIN
        while not answers(url):
            if server.poll() is not None or time.monotonic() > end:
                raise TimeoutError(f"the Prefect server did not start at {url}")
            time.sleep(0.5)
        with temporary_settings({PREFECT_API_URL: url}):
            yield url
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()


def answers(url: str) -> bool:
    """Is this a Prefect server, and well?"""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.read() == b"true")
    except OSError:
        return False


def free_port(wanted: int) -> int:
    """The port wanted, or any other if something else listens there."""
    with socket() as one:
        with suppress(OSError):
            one.bind((HOST, wanted))
            return wanted
        one.bind((HOST, 0))
        return int(one.getsockname()[1])
