"""Attacks that code may make on its machine: Python statements, by system calls where there are any.

The same code runs in the jail, where it must fail, and outside, where it must succeed: so no check is one
that cannot fail. Names that it finds: `secret` and `box`, a file and a folder outside; `victim`, a process of
the same user; `port` and `path`, a TCP port and a unix socket that somebody listens on; `other`, the
temporary folder of another worker, with a file `f`; `package`, another function's package; `engine`, the
engine's folder; `python`, a file of Python's; `checkout`; `home`, the folder of the code itself; `room`, the
temporary folder that it stands in.
"""

from __future__ import annotations

import msgspec

HANDLER = """
import ctypes, fcntl, os, resource, socket, struct, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
ARM = getattr(sys.implementation, "_multiarch", "").startswith("aarch64")
SCRATCH = ctypes.create_string_buffer(4096)

def syscall(x86, arm, *arguments):
    whole = (ctypes.c_long(one) if isinstance(one, int) else one for one in (arm if ARM else x86, *arguments))
    return made(libc.syscall, *whole)

def c(name, *arguments):
    return made(getattr(libc, name), *arguments)

def made(function, *arguments):
    ctypes.set_errno(0)
    result = function(*(os.fsencode(one) if isinstance(one, str) else one for one in arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result

def here():
    libc.getcwd(SCRATCH, 4096)
    return os.fsdecode(SCRATCH.value)

def gone(result):
    return result or libc._exit(0)

def words(*numbers):
    return (ctypes.c_uint64 * len(numbers))(*numbers)

def connect(family, kind, address):
    return c("connect", c("socket", family, kind, 0), address, len(address))

def bind(family, kind, address):
    return c("bind", c("socket", family, kind, 0), address, len(address))

def inet(port):
    return struct.pack("=HHI8x", 2, socket.htons(port), socket.htonl(0x7F000001))

def unix(path):
    return struct.pack("=H", 1) + os.fsencode(path) + bytes(1)

def vector(address, size):
    return words(address, size)

def message(fd):
    data = ctypes.create_string_buffer(b"x", 1)
    control = ctypes.create_string_buffer(struct.pack("=QiiiI", 20, 1, 1, fd, 0), 24)
    parts = vector(ctypes.addressof(data), 1)
    whole = words(0, 0, ctypes.addressof(parts), 1, ctypes.addressof(control), 24, 0)
    return syscall(46, 211, 3, whole, 0)

def allowing():
    program = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x7FFF0000), 8)
    return ctypes.create_string_buffer(struct.pack("=H6xQ", 1, ctypes.addressof(program)), 16), program

def prctl(*arguments):
    return syscall(157, 167, *(ctypes.c_ulong(one) for one in (*arguments, 0, 0, 0, 0)[:5]))

def attempt(code, names):
    try:
        exec(code, names)
        return "ALLOWED"
    except MemoryError:
        return "MemoryError"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"

def start(facts):
    names = dict(globals())
    names.update(facts)
    os.chdir(facts["task"])
    names["home"] = here()
    os.chdir(facts["tmp"])
    names["room"] = here()
    return names

def handler(event, context):
    names = start(event["facts"])
    return {name: attempt(code, names) for name, code in event["attacks"].items()}
"""


class Attack(msgspec.Struct, frozen=True):
    """One attack.

    Attributes:
        code: what is run.
        root: whether only root can do it outside the jail.
        since: the first kernel that has the call.
        unshown: why it cannot be shown to work outside the jail on every machine.
    """

    code: str
    root: bool = False
    since: tuple[int, int] = (5, 0)
    unshown: str = ""


A = Attack
_OPTIONAL = "kernels may be built without it, or have it switched off"

FILES = {
    "read /etc/passwd": A("c('open', '/etc/passwd', 0)"),
    "read a private file": A("c('open', secret, 0)"),
    "list a folder": A("os.listdir(c('open', box, os.O_RDONLY))"),
    "list /": A("os.listdir(c('open', '/', os.O_RDONLY))"),
    "read the checkout": A("c('open', checkout + '/sandbox/runtime/jail/__init__.py', 0)"),
    "write beside a private file": A("c('open', secret + '.new', os.O_CREAT | os.O_WRONLY, 0o644)"),
    "write into the package": A("c('open', home + '/app.py', os.O_WRONLY)"),
    "make a file in the package": A("c('open', home + '/new.py', os.O_CREAT | os.O_WRONLY, 0o644)"),
    "write into python": A("c('open', python, os.O_WRONLY)", root=True),
    "read through a symlink": A("c('symlink', secret, 'link'); c('open', 'link', 0)"),
    "read through a symlink of folders": A("c('symlink', '/', 'root'); c('open', 'root/etc/passwd', 0)"),
    "read through dots": A("c('open', '../' * 20 + 'etc/passwd', 0)"),
    "link a file in": A("c('link', secret, 'hard')"),
    "rename a file in": A("c('rename', secret, 'mine')"),
    "rename a file out": A("os.close(c('open', 'f', os.O_CREAT, 0o644)); c('rename', 'f', secret + '.new')"),
    "rename a file over another": A("os.close(c('open', 'g', os.O_CREAT, 0o644)); c('rename', 'g', secret)"),
    "exchange two files": A(
        "os.close(c('open', 'h', 64, 0o644)); c('renameat2', -100, 'h', -100, secret, 2)"
    ),
    "remove a file": A("c('unlink', secret)"),
    "make a folder": A("c('mkdir', box + '/new', 0o755)"),
    "remove a folder": A("c('rmdir', box + '/empty')"),
    "make a symlink": A("c('symlink', 'x', box + '/link')"),
    "truncate a file": A("syscall(76, 45, secret, ctypes.c_long(0))"),
    "truncate by opening": A("c('open', secret, os.O_WRONLY | os.O_TRUNC)"),
    "truncate what is only read": A("c('open', home + '/app.py', os.O_RDONLY | os.O_TRUNC)"),
    "open without asking for a right": A("c('open', secret, 3)"),
    "open without asking, by the newer call": A(
        "syscall(437, 437, -100, secret, words(3, 0, 0), 24)", since=(5, 6)
    ),
    "make a device": A("c('mknod', 'null', 0o20666, ctypes.c_ulong(0x103))", root=True),
    "make a pipe with a name": A("c('mkfifo', 'pipe', 0o644)"),
    "a handle on a file": A(
        "b = struct.pack('Ii', 128, 0) + bytes(128); i = ctypes.c_int(); "
        "syscall(303, 264, -100, secret, ctypes.create_string_buffer(b), ctypes.byref(i), 0)"
    ),
    "a tree by the newer call": A("syscall(428, 428, -100, '/', 0)", since=(5, 2)),
    "watch a file": A("c('inotify_add_watch', c('inotify_init', 0), secret, 2)"),
    "flags of a file": A("fcntl.ioctl(c('open', 'f', 66, 0o644), 0x40086602, struct.pack('Q', 0x40))"),
    "attributes by the newer call": A(
        "b = ctypes.create_string_buffer(b'1'); "
        "syscall(463, 463, -100, secret, 0, b'user.y', words(ctypes.addressof(b), 1), 16)",
        since=(6, 13),
    ),
    "flags by the newer call": A("syscall(469, 469, -100, secret, words(0x40, 0, 0), 24, 0)", since=(6, 17)),
    "list another worker's folder": A("os.listdir(c('open', other, 0))"),
    "read another worker's file": A("c('open', other + '/f', 0)"),
    "write another worker's file": A("c('open', other + '/f', os.O_WRONLY)"),
    "make a file for another worker": A("c('open', other + '/new', os.O_CREAT | os.O_WRONLY, 0o644)"),
    "remove another worker's file": A("c('unlink', other + '/f')"),
    "read another function's package": A("os.listdir(c('open', package, 0))"),
    "list the engine's folder": A("os.listdir(c('open', engine, 0))"),
    "write into the engine's folder": A("c('mkdir', engine + '/new', 0o755)"),
    "environ of a process": A("c('open', f'/proc/{victim}/environ', 0)"),
    "memory of a process": A("c('open', f'/proc/{victim}/mem', os.O_RDWR)"),
    "files of a process": A("os.listdir(c('open', f'/proc/{victim}/fd', 0))"),
    "own maps": A("c('open', '/proc/self/maps', 0)"),
}

NETWORK = {
    "tcp": A("connect(2, 1, inet(port))"),
    "mptcp": A("c('socket', 2, 1, 262)", unshown=_OPTIONAL),
    "udp": A("c('sendto', c('socket', 2, 2, 0), b'x', 1, 0, inet(port), 16)"),
    "ipv6": A("c('socket', 10, 1, 0)", unshown=_OPTIONAL),
    "unix": A("connect(1, 1, unix(path))"),
    "an abstract unix socket": A(
        "bind(1, 1, struct.pack('=H', 1) + bytes(1) + b'lambda-tutor-%d' % os.getpid())"
    ),
    "netlink": A("c('socket', 16, 3, 0)"),
    "raw packets": A("c('socket', 17, 3, 0)", root=True),
    "a virtual machine's socket": A("c('socket', 40, 1, 0)", unshown=_OPTIONAL),
    "the kernel's ciphers": A("c('socket', 38, 5, 0)", unshown=_OPTIONAL),
    "a pair of sockets": A("c('socketpair', 1, 1, 0, (ctypes.c_int * 2)())"),
    "bind": A("bind(2, 1, inet(0))"),
    "names": A("libc.getaddrinfo(b'localhost', None, None, ctypes.byref(ctypes.c_void_p())) == 0 or 1 / 0"),
    "send a descriptor up the channel": A("message(0)"),
    "send by the calls for sockets": A("syscall(44, 206, 3, b'', ctypes.c_size_t(0), 0x4000, None, 0)"),
    "options of the channel": A("c('setsockopt', 3, 1, 7, ctypes.byref(ctypes.c_int(9999)), 4)"),
}

PROCESSES = {
    "fork": A("gone(c('fork'))"),
    "fork by the call": A("gone(syscall(57, 220, 17, 0, 0, 0, 0))"),
    "vfork": A(
        "gone(syscall(58, 220, 0x4111, 0, 0, 0, 0))", unshown="the child would use its parent's stack"
    ),
    "clone3": A("gone(syscall(435, 435, words(0, 0, 0, 0, 17, 0, 0, 0), ctypes.c_size_t(64)))", since=(5, 3)),
    "a thread": A(
        "t = ctypes.c_ulong(); r = libc.pthread_create(ctypes.byref(t), None, libc.getpid, None); r and 1 / 0"
    ),
    "exec": A("syscall(59, 221, '/bin/true', None, None)"),
    "exec by descriptor": A("syscall(322, 281, c('open', '/bin/true', 0), b'', None, None, 0x1000)"),
    "memory with a name": A("syscall(319, 279, b'x', 0)"),
    "exec what is in memory": A(
        "fd = syscall(319, 279, b'x', 0); os.write(fd, open('/bin/true', 'rb').read()); "
        "syscall(322, 281, fd, b'', words(0), words(0), 0x1000)"
    ),
    "signal a process": A("syscall(62, 129, victim, 0)"),
    "signal everybody": A("syscall(62, 129, -1, 0)"),
    "signal one's group": A("syscall(62, 129, 0, 0)"),
    "signal a thread": A("syscall(234, 131, victim, victim, 0)"),
    "signal a thread, the old way": A("syscall(200, 130, victim, 0)"),
    "queue a signal": A(
        "syscall(129, 138, victim, 0, ctypes.create_string_buffer(struct.pack('iii', 0, 0, -1), 128))"
    ),
    "a handle on a process": A("syscall(434, 434, victim, 0)", since=(5, 3)),
    "signal by handle": A("syscall(424, 424, syscall(434, 434, victim, 0), 0, None, 0)", since=(5, 3)),
    "take a descriptor of a process": A(
        "syscall(438, 438, syscall(434, 434, victim, 0), 0, 0)", since=(5, 6)
    ),
    "have a signal sent by a pipe": A("fcntl.fcntl(os.pipe()[0], 8, victim)"),
    "have a signal sent, the newer way": A("fcntl.fcntl(os.pipe()[0], 15, struct.pack('ii', 1, victim))"),
    "choose the signal": A("fcntl.fcntl(os.pipe()[0], 10, 9)"),
    "have signals sent by ioctl": A("fcntl.ioctl(3, 0x5452, struct.pack('i', 1))"),
    "owner by ioctl": A("fcntl.ioctl(3, 0x8901, struct.pack('i', victim))"),
    "be told of changes": A("fcntl.fcntl(os.open('.', 0), 1026, 1)"),
    "trace a process": A("syscall(101, 117, 0x4206, victim, None, None)"),
    "be traced": A("syscall(101, 117, 0, 0, 0, 0)"),
    "read a process's memory": A(
        "b = vector(ctypes.addressof(SCRATCH), 8); syscall(310, 270, victim, b, 1, b, 1, 0)"
    ),
    "write a process's memory": A(
        "b = vector(ctypes.addressof(SCRATCH), 8); syscall(311, 271, victim, b, 1, b, 1, 0)"
    ),
    "compare processes": A("syscall(312, 272, os.getpid(), victim, 1, 0, 0)", unshown=_OPTIONAL),
    "limits of a process": A("syscall(302, 261, victim, 7, None, words(0, 0))"),
    "set limits of a process": A(
        "b = words(0, 0); syscall(302, 261, 0, 7, None, b); syscall(302, 261, victim, 7, b, None)"
    ),
    "priority of a process": A("syscall(140, 141, 0, victim)"),
    "slow a process down": A("syscall(141, 140, 0, victim, 19)"),
    "processors of a process": A("syscall(204, 123, victim, 128, SCRATCH)"),
    "tie a process to a processor": A(
        "n = syscall(204, 123, 0, 128, SCRATCH); syscall(203, 122, victim, n, SCRATCH)"
    ),
    "scheduling of a process": A("syscall(145, 120, victim)"),
    "scheduling figures of a process": A("syscall(143, 121, victim, SCRATCH)"),
    "group of a process": A("syscall(121, 155, victim)"),
    "session of a process": A("syscall(124, 156, victim)"),
    "processor time of a process": A("syscall(228, 113, (~victim << 3) | 2, SCRATCH)"),
    "fineness of a process's clock": A("syscall(229, 114, (~victim << 3) | 2, SCRATCH)"),
    "locks of a process": A("syscall(274, 100, victim, words(0), words(0))"),
    "leave the session": A("syscall(112, 157)"),
    "leave the group": A("syscall(109, 154, 0, 0)"),
}

KERNEL = {
    "a user namespace": A("syscall(272, 97, 0x10000000)", unshown="many systems do not hand them out"),
    "a mount namespace": A("syscall(272, 97, 0x20000)", root=True),
    "folders of one's own": A("syscall(272, 97, 0x200)"),
    "another's namespace": A(
        "syscall(308, 268, syscall(434, 434, victim, 0), 0x4000000)", root=True, since=(5, 8)
    ),
    "mount": A("syscall(165, 40, b'none', room, b'tmpfs', ctypes.c_ulong(0), None)", root=True),
    "unmount": A(
        "syscall(165, 40, b'x', room, b'tmpfs', ctypes.c_ulong(0), None); syscall(166, 39, room, 2)",
        root=True,
    ),
    "a file system": A("syscall(430, 430, b'tmpfs', 0)", root=True, since=(5, 2)),
    "mount by the newer calls": A(
        "f = syscall(430, 430, b'tmpfs', 0); syscall(431, 431, f, 6, None, None, 0); "
        "m = syscall(432, 432, f, 0, 0); syscall(429, 429, m, b'', -100, room, 4)",
        root=True,
        since=(5, 2),
    ),
    "pick up a mount": A("syscall(433, 433, -100, '/', 0)", root=True, since=(5, 2)),
    "a copy of the mounts": A("syscall(428, 428, -100, '/', 1)", root=True, since=(5, 2)),
    "seal a mount": A("syscall(442, 442, -100, '/', 0, words(2, 0, 0, 0), 32)", root=True, since=(5, 12)),
    "look at mounts": A("syscall(458, 458, words(24, 2**64 - 1, 0), words(*bytes(64)), 64, 0)", since=(6, 8)),
    "change the root": A("syscall(161, 51, room)", root=True),
    "name the host": A("syscall(170, 161, b'x', 1)", root=True),
    "read the kernel's log": A("syscall(103, 116, 10, None, 0)", root=True),
    "io_uring": A("syscall(425, 425, 8, ctypes.create_string_buffer(120))", unshown=_OPTIONAL),
    "bpf": A(
        "syscall(321, 280, 0, ctypes.create_string_buffer(struct.pack('5I', 2, 4, 4, 1, 0), 72), 72)",
        unshown=_OPTIONAL,
    ),
    "perf": A(
        "syscall(298, 241, words(1 | 112 << 32, 0, 0, 0, 0, 0x61, *bytes(8)), 0, -1, -1, 0)",
        unshown=_OPTIONAL,
    ),
    "userfaultfd": A("syscall(323, 282, 1)", unshown=_OPTIONAL),
    "keys": A("syscall(250, 219, 0, -4, 1)"),
    "add a key": A("syscall(248, 217, b'user', b'x', b'x', ctypes.c_size_t(1), -1)"),
    "ask for a key": A("syscall(249, 218, b'user', b'x', None, 0)", unshown="there must be such a key"),
    "become somebody": A("syscall(105, 146, os.getuid())"),
    "groups": A("syscall(116, 159, 0, None)", root=True),
    "rights": A("c('capset', struct.pack('Ii', 0x20080522, 0), bytes(24))"),
    "personality": A("syscall(135, 92, 0x40000)"),
    "shared memory": A("i = syscall(29, 194, 0, ctypes.c_size_t(4096), 0o600); syscall(31, 195, i, 0, None)"),
    "semaphores": A("i = syscall(64, 190, 0, 1, 0o600); syscall(66, 191, i, 0, 0, None)"),
    "queues": A("i = syscall(68, 186, 0, 0o600); syscall(71, 187, i, 0, None)"),
    "lift the filter": A("kept = allowing(); prctl(22, 2, ctypes.addressof(kept[0]))", root=True),
    "ask about the filter": A("syscall(317, 277, 2, 0, ctypes.byref(ctypes.c_uint32(0x7FFF0000)))"),
    "another Landlock": A("syscall(444, 444, None, ctypes.c_size_t(0), 1)", since=(5, 13), unshown=_OPTIONAL),
    "outlive the zygote": A("prctl(1, 0)"),
    "be read by others": A("prctl(4, 1)"),
    "be traced by others": A("prctl(0x59616D61, 2**64 - 1)", unshown=_OPTIONAL),
    "take over children": A("prctl(36, 1)"),
    "keep rights": A("prctl(8, 1)"),
    "bits of rights": A("prctl(28, 0)", root=True),
    "rights of the surroundings": A("prctl(47, 4)"),
    "the map of one's memory": A("prctl(35, 1, 0)", unshown="needs a right, and an address that fits"),
    "timers": A("syscall(38, 103, 0, words(0, 0, 0, 0), None)"),
    "type into a terminal": A("fcntl.ioctl(0, 0x5412, b'x')", unshown="needs a terminal"),
    "type into a terminal, with a bit too many": A(
        "syscall(16, 29, 0, ctypes.c_ulong(0x1_0000_5412), b'x')", unshown="needs a terminal"
    ),
    "a call of another numbering": A("syscall(0x40000000 + 39, 1 << 20)", unshown="few kernels have it"),
}

AMOUNTS = {
    "raise a limit": A("resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))"),
    "raise a limit, the old way": A("syscall(160, 164, 7, words(4096, 4096))"),
    "two gigabytes": A("__import__('mmap').mmap(-1, 2**31, flags=0x22)"),
    "two gigabytes shared": A("__import__('mmap').mmap(-1, 2**31)"),
    "a huge file": A("open('huge', 'wb').truncate(2**30)"),
    "a huge file at once": A(
        "c('posix_fallocate', c('open', 'large', 66, 0o644), 0, ctypes.c_long(2**30)) and 1 / 0"
    ),
    "a huge pipe": A("fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)"),
    "two thousand files": A("kept = [c('open', 'many', 64, 0o644) for _ in range(2000)]"),
}

ATTACKS: dict[str, Attack] = {**FILES, **NETWORK, **PROCESSES, **KERNEL, **AMOUNTS}
"""All of them must be refused."""

CURIOUS = {
    "stat a file": A("syscall(262, 79, -100, secret, SCRATCH, 0)"),
    "stat by the newer call": A("syscall(332, 291, -100, secret, 0, 0xFFF, SCRATCH)"),
    "stat /etc/passwd": A("syscall(262, 79, -100, '/etc/passwd', SCRATCH, 0)"),
    "stat a process": A("syscall(262, 79, -100, f'/proc/{victim}', SCRATCH, 0)"),
    "is it there": A("syscall(269, 48, -100, secret, 0)"),
    "go there": A("c('chdir', box)"),
    "a path without a right": A("c('open', secret, os.O_PATH)"),
    "where a link leads": A("syscall(267, 78, -100, '/proc/self/exe', SCRATCH, 4096)"),
    "a file system's size": A("c('statfs', box, SCRATCH)"),
}
"""They find out what there is outside; only namespaces keep them from it."""

PRETENDED = {
    "chmod": A("c('chmod', secret, 0o777)"),
    "fchmod": A("c('fchmod', c('open', home + '/app.py', 0), 0o777)"),
    "fchmodat": A("syscall(268, 53, -100, secret, 0o777)"),
    "fchmodat2": A("syscall(452, 452, -100, secret, 0o777, 0)", since=(6, 6)),
    "chown": A("c('chown', secret, 1, 1)", root=True),
    "lchown": A("c('lchown', secret, 1, 1)", root=True),
    "fchown": A("c('fchown', c('open', home + '/app.py', 0), 1, 1)", root=True),
    "fchownat": A("c('fchownat', -100, secret, 1, 1, 0)", root=True),
    "utime": A("c('utime', secret, words(1, 1))"),
    "utimes": A("c('utimes', secret, words(1, 0, 1, 0))"),
    "futimes": A("c('futimes', c('open', home + '/app.py', 0), words(1, 0, 1, 0))"),
    "utimensat": A("c('utimensat', -100, secret, words(1, 0, 1, 0), 0)"),
    "futimens": A("c('futimens', c('open', home + '/app.py', 0), words(1, 0, 1, 0))"),
    "setxattr": A("c('setxattr', secret, b'user.x', b'1', ctypes.c_size_t(1), 0)"),
    "lsetxattr": A("c('lsetxattr', secret, b'user.x', b'1', ctypes.c_size_t(1), 0)"),
    "fsetxattr": A("c('fsetxattr', c('open', home + '/app.py', 0), b'user.x', b'1', ctypes.c_size_t(1), 0)"),
    "removexattr": A("c('removexattr', secret, b'user.old')"),
    "lremovexattr": A("c('lremovexattr', secret, b'user.old')"),
    "fremovexattr": A("c('fremovexattr', c('open', home + '/app.py', 0), b'user.old')"),
}
"""These report success in the jail and change nothing; outside they change the file."""

WORDS = {
    "fork": "os.fork()",
    "subprocess": "subprocess.run(['/bin/true'])",
    "system": "os.system('true')",
    "signal a process": "os.kill(victim, 0)",
}
"""Refused at the Python level already, in plain words."""

HARMLESS = {
    "write in tmp": "open('/tmp/x', 'w').write('x')",
    "copy in tmp": "import shutil; shutil.copy2('/tmp/x', '/tmp/y')",
    "shorten in tmp": "os.truncate('/tmp/x', 0)",
    "read the package": "open('/var/task/app.py').read()",
    "late imports": "import sqlite3, ssl, wave, xml.dom.minidom, unittest.mock",
    "a time zone": "import zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')",
    "signal oneself": "os.kill(os.getpid(), 0)",
    "own limits": "resource.getrlimit(resource.RLIMIT_DATA)",
    "own priority": "syscall(140, 141, 0, 0)",
    "own processor time": "syscall(228, 113, 2, SCRATCH)",
    "null": "open('/dev/null', 'w').write('x')",
    "chance": "open('/dev/urandom', 'rb').read(1)",
    "polling": "import select; select.select([], [], [], 0)",
    "pipes": "os.close(os.pipe()[0])",
    "locks": "fcntl.flock(os.open('/tmp/x', os.O_RDWR), fcntl.LOCK_EX)",
    "locks of a part": "fcntl.lockf(os.open('/tmp/x', os.O_RDWR), fcntl.LOCK_EX)",
    "native code": "ctypes.CDLL(getattr(__import__('_json'), '__file__', None))",
}
"""These must go on working."""
