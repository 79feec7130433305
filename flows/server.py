"""The Prefect server that schedules need: the one that is set, one of `ingest` that runs here already, or one started now.

    python flows/server.py [--port N]

runs such a server until it is stopped, for work pools and the command line; `flows/serve.py` starts one by itself. It
listens on loopback, behind `fence.py`, and takes one password: that of PREFECT_API_AUTH_STRING, else one made once and
kept in Prefect's folder, for its owner's eyes only. Whoever has it can have code run as the user who serves.

A server that merely listens where ours would is not believed: it would get the password, and its runs would be executed.
Ours proves that it holds the key in that folder (`fence.proof`) before anything is sent to it.

Prefect's embedded server runs flows but no schedules, and says nothing of it: so there must be one.
"""

import argparse
import base64
import os
import secrets
import shlex
import signal
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from typing import NamedTuple
from urllib.parse import quote

import fence
import quiet
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_SERVER_API_PORT,
    temporary_settings,
)

KEY, PORT = "ingest-auth", "ingest-port"
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Without a proxy, whatever the environment says: what is asked is on this machine, and may carry a password."""
STARTS_WITHIN = 120  # seconds
LOOKS_EVERY = 2  # seconds


class ServerError(Exception):
    """No server can be used; the message says why, and what to do."""


class Place(NamedTuple):
    """A server that can be used."""

    url: str
    """Of its API."""
    login: str | None = None
    """A link that signs a browser in; None for a server that is not ours."""
    said: tuple[str, ...] = ()
    """What a person should know of how it was found."""


@contextmanager
def at_hand() -> Iterator[Place]:
    """The server to use. One that had to be started is stopped at the end. Raises ServerError."""
    if known := PREFECT_API_URL.value():
        yield Place(known, said=(open_to_all(known),) if answers(known, None) else ())
        return
    made_key = key()
    password = own_password() or f"ingest:{made_key}"
    wanted = PREFECT_SERVER_API_PORT.value()
    if port := running(made_key, password):
        with used(port, password, lambda: not gone(port, made_key)):
            yield Place(api(port), login(port, password), ("using the server of ingest that runs here already",))
        return
    port = free_port(wanted)
    taken = f"port {wanted} is taken by something else (to use a server there, set PREFECT_API_URL): using {port}"
    with started(port, password, made_key) as process, used(port, password, lambda: process.poll() is None):
        yield Place(api(port), login(port, password), (taken,) if port != wanted else ())


@contextmanager
def started(port: int, password: str, made_key: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A server of our own, up and proven."""
    base = f"http://{fence.HOST}:{port}"
    env = os.environ | {
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_API_URL": f"{base}/api",
        "PREFECT_UI_API_URL": f"{base}/api",
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": base,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }
    command = [sys.executable, str(Path(fence.__file__))]
    # In a session of its own: a Ctrl-C is for the flows first, which still have something to tell the server.
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert process.stdin
        with suppress(BrokenPipeError), process.stdin as told:
            told.write(made_key.encode() + b"\n")
        end = time.monotonic() + STARTS_WITHIN
        while not proves(port, made_key):
            if process.poll() is not None or time.monotonic() > end:
                raise ServerError(f"the Prefect server did not start at {api(port)}")
            time.sleep(0.5)
        note(port)
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


@contextmanager
def used(port: int, password: str, lives: Callable[[], bool]) -> Iterator[None]:
    """This process and its children talk to that server; when it ends, this process does, and talks to no successor."""
    settings = {PREFECT_API_URL: api(port), PREFECT_API_AUTH_STRING: password}
    os.environ.update({"PREFECT_API_URL": api(port), "PREFECT_API_AUTH_STRING": password})
    done = threading.Event()

    def watch() -> None:
        while not done.wait(LOOKS_EVERY):
            if not lives():
                os.kill(os.getpid(), signal.SIGTERM)
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        with temporary_settings(settings):
            yield
    except (Exception, SystemExit):
        if lives():
            raise
    finally:
        done.set()
    if not lives():
        raise ServerError(f"the server at {api(port)} has ended, and so does this")


# -------------------------------------------------------------------- the password


def key() -> str:
    """The key of this user's servers, made once. Raises ServerError where others could read it."""
    path = PREFECT_HOME.value() / KEY
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        new = path.with_name(f"{KEY}.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        with suppress(FileExistsError):
            os.link(new, path)  # whole or not at all, and the first one stays
        new.unlink()
    found = path.lstat()
    if os.name == "posix" and (
        not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077
    ):
        raise ServerError(f"{path} must be a file that only you can read: remove it, and another is made")
    text = path.read_text(encoding="ascii").strip()
    if len(text) < 16:
        raise ServerError(f"{path} holds no key: remove it, and another is made")
    return text


def note(port: int) -> None:
    """Writes down where a server of ours listens."""
    path = PREFECT_HOME.value() / PORT
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, 0o600), "w") as file:
        file.write(str(port))


def running(made_key: str, password: str) -> int | None:
    """The port of a server of ours that runs: the one that is set, or the one noted down. Raises ServerError."""
    noted = 0
    with suppress(OSError, ValueError):
        noted = int((PREFECT_HOME.value() / PORT).read_text(encoding="ascii"))
    for port in dict.fromkeys((PREFECT_SERVER_API_PORT.value(), noted)):
        if port and proves(port, made_key):
            if not answers(api(port), password):
                raise ServerError(
                    f"the server at {api(port)} takes another password: set PREFECT_API_AUTH_STRING to it"
                )
            return port
    return None


def own_password() -> str | None:
    """The password that the user has set, if any."""
    found = PREFECT_API_AUTH_STRING.value()
    return None if not found or found == quiet.EPHEMERAL else str(found)


# -------------------------------------------------------------------- asking


def api(port: int) -> str:
    """The address of the API of a server on this machine."""
    return f"http://{fence.HOST}:{port}/api"


def login(port: int, password: str) -> str:
    """A link that signs a browser in. What stands behind the # never leaves the browser."""
    return f"http://{fence.HOST}:{port}{fence.LOGIN}#{quote(password, safe='')}"


def answers(url: str, password: str | None) -> bool:
    """Does a Prefect server let in who comes with this password, or with none?"""
    headers = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"} if password else {}
    with suppress(OSError, ValueError):
        request = urllib.request.Request(f"{url}/admin/version", headers=headers)
        with (DIRECT.open if password else urllib.request.urlopen)(request, timeout=5) as got:
            return bool(got.status == 200)
    return False


def open_to_all(url: str) -> str:
    """What to say of a server without a password."""
    return f"warning: {url} asks for no password: who reaches it can run code as you (PREFECT_SERVER_API_AUTH_STRING)"


def proves(port: int, made_key: str) -> bool:
    """Is what listens there one of our servers? It is told nothing that it does not know."""
    with suppress(OSError, ValueError):
        return _proven(port, made_key)
    return False


def gone(port: int, made_key: str) -> bool:
    """Has a server that was ours ended, or another taken its place? One that is only slow has not."""
    try:
        return not _proven(port, made_key)
    except TimeoutError:
        return False
    except OSError as error:
        return not isinstance(getattr(error, "reason", None), TimeoutError)


def _proven(port: int, made_key: str) -> bool:
    nonce = secrets.token_urlsafe(24)
    with DIRECT.open(f"http://{fence.HOST}:{port}{fence.PROOF}?{nonce}", timeout=5) as got:
        told: bytes = got.read(100)
    return secrets.compare_digest(told, fence.proof(made_key, nonce, f"{fence.HOST}:{port}").encode())


def free_port(wanted: int) -> int:
    """The port wanted, or any other if something else listens there."""
    with socket() as one:
        with suppress(OSError):
            one.bind((fence.HOST, wanted))
            return wanted
        one.bind((fence.HOST, 0))
        return int(one.getsockname()[1])


# -------------------------------------------------------------------- by itself


def announce(place: Place) -> None:
    """Where the server is and how to get in: a link with the password for a person, not for a log."""
    for line in place.said:
        print(line, file=sys.stderr, flush=True)
    if place.login:
        print(f"sign in: {place.login if sys.stdout.isatty() else 'python flows/server.py --login'}", flush=True)


def end_well(_number: int, _frame: object) -> None:
    """For SIGTERM: ends as after Ctrl-C, so that what was started is stopped."""
    raise SystemExit(0)


def main() -> int:
    """The server alone, until it is stopped; or how to get into one that runs."""
    options = argparse.ArgumentParser(description="A Prefect server on loopback, with a password, behind a fence.")
    options.add_argument(
        "--port", type=int, help="where to listen (default: PREFECT_SERVER_API_PORT, or any free port)"
    )
    options.add_argument("--login", action="store_true", help="only print the link that signs a browser in")
    options.add_argument(
        "--env", action="store_true", help="only print the variables that `prefect` needs, for a shell"
    )
    given = options.parse_args()
    signal.signal(signal.SIGTERM, end_well)
    try:
        made_key = key()
        password = own_password() or f"ingest:{made_key}"
        port = running(made_key, password)
        if given.login or given.env:
            if not port:
                raise ServerError("no server of ingest runs here: start one with `python flows/server.py`")
            shown = f"export PREFECT_API_URL={api(port)} PREFECT_API_AUTH_STRING={shlex.quote(password)}"
            print(shown if given.env else login(port, password))
            return 0
        if port:
            raise ServerError(f"a server of ingest runs here already, at {api(port)}")
        port = free_port(given.port or PREFECT_SERVER_API_PORT.value())
        with started(port, password, made_key) as process:
            print(f"a Prefect server at {api(port).removesuffix('/api')}", flush=True)
            announce(Place(api(port), login(port, password)))
            process.wait()
    except ServerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    print("error: the server has ended", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
