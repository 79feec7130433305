"""In a worker: what it cannot do any more, by what it is told when it tries."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def _tried(act: Callable[[], object]) -> str:
    try:
        act()
    except OSError as error:
        return type(error).__name__
    return "done"


def tries(outside: str, inside: str | None) -> dict[str, str]:
    """What becomes of each try: `done`, or the name of an error."""
    page = Path(outside) / "page.txt"
    places = {"temporary": tempfile.mkdtemp()} | ({"inside": inside} if inside else {})
    found = {f"a file in {name}": _tried((Path(place) / "made").touch) for name, place in places.items()}
    return found | {
        "read a page": _tried(page.read_bytes),
        "change a page": _tried(lambda: page.open("ab")),
        "make a file": _tried((Path(outside) / "made").touch),
        "make a folder": _tried((Path(outside) / "folder").mkdir),
        "remove a page": _tried(page.unlink),
        "tcp": _tried(lambda: socket.create_connection(("127.0.0.1", 9), 1)),
        "udp": _tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "unix": _tried(lambda: socket.socket(socket.AF_UNIX)),
        "another program": _tried(lambda: subprocess.run([sys.executable, "-c", ""], check=True)),
        "signal to its parent": _tried(lambda: os.kill(os.getppid(), 0)),
    }
