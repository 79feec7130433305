"""What a worker gives up before its first page: the network, other programs and processes, and all files but those it needs.

On Linux two doors of the kernel are closed, once and for all, for this process and whatever it starts. Landlock (5.13 and
later) lets it make and change files in folders of its own only, read those of the system and of Python and what its pages come
from (`reads`), start no program, open no TCP connection and signal nobody. A filter of system calls (seccomp) refuses what
`calls.tsv` names: any socket, a process of its own, the attributes of files (which Landlock does not guard), memory and limits of
other processes, typing into the user's terminal. What a process of root may beside reading files is given up too. Where a kernel has
neither, pages are curated without, and `lacking` says so.

Decided against a package: the bindings of Landlock on PyPI are pre-releases, those of seccomp want a library of the system
and were last released years ago. What is needed of both is a few system calls, whose numbers and structures are part of the
kernel's stable interface (landlock(7), seccomp(2), prctl(2), capset(2)). Decided against a list of what is let through instead
of what is refused: every library, and every version of it, would have to be known.
"""

import os
import platform
import re
import stat
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ingest.rules import Table

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_BENEATH = 1
# Rights by the version of Landlock that brought them: execute, write, remove, make, move; truncate; devices.
_CHANGES = ((1, 0b1_1111_1111_0011), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_FILES_ONLY = 1 << 1 | 1 << 14
_EXECUTE = 1
_TCP = 0b11
_SIGNALS = 0b11

_READS = 0b1100
_READ_FILE = 0b100
_SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix", "/gnu", "/sys", "/dev/null", "/dev/zero", "/dev/random",
    "/dev/urandom", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/locale.alias", "/etc/passwd", "/etc/group",
    "/etc/nsswitch.conf", "/etc/os-release", "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/filesystems",
)  # fmt: skip
"""What libraries read of a system; nothing of a person's."""

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""By machine: its name in a filter, and which of the two numbers of a call is its own."""
TABLE = Table(
    "ingest.corpus.processes",
    "calls.tsv",
    ("call", "x86_64", "aarch64", "only", "why"),
    optional=("only",),
    unique=("call",),
)
_X32 = 0x40000000
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050000 | 13, 0x00050000 | 38
_LOAD, _EQUAL, _AT_LEAST, _ANY_OF, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_THREAD = 0x10000  # of clone's flags: a thread and no process
_TYPED = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_KEPT = 1 << 1 | 1 << 2  # capabilities: to read what belongs to others, as root does


def confine(files: Sequence[Path], reads: Sequence[Path] | None = None) -> None:
    """Confines this process as far as the system can.

    `files`: the folders that it may make files in. `reads`: the files and folders beside those of the system and of Python that it
    may read; None: whatever its user can read.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        library = _library()
        if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            return
        _give_up_root(library)
        if (version := _landlock()) > 0:
            _close_files(library, version, files, reads)
        if platform.machine() in _MACHINES:
            _close_calls(library)


@cache
def lacking() -> tuple[str, ...]:
    """What workers on this system do not give up, in words; nothing where they give up all."""
    missing = []
    version = 0
    with suppress(OSError, AttributeError):
        version = _landlock()
    if version < 1:
        missing.append("making files outside of their folders (no Landlock)")
    if not _has_filters():
        missing.append("the network (no seccomp)" if version < 4 else "datagrams (no seccomp)")
    return tuple(missing)


def _has_filters() -> bool:
    """Whether the kernel takes filters of system calls, and this machine's calls are known."""
    if platform.machine() not in _MACHINES:
        return False
    try:
        return "Seccomp:" in Path("/proc/self/status").read_text()
    except OSError:
        return False


@cache
def _library() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _landlock() -> int:
    """The version of Landlock; none or less where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return int(_library().syscall(_CREATE, None, 0, 1))


def _close_files(library: Any, version: int, files: Sequence[Path], reads: Sequence[Path] | None) -> None:
    import ctypes

    changes = sum(rights for since, rights in _CHANGES if version >= since)
    handled = changes | (_READS if reads is not None else 0)
    rules = [handled, _TCP if version >= 4 else 0, _SIGNALS if version >= 6 else 0]
    told = rules[: 1 if version < 4 else 2 if version < 6 else 3]  # a kernel refuses fields it does not know
    about = struct.pack(f"={len(told)}Q", *told)
    ruleset = library.syscall(_CREATE, ctypes.c_char_p(about), len(about), 0)
    if ruleset < 0:
        return
    places = [(place, handled & ~_EXECUTE) for place in files] + [(Path(os.devnull), handled & _FILES_ONLY)]
    if reads is not None:
        places += [(place, _READS) for place in (*reads, *_needed())]
    try:
        for place, rights in places:
            try:
                handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
            except OSError:  # not there
                continue
            try:
                folder = stat.S_ISDIR(os.fstat(handle).st_mode)
                rule = struct.pack("=Qi", rights if folder else rights & (_FILES_ONLY | _READ_FILE), handle)
                library.syscall(_ADD, ruleset, _BENEATH, ctypes.c_char_p(rule), 0)
            finally:
                os.close(handle)
        library.syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _needed() -> set[Path]:
    """What Python and the libraries that are loaded may yet read: their folders, and those of the system.

    A folder that holds a person's home, or is it, is left out, though a script that lies there has Python look there for modules.
    """
    homes: set[Path] = set()
    with suppress(RuntimeError):  # a user whom the system does not know, as containers have them
        homes = {Path.home(), *Path.home().parents}
    found = {Path(p) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix, *filter(None, sys.path))}
    modules = [m for name, m in list(sys.modules.items()) if "." not in name]
    found |= {Path(p) for m in modules for p in list(getattr(m, "__path__", ()))}
    with suppress(OSError):
        mapped = re.findall(r"/\S*\.so\b", Path("/proc/self/maps").read_text("utf-8", "surrogateescape"))
        found |= {Path(p).parent for p in mapped}
    return {place for place in found if place.is_absolute() and place not in homes} | {Path(p) for p in _SYSTEM}


def _give_up_root(library: Any) -> None:
    """Of what root may only that it reads what belongs to others; who is not root has nothing to give up."""
    import ctypes

    header = struct.pack("=Ii", 0x20080522, 0)
    held = ctypes.create_string_buffer(24)
    if library.capget(ctypes.c_char_p(header), held):
        return
    effective, permitted, *_ = struct.unpack("=6I", held.raw)
    # No more than it has: in a container root has not all, and who asks for one more keeps every one.
    kept = struct.pack("=6I", effective & permitted & _KEPT, permitted & _KEPT, 0, 0, 0, 0)
    library.capset(ctypes.c_char_p(header), ctypes.c_char_p(kept))


def _close_calls(library: Any) -> None:
    """A program of the kernel's filter machine: another machine's calls and those of the table are refused, all others let through."""
    import ctypes

    steps = _program(os.getpid(), *_MACHINES[platform.machine()])
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    code = ctypes.create_string_buffer(program, len(program))
    about = struct.pack("@HP", len(steps), ctypes.addressof(code))
    library.prctl(_SET_SECCOMP, _FILTER, ctypes.c_char_p(about), 0, 0)


def _program(own: int, machine: int, column: int) -> list[tuple[int, int, int, int]]:
    """The steps of the filter for the process `own`: code, jumps if true and if false, value."""
    refused: list[int] = []
    asked: list[tuple[int, Sequence[tuple[int, int, int, int]]]] = []  # of a call its number, and what it is asked
    typed = [(_LOAD, 0, 0, 24), (_EQUAL, 1, 0, _TYPED[0]), (_EQUAL, 0, 1, _TYPED[1])]
    questions = {
        "unknown": [(_RETURN, 0, 0, _UNKNOWN)],
        "threads": [(_LOAD, 0, 0, 16), (_ANY_OF, 0, 1, _THREAD), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)],
        "own": [(_LOAD, 0, 0, 16), (_EQUAL, 0, 1, own), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)],
        "limits": [(_LOAD, 0, 0, 16), (_EQUAL, 0, 1, 0), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)],
        "typing": [*typed, (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)],
    }
    for row in TABLE.rows():
        number = (row["x86_64"], row["aarch64"])[column]
        if number == "-":
            continue
        if row["only"]:
            asked.append((int(number), questions[row.one_of("only", questions)]))
        else:
            refused.append(int(number))
    out = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _REFUSE)]
    out += [(_LOAD, 0, 0, 0), (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for call in refused:
        out += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _REFUSE)]
    for call, block in asked:
        out += [(_EQUAL, 0, len(block), call), *block]
    return [*out, (_RETURN, 0, 0, _ALLOW)]
