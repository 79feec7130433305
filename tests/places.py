"""Places in object storage for the tests: in memory, and emulators on loopback; and a place that dies at a write."""

import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from obstore.store import MemoryStore
from serving import ROOT, free_port, running

from ingest.corpus.objects import cloud, spool
from ingest.corpus.objects.cloud import Cloud
from ingest.corpus.storage import mirror

SECRET = "secret-of-the-tests"
AZURE = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The key that Azurite's documentation prints for its one account."""


class Crash(BaseException):
    """The process is no more."""


class Fused:
    """A place whose user dies at the `at`-th write from now, before it or after it took effect."""

    def __init__(self, place, at: int = 0, after: bool = False) -> None:
        self.place, self.at, self.after, self.writes = place, at, after, 0
        self.address = place.address

    def _step(self, call):
        self.writes += 1
        if self.at and self.writes > self.at:
            raise Crash  # the dead write nothing more, whatever their `finally` says
        if self.writes == self.at and not self.after:
            raise Crash
        found = call()
        if self.writes == self.at:
            raise Crash
        return found

    def get(self, name, **options):
        return self.place.get(name, **options)

    def list(self, prefix=""):
        return self.place.list(prefix)

    def create(self, name, content):
        return self._step(lambda: self.place.create(name, content))

    def swap(self, name, content, tag):
        return self._step(lambda: self.place.swap(name, content, tag))

    def delete(self, name):
        return self._step(lambda: self.place.delete(name))


def memory(address: str = "s3://bucket/curated") -> Cloud:
    return Cloud(address, MemoryStore())


@contextmanager
def standing_in(places):
    """Addresses lead to these places, and what this process knew of any is forgotten before and after."""

    def connect(address):
        return places.setdefault(address, memory(address))

    before = mirror.connect, spool.connect
    mirror.connect = spool.connect = connect
    forget()
    try:
        yield
    finally:
        mirror.connect, spool.connect = before
        forget()


def forget() -> None:
    """As a new process would begin."""
    mirror.forget()
    spool.forget()
    cloud._probed.clear()


# -------------------------------------------------------------------- emulators


def s3(port: int) -> dict[str, str]:
    return {
        "AWS_ENDPOINT": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def azure(port: int) -> dict[str, str]:
    return {
        "AZURE_STORAGE_ACCOUNT_NAME": "devstoreaccount1",
        "AZURE_STORAGE_ACCOUNT_KEY": AZURE,
        "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{port}/devstoreaccount1",
        "AZURE_STORAGE_ALLOW_HTTP": "true",
        "AZURE_ALLOW_HTTP": "true",
    }


@contextmanager
def moto(log: Path):
    """What speaks S3; gives the variables that lead to it, and the scheme."""
    port = free_port()
    program = "import sys; from moto.server import main; main(sys.argv[1:])"
    with running([sys.executable, "-c", program, "-H", "127.0.0.1", "-p", str(port)], log, dict(os.environ)):
        _answers(port)
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/bucket", method="PUT"), timeout=10)
        yield s3(port), "s3"


def azurite() -> str | None:
    """The emulator of Azure's storage: from the path, or where `make emulators` puts it."""
    own = ROOT / ".venv" / "azurite" / "node_modules" / ".bin" / "azurite-blob"
    return shutil.which("azurite-blob") or (str(own) if own.exists() else None)


@contextmanager
def azures(log: Path):
    """What speaks Azure's protocol; likewise."""
    port = free_port()
    command = [str(azurite()), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence"]
    command += ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    with running(command, log, dict(os.environ)):
        _answers(port)
        from azurite_made import container

        container(port, "bucket", AZURE)
        yield azure(port), "az"


def _answers(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the emulator does not answer")


@contextmanager
def emulated(scheme: str, log: Path, monkeypatch: pytest.MonkeyPatch):
    """An emulator with its variables set (skips where there is none); gives the address of a bucket in it."""
    if scheme == "az" and azurite() is None:
        pytest.skip("there is no Azurite: `make emulators`")
    with (moto if scheme == "s3" else azures)(log) as (variables, name):
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        forget()
        yield f"{name}://bucket"
        forget()
