"""Walls around a process that does risky work, as the kernel has them: no file but libraries and fonts, no network.

Standard library only: the child imports it. Two walls of Linux, either of which holds by itself: Landlock (since 5.13; what may be opened),
seccomp (which calls there are at all). Neither can be taken down again by the process, nor by what it starts.
"""

import ctypes
import os
import platform
import socket
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

LOCAL = "127.0.0.1"
LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/var/cache/fontconfig")
DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero")
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of Landlock's calls, the same on every machine."""
BENEATH, VERSION = 1, 1
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3
FILES_OF_ITS_OWN = READ_FILE | READ_FOLDER | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 14
"""To write, remove, make and shorten files and folders, beside reading them; nothing that can be run, no device, no link."""
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""What can be forbidden about files, by Landlock's version."""
NETWORK_RIGHTS = 0b11
"""Since version 4: to take a TCP port, to connect to one."""
SCOPES = 0b11
"""Since version 6: sockets without a name of a file, and signals, end at the wall."""
O_PATH = getattr(os, "O_PATH", 0)
REFUSED_X86_64 = (
    41, 42, 43, 49, 50, 53, 57, 58, 59, 101, 165, 272, 288, 298,
    308, 310, 311, 317, 321, 322, 323, 425, 426, 427, 434, 438,
)  # fmt: skip
REFUSED_AARCH64 = (
    40, 97, 117, 198, 199, 200, 201, 202, 203, 221, 241, 242, 268,
    270, 271, 277, 280, 281, 282, 425, 426, 427, 434, 438,
)  # fmt: skip
"""socket and its like, other processes and programs, mounts, namespaces, tracing, the memory of others, bpf, io_uring."""
CALLS = {
    "x86_64": {"arch": 0xC000003E, "clone": 56, "refused": REFUSED_X86_64},
    "aarch64": {"arch": 0xC00000B7, "clone": 220, "refused": REFUSED_AARCH64},
}
X32 = 0x40000000
"""Numbers above this are the same calls of x86-64 by another way."""
CLONE3, CLONE_THREAD = 435, 0x10000
ALLOW, FAIL, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026
"""Go on; answer «not permitted» (EPERM); answer «there is no such call» (ENOSYS), upon which the C library asks in the older way."""
LOAD, JUMP_IF, JUMP_IF_MORE, JUMP_IF_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Where they stand in what the kernel shows of a call; of the argument the lower half, as both machines are little-endian."""


def landlock_version() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, _library().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION))


def has_seccomp() -> bool:
    """Whether calls can be forbidden here: the kernel can, and the numbers of this machine's calls are known."""
    return platform.machine() in CALLS and Path("/proc/sys/kernel/seccomp/actions_avail").exists()


def close_in(folders: Iterable[str] = (), writable: Iterable[str] = ()) -> None:
    """Put up every wall that there is, for good: only libraries, fonts and `folders` can be read, only in `writable` files made.

    What holds is told by look().
    """
    if sys.platform != "linux":
        return
    with suppress(OSError):
        _must(_library().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    version = landlock_version()
    if version:
        with suppress(OSError):
            _landlock(version, [*LIBRARIES, *FONTS, *DEVICES, *folders], writable)
    if has_seccomp():
        with suppress(OSError):
            _seccomp(**CALLS[platform.machine()])  # type: ignore[arg-type]


def look(files: Iterable[str], ports: Iterable[int]) -> dict[str, list[Any]]:
    """Which of these files and folders can be opened from here, which ports of this machine connected to: by trying."""
    return {"files": [*filter(_can_open, files)], "ports": [*filter(_can_connect, ports)]}


def _can_open(name: str) -> bool:
    try:
        os.close(os.open(name, os.O_RDONLY))
    except OSError:
        return False
    return True


def _can_connect(port: int) -> bool:
    """Whether a connection gets as far as an answer, be it a refusal of the other side."""
    try:
        with socket.socket() as line:
            line.connect((LOCAL, port))
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def python_folders() -> list[str]:
    """Where this interpreter and its packages lie."""
    return sorted({sys.prefix, sys.base_prefix})


def _landlock(version: int, readable: Iterable[str], writable: Iterable[str]) -> None:
    handled = FILE_RIGHTS[min(version, max(FILE_RIGHTS))]
    rights = struct.pack("=QQQ", handled, NETWORK_RIGHTS if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _must(_library().syscall(CREATE_RULESET, rights, ctypes.c_size_t(size), 0))
    try:
        for name in readable:
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                _let(ruleset, name, READ_FILE | READ_FOLDER)
        for name in writable:
            _let(ruleset, name, FILES_OF_ITS_OWN & handled)
        _must(_library().syscall(RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _let(ruleset: int, name: str, rights: int) -> None:
    place = os.open(name, O_PATH | os.O_CLOEXEC)
    try:
        allowed = rights if os.path.isdir(name) else rights & ~READ_FOLDER
        _must(_library().syscall(ADD_RULE, ruleset, BENEATH, struct.pack("=Qi", allowed, place), 0))
    finally:
        os.close(place)


def _seccomp(arch: int, clone: int, refused: tuple[int, ...]) -> None:
    """Whatever asks by another machine's numbers, every call of `refused` and every new process fail; all others, threads too, go on."""
    program = b"".join(struct.pack("=HBBI", *line) for line in _lines(arch, clone, refused))
    lines = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(lines)))
    _must(_library().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0))


def _lines(arch: int, clone: int, refused: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """The filter: each line with how many lines to leave out if its question is answered yes, and if no."""
    ends = {"allow": ALLOW, "fail": FAIL, "unknown": UNKNOWN}
    steps: list[tuple[int, str, str, int]] = [
        (LOAD, "", "", ARCHITECTURE),
        (JUMP_IF, "", "fail", arch),
        (LOAD, "", "", NUMBER),
        (JUMP_IF_MORE, "fail", "", X32),
        *((JUMP_IF, "fail", "", number) for number in refused),
        (JUMP_IF, "unknown", "", CLONE3),
        (JUMP_IF, "", "allow", clone),
        (LOAD, "", "", FIRST_ARGUMENT),
        (JUMP_IF_SET, "allow", "fail", CLONE_THREAD),
    ]
    place = {"": 0} | {name: len(steps) + number for number, name in enumerate(ends)}

    def over(label: str, here: int) -> int:
        return place[label] - here - 1 if label else 0

    return [(code, over(yes, at), over(no, at), value) for at, (code, yes, no, value) in enumerate(steps)] + [
        (RETURN, 0, 0, value) for value in ends.values()
    ]


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _must(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
