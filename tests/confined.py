"""In a worker: what it cannot do any more, by what it is told when it tries."""

import ctypes
import fcntl
import os
import resource
import socket
import subprocess
import sys
import tempfile
import termios
import threading
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


def reads(places: dict[str, str]) -> dict[str, str]:
    """What becomes of reading each of some files or folders."""

    def read(place: Path) -> None:
        if place.is_dir():
            next(place.iterdir(), None)
        else:
            with place.open("rb") as file:
                file.read(1)

    return {name: _tried(lambda place=place: read(Path(place))) for name, place in places.items()}


def _call(number: int, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _fork() -> None:
    if not (child := os.fork()):
        os._exit(0)
    os.waitpid(child, 0)


def _program_in_memory() -> None:
    """As a page might bring one along, that no file system knows of."""
    handle = os.memfd_create("program")
    os.write(handle, Path("/bin/true").read_bytes())
    os.execve(f"/proc/self/fd/{handle}", ["true"], {})


def _thread() -> None:
    started = threading.Thread(target=str)
    started.start()
    started.join()


def breaks_out(page: str) -> dict[str, str]:
    """What becomes of each way past files and sockets: others' processes, memory, limits, attributes of files, the terminal."""
    parent = os.getppid()
    numbers = {"x86_64": (29, 68, 250, 321, 272, 425), "aarch64": (194, 186, 219, 280, 97, 425)}[os.uname().machine]
    calls = ("shared memory", "messages", "keys", "a program of the kernel", "a namespace", "a ring of calls")
    found = {
        name: _tried(lambda number=number: _call(number, 0, 0, 0)) for name, number in zip(calls, numbers, strict=True)
    }
    return found | {
        "a thread": _tried(_thread),
        "its own signals": _tried(lambda: os.kill(os.getpid(), 0)),
        "its own limits": _tried(lambda: resource.getrlimit(resource.RLIMIT_NOFILE)),
        "a process": _tried(_fork),
        "a program in memory": _tried(_program_in_memory),
        "a page's mode": _tried(lambda: Path(page).chmod(0o777)),
        "a page's owner": _tried(lambda: os.chown(page, os.getuid(), os.getgid())),
        "a page's times": _tried(lambda: os.utime(page, (5, 5))),
        "a page's attributes": _tried(lambda: os.setxattr(page, "user.x", b"1")),
        "a lock": _tried(lambda: fcntl.flock(os.open(page, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)),
        "its parent's limits": _tried(lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (64, 64))),
        "its parent's priority": _tried(lambda: os.setpriority(os.PRIO_PROCESS, parent, 19)),
        "its parent's group": _tried(lambda: os.killpg(os.getpgid(parent), 0)),
        "its parent's environment": _tried(lambda: Path(f"/proc/{parent}/environ").open("rb").read(1)),
        "typing": _tried(lambda: fcntl.ioctl(0, termios.TIOCSTI, b"x")),
    }
