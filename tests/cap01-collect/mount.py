"""Mounts file systems that only say how large they are, and runs a program that asks them.

usage: mount.py POINT=WHAT... -- PROGRAM [ARGUMENT...]

WHAT is rw: or ro: and blocks,free,available,files,files_free,bsize,frsize; or error:ERRNO; or lookup:ERRNO, which refuses
every file so; or hang; or until:FILE, which hangs until there is that file. It needs a mount namespace of its own.
"""
import ctypes
import os
import select
import struct
import sys

MAY_NOT = 77
LOOKUP, STATFS, INIT = 1, 17, 26
at = sys.argv.index("--")
libc = ctypes.CDLL(None, use_errno=True)
served = {}
for point, what in (argument.rsplit("=", 1) for argument in sys.argv[1:at]):
    try:
        fd = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        sys.exit(MAY_NOT)
    options = f"fd={fd},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"none", os.fsencode(point), b"fuse", what.startswith("ro:"), options) != 0:
        sys.exit(MAY_NOT)
    served[fd] = what

child = os.fork()
if child == 0:
    for fd in served:
        os.close(fd)
    os.execv(sys.argv[at + 1], sys.argv[at + 1 :])


def answer(fd, what):
    request = os.read(fd, 1 << 18)
    _, opcode, unique = struct.unpack_from("<IIQ", request)
    error, body = -38, b""
    if opcode == INIT:
        error, body = 0, struct.pack("<4IHHIIHHI7I", 7, 31, 0, 0, 1, 1, 4096, 1, 1, 0, 0, *[0] * 7)
    elif opcode == LOOKUP and what.startswith("lookup:"):
        error = -int(what.partition(":")[2])
    elif opcode == STATFS and what.startswith("error:"):
        error = -int(what.partition(":")[2])
    elif opcode == STATFS:
        numbers = [int(number) for number in what.partition(":")[2].split(",")]
        if len(numbers) != 7:
            numbers = [100, 50, 40, 30, 20, 512, 512]
        error, body = 0, struct.pack("<5Q4I6I", *numbers[:6], 255, numbers[6], 0, *[0] * 6)
    try:
        os.write(fd, struct.pack("<IiQ", 16 + len(body), error, unique) + body)
    except OSError:
        pass  # whoever asked is gone


while True:
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        sys.exit(os.waitstatus_to_exitcode(status) % 256)
    willing = []
    for fd, what in served.items():
        if what.startswith("until:") and os.path.exists(what[6:]):
            served[fd] = what = "rw:100,50,40,30,20,512,512"
        if what != "hang" and not what.startswith("until:"):
            willing.append(fd)
    for fd in select.select(willing, [], [], 0.01)[0]:
        answer(fd, served[fd])
