"""What a worker gives up before its first page: the network, other programs, and all files but those of its own folders.

A parser that a page takes over can then read what the user can read, and tell nobody. On Linux two doors of the kernel are
closed, once and for all, for this process and whatever it starts: Landlock (5.13 and later) lets it make and change
files in folders of its own only, start no program and open no TCP connection; a filter of system calls (seccomp) gives it no socket
at all, and no other process' memory. Where a kernel has neither, pages are curated without, and `lacking` says so.

Decided against a package: the bindings of Landlock on PyPI are pre-releases, those of seccomp want a library of the system
and were last released years ago. What is needed of both is five system calls, whose numbers and structures are part of the
kernel's stable interface (landlock(7), seccomp(2), prctl(2)).
"""

import os
import platform
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_BENEATH = 1
# Rights by the version of Landlock that brought them: execute, write, remove, make, move; truncate; devices.
_CHANGES = ((1, 0b1_1111_1111_0011), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_FILES_ONLY = 1 << 1 | 1 << 14
_EXECUTE = 1
_TCP = 0b11
_SIGNALS = 0b11

_MACHINES = {"x86_64": (0xC000003E, (41, 101, 310, 311)), "aarch64": (0xC00000B7, (198, 117, 270, 271))}
"""By machine: its name in a filter; socket, ptrace, process_vm_readv, process_vm_writev."""
_IO_URING = 425
_X32 = 0x40000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13


def confine(files: Sequence[Path]) -> None:
    """Confines this process as far as the system can. `files`: the folders that it may make files in."""
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        library = _library()
        if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            return
        if (version := _landlock()) > 0:
            _close_files(library, version, files)
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


def _close_files(library: Any, version: int, files: Sequence[Path]) -> None:
    import ctypes

    changes = sum(rights for since, rights in _CHANGES if version >= since)
    rules = [changes, _TCP if version >= 4 else 0, _SIGNALS if version >= 6 else 0]
    told = rules[: 1 if version < 4 else 2 if version < 6 else 3]  # a kernel refuses fields it does not know
    about = struct.pack(f"={len(told)}Q", *told)
    ruleset = library.syscall(_CREATE, ctypes.c_char_p(about), len(about), 0)
    if ruleset < 0:
        return
    try:
        for place, rights in _places(files, changes & ~_EXECUTE):
            handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
            try:
                rule = struct.pack("=Qi", rights, handle)
                library.syscall(_ADD, ruleset, _BENEATH, ctypes.c_char_p(rule), 0)
            finally:
                os.close(handle)
        library.syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _places(files: Sequence[Path], rights: int) -> Sequence[tuple[Path, int]]:
    return [*((place, rights) for place in files if place.is_dir()), (Path(os.devnull), rights & _FILES_ONLY)]


def _close_calls(library: Any) -> None:
    """A program of the kernel's filter machine: another machine's calls and those named are refused, all others let through."""
    import ctypes

    machine, numbers = _MACHINES[platform.machine()]
    refused = (*numbers, _IO_URING)
    steps = [(0x20, 0, 0, 4), (0x15, 0, len(refused) + 2, machine), (0x20, 0, 0, 0), (0x35, len(refused), 0, _X32)]
    steps += [(0x15, len(refused) - 1 - n, 0, number) for n, number in enumerate(refused)]
    steps[-1] = (0x15, 0, 1, refused[-1])
    steps += [(0x06, 0, 0, _REFUSE), (0x06, 0, 0, _ALLOW)]
    # From the machine's test and the test for x32 as well, a wrong answer leads to the refusal.
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    code = ctypes.create_string_buffer(program, len(program))
    about = struct.pack("@HP", len(steps), ctypes.addressof(code))
    library.prctl(_SET_SECCOMP, _FILTER, ctypes.c_char_p(about), 0, 0)
