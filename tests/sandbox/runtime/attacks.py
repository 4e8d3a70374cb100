"""Attacks that a handler may try, each a Python expression or statement; run in the jail by `test_jail`.

`secret` is a file outside that the engine's user can read, `parent` the engine's process, `port` a TCP port
and `path` a unix socket that somebody listens on.
"""

from __future__ import annotations

HANDLER = """
import ctypes, errno, os, platform, resource, select, shutil, signal, socket, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"

def syscall(x86, arm, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(arm if ARM else x86), *arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result

def c_open(path, flags=0):
    fd = libc.open(os.fsencode(path), flags, 0o644)
    if fd < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return fd

def raw_socket(family, kind, protocol=0):
    return syscall(41, 198, family, kind, protocol)

def handler(event, context):
    names = dict(globals())
    names.update(event["facts"])
    report = {}
    for name, code in event["attacks"].items():
        try:
            exec(code, names)
            report[name] = "ALLOWED"
        except MemoryError:
            report[name] = "MemoryError"
        except BaseException as error:
            report[name] = f"{type(error).__name__}: {error}"
    return report
"""

ATTACKS = {
    "read /etc/passwd": "open('/etc/passwd').read()",
    "read /etc/passwd from C": "c_open('/etc/passwd')",
    "read a private file": "c_open(secret)",
    "list home": "os.listdir(os.path.dirname(secret))",
    "list /": "os.listdir('/')",
    "read the checkout": "c_open(checkout + '/pyproject.toml')",
    "write beside the private file": "c_open(secret + '.new', os.O_CREAT | os.O_WRONLY)",
    "write into the package": "open('/var/task/app.py', 'a')",
    "write into the package from C": "c_open(os.readlink('/tmp/there') if 0 else 'app.py', os.O_WRONLY)",
    "write into python": "c_open(os.path.dirname(os.__file__) + '/os.py', os.O_WRONLY)",
    "read through a symlink": "os.symlink('/etc/passwd', '/tmp/link'); open('/tmp/link').read()",
    "read through a symlink of folders": "os.symlink('/', '/tmp/root'); os.listdir('/tmp/root/etc')",
    "read through dots": "open('/tmp/../../../../../../../../etc/passwd').read()",
    "link a file in": "os.link(secret, '/tmp/hard')",
    "rename a file out": "open('/tmp/f', 'w').close(); os.rename('/tmp/f', secret + '.new')",
    "remove a file outside": "os.remove(secret)",
    "truncate a file outside": "os.truncate(secret, 0)",
    "make a device": "os.mknod('/tmp/null', 0o20666, os.makedev(1, 3))",
    "another environment's folder": "os.listdir('/tmp/../..')",
    "environ of the parent": "c_open(f'/proc/{parent}/environ')",
    "memory of the parent": "c_open(f'/proc/{parent}/mem', os.O_RDWR)",
    "own maps": "c_open('/proc/self/maps')",
    "tcp": "socket.create_connection(('127.0.0.1', port))",
    "tcp from C": "raw_socket(socket.AF_INET, socket.SOCK_STREAM)",
    "udp from C": "raw_socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix socket": "socket.socket(socket.AF_UNIX).connect(path)",
    "unix socket from C": "raw_socket(socket.AF_UNIX, socket.SOCK_STREAM)",
    "netlink from C": "raw_socket(16, socket.SOCK_RAW)",
    "raw packets from C": "raw_socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "a socket pair from C": "syscall(53, 199, 1, 1, 0, (ctypes.c_int * 2)())",
    "bind": "socket.socket().bind(('127.0.0.1', 0))",
    "names": "socket.gethostbyname('localhost')",
    "fork": "os.fork() or os._exit(0)",
    "fork from C": "syscall(57, 220, 17, 0, 0, 0, 0) or libc._exit(0)",
    "vfork from C": "syscall(58, 220, 0x4111, 0, 0, 0, 0) or libc._exit(0)",
    "clone3 from C": "syscall(435, 435, 0, 0)",
    "subprocess": "subprocess.run(['/bin/true'])",
    "system": "os.system('true') == 0 or 1 / 0",
    "posix_spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "exec": "os.execv('/bin/true', ['true'])",
    "exec from C": "syscall(59, 221, b'/bin/true', None, None)",
    "threads": "threading.Thread(target=print).start()",
    "signal the parent": "os.kill(parent, 0)",
    "signal the parent from C": "syscall(62, 129, parent, 0)",
    "signal everybody from C": "syscall(62, 129, -1, 0)",
    "signal one's group from C": "syscall(62, 129, 0, 0)",
    "trace the parent": "syscall(101, 117, 16, parent, 0, 0)",
    "read the parent's memory": "syscall(310, 270, parent, None, 0, None, 0, 0)",
    "a handle on the parent": "syscall(434, 434, parent, 0)",
    "a user namespace": "syscall(272, 97, 0x10000000)",
    "io_uring": "syscall(425, 425, 8, (ctypes.c_char * 256)())",
    "bpf": "syscall(321, 280, 0, None, 0)",
    "mount": "syscall(165, 40, b'none', b'/tmp', b'tmpfs', 0, None)",
    "chroot": "syscall(161, 51, b'/tmp')",
    "keys": "syscall(250, 219, 0, -3, 0)",
    "become root": "syscall(105, 146, 0)",
    "memory without a name": "syscall(319, 279, b'x', 0)",
    "perf": "syscall(298, 241, None, 0, -1, -1, 0)",
    "type into a terminal": "syscall(16, 29, 0, 0x5412, b'x')",
    "raise a limit": "resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))",
    "raise a limit of the parent": "resource.prlimit(parent, resource.RLIMIT_NOFILE)",
    "lift the filter": "syscall(157, 167, 22, 0, 0, 0, 0)",
    "another seccomp": "syscall(317, 277, 1, 0, None)",
    "two gigabytes": "bytearray(2**31)",
    "two gigabytes shared": "__import__('mmap').mmap(-1, 2**31)",
    "a huge file": "open('/tmp/huge', 'wb').truncate(2**30)",
    "two thousand files": "kept = [os.open('/tmp/many', os.O_CREAT) for _ in range(2000)]",
}
"""All of them must be refused."""

PRETENDED = {
    "chmod": "os.chmod(secret, 0o777)",
    "chown": "os.chown(secret, 1, 1)",
    "utime": "os.utime(secret, (1, 1))",
    "setxattr": "os.setxattr(secret, 'user.x', b'1')",
    "chmod from C": "libc.chmod(os.fsencode(secret), 0o777)",
    "chmod by descriptor": "libc.fchmodat(-100, os.fsencode(secret), 0o777, 0)",
}
"""These report success and change nothing."""

HARMLESS = {
    "write in tmp": "open('/tmp/x', 'w').write('x')",
    "copy in tmp": "shutil.copy2('/tmp/x', '/tmp/y')",
    "read the package": "open('/var/task/app.py').read()",
    "late imports": "import sqlite3, ssl, wave, xml.dom.minidom, unittest.mock",
    "a time zone": "import zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')",
    "signal oneself": "os.kill(os.getpid(), 0)",
    "own limits": "resource.getrlimit(resource.RLIMIT_DATA)",
    "null": "open('/dev/null', 'w').write('x')",
    "polling": "select.select([], [], [], 0)",
    "pipes": "os.close(os.pipe()[0])",
}
"""These must go on working."""
