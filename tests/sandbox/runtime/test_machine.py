"""The machine that code finds itself on, and times of files: the same in every run and on every machine."""

from __future__ import annotations

import pytest

from sandbox.runtime import Environments
from sandbox.runtime.memo import memo
from tests.sandbox.runtime.conftest import START, Lab, value
from tests.sandbox.runtime.playing import play
from tests.sandbox.runtime.playing import value as result
from tests.sandbox.runtime.test_packed import bodies, same

FIXED = 1_767_225_600


def told(lab: Lab, expression: str, before: str = "pass") -> object:
    """What an expression comes to in a handler; `before` is a statement that runs first."""
    source = f"""
    import os, resource, shutil, time
    from pathlib import Path
    def handler(event, context):
        {before}
        return {expression}
    """
    return value(lab.call(source))


def test_usage_is_what_was_counted_and_fixed_memory(lab):
    source = """
    import os, resource, time
    def handler(event, context):
        blocks = bytearray(40_000_000)
        for _ in range(event):
            pass
        theirs, mine = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
        spent = time.process_time()
        return [mine.ru_utime == spent, spent, mine.ru_maxrss, mine.ru_stime + sum(mine[3:]),
                sum(theirs), spent - os.times().user < 0.01, os.times().system, os.times().elapsed >= 5]
    """
    first = value(lab.call(source, 1_000))
    assert first[0] is True
    assert first[2:] == [lab.environments.costs.base_memory * 1024, 0, 0, True, 0, True]
    assert value(lab.call(source, 1_000_000))[1] > first[1]


def test_usage_of_the_thread_is_that_of_the_process_and_of_nobody_there_is_none(lab):
    source = """
    import resource
    def handler(event, context):
        same = resource.getrusage(resource.RUSAGE_THREAD) == resource.getrusage(resource.RUSAGE_SELF)
        try:
            resource.getrusage(77)
        except ValueError as error:
            return [same, str(error)]
    """
    assert value(lab.call(source)) == [True, "invalid who parameter"]


def test_limits_are_lambdas_and_can_be_lowered_only(lab):
    source = """
    import resource
    def handler(event, context):
        names = ("NOFILE", "NPROC", "AS", "DATA", "CPU", "FSIZE", "CORE")
        first = [resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names]
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 1024))
        lower = resource.getrlimit(resource.RLIMIT_NOFILE)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (100, 4096))
        except ValueError as error:
            return [first, lower, str(error), resource.prlimit(0, resource.RLIMIT_NOFILE)]
    """
    limited, endless = [1024, 1024], [-1, -1]
    assert value(lab.call(source)) == [
        [limited, limited, *[endless] * 5],
        [100, 1024],
        "not allowed to raise maximum limit",
        [100, 1024],
    ]


def test_limits_are_each_environments_own():
    source = """
    import resource
    def handler(event, context):
        soft = resource.getrlimit(resource.RLIMIT_NPROC)[0]
        resource.setrlimit(resource.RLIMIT_NPROC, (soft - 1, 1024))
        return soft
    """
    assert bodies(same(source, 1, 2)) == [1024, 1023]


def test_a_lower_limit_of_files_moves_no_socket_among_the_files(lab):
    source = """
    import resource, socket
    def handler(event, context):
        resource.setrlimit(resource.RLIMIT_NOFILE, (8, 1024))
        with socket.socket() as sock:
            return sock.fileno()
    """
    assert value(lab.call(source)) >= 1024


def test_the_user_is_lambdas(lab):
    source = """
    import getpass, grp, os, pwd
    def handler(event, context):
        open("/tmp/mine", "w").close()
        stats = [os.stat(name) for name in ("/tmp/mine", "/var/task/app.py", os.__file__)]
        return [[os.getuid(), os.geteuid(), os.getgid(), os.getegid(), os.getgroups()],
                [getpass.getuser(), pwd.getpwuid(993).pw_name, grp.getgrgid(990).gr_name],
                os.path.expanduser("~"), [[stat.st_uid, stat.st_gid] for stat in stats]]
    """
    assert value(lab.call(source)) == [
        [993, 993, 990, 990, [990]],
        ["sbx_user1051"] * 3,
        "/home/sbx_user1051",
        [[993, 990], [0, 0], [0, 0]],
    ]


def test_the_disk_is_as_large_as_tmp_and_what_is_written_is_taken(lab):
    size = lab.environments.costs.tmp << 20
    before = "Path('/tmp/a').write_bytes(bytes(3 << 20))"
    assert told(lab, "shutil.disk_usage('/tmp')", before) == [size, 3 << 20, size - (3 << 20)]
    assert told(lab, "[shutil.disk_usage(name).free for name in ('/var/task', '/')]") == [0, 0]
    assert told(lab, "bool(os.statvfs('/var/task').f_flag & os.ST_RDONLY)") is True


def test_figures_of_the_system_are_the_functions(lab):
    source = """
    import os, platform
    def handler(event, context):
        names = ("SC_NPROCESSORS_ONLN", "SC_PHYS_PAGES", "SC_PAGE_SIZE")
        os.mkdir("/tmp/d")
        open("/tmp/f", "w").close()
        return [*map(os.sysconf, names), os.sysconf("SC_ARG_MAX") > 0, platform.platform(),
                len({os.getpid(), os.getpgrp(), os.getpgid(0), os.getsid(os.getpid())}),
                [oct(os.stat(name).st_mode) for name in ("/tmp/d", "/tmp/f", "/var/task", "app.py")]]
    """
    modes = ["0o40755", "0o100644", "0o40755", "0o100644"]
    assert value(lab.call(source, memory=256)) == [
        2, 65_536, 4_096, True, "Linux-5.10.0-amzn-x86_64-with-glibc2.34", 1, modes,
    ]  # fmt: skip


def test_chance_from_the_device_is_the_environments():
    def drawn(seed: int) -> object:
        source = """
        import os
        def handler(event, context):
            with open("/dev/urandom", "rb") as chance, open("/dev/random", "rb", 0) as other:
                found = [chance.read(8).hex(), other.read(8).hex()]
            try:
                os.open("/dev/urandom", os.O_RDONLY)
            except PermissionError as error:
                return [*found, error.strerror]
        """
        memo.clear()
        environments = Environments()
        try:
            return result(play(environments, source, seed=seed))
        finally:
            environments.close()

    first = drawn(7)
    assert first == drawn(7)
    assert first[:2] != drawn(8)[:2]
    assert len(first[0]) == len(first[1]) == 16
    assert first[2].startswith("Lambda sandbox: the system's chance is read with os.urandom")


AGES = """
import os, time
from pathlib import Path
def handler(event, context):
    path = Path("/tmp/cache")
    if not path.exists() or time.time() - os.path.getmtime(path) > 60:
        path.write_text("x")
        return "fetched"
    return "cached"
"""


def test_a_cache_file_is_as_old_as_the_time_that_has_passed():
    events = [None] * 4
    assert bodies(same(AGES, *events)) == ["fetched", "cached", "cached", "cached"]
    assert bodies(same(AGES, *events, gap=70_000_000)) == ["fetched"] * 4
    assert bodies(same(AGES, *events, gap=40_000_000)) == ["fetched", "cached", "fetched", "cached"]


def test_every_way_of_looking_tells_the_same(lab):
    source = """
    import os
    from pathlib import Path
    def handler(event, context):
        os.chdir("/tmp")
        open("/tmp/file", "w").close()
        with open("/tmp/file") as file, os.scandir("/tmp") as one, os.scandir() as other:
            looks = [os.stat("/tmp/file"), os.lstat("file"), os.fstat(file.fileno()), os.stat(file.fileno()),
                     Path("/tmp/file").stat(), next(one).stat(), next(other).stat(follow_symlinks=False)]
        assert len(set(looks)) == 1
        (look, *_) = looks
        assert os.path.getmtime("file") == os.path.getctime("file") == look.st_mtime == look.st_mtime_ns / 1e9
        assert look[8] == int(look.st_mtime) and os.path.samefile("/tmp/file", "file")
        return [look.st_mtime_ns, look.st_ino, look.st_blksize]
    """
    time, number, block = value(lab.call(source))
    assert START * 1_000 <= time < START * 1_000 + 10**9
    assert (number, block) == (2, 4096) or (number, block) == (1, 4096)


@pytest.mark.parametrize(
    "act",
    [
        "open('/tmp/f', 'a').write('x')",
        "open('/tmp/f', 'w').close()",
        "open('/tmp/f', 'r+b').truncate(0)",
        "os.truncate('/tmp/f', 1)",
        "os.write(os.open('/tmp/f', os.O_WRONLY), b'x')",
        "os.utime('/tmp/f')",
        "Path('/tmp/f').touch()",
        "os.remove('/tmp/f'), open('/tmp/f', 'x').close()",
        "open('/tmp/g', 'w').close(), os.replace('/tmp/g', '/tmp/f')",
        "shutil.copyfile('/var/task/app.py', '/tmp/f')",
        "open('/tmp/d/new', 'w').close()",
        "os.mkdir('/tmp/d/new')",
        "os.symlink('/tmp/f', '/tmp/d/new')",
        "os.link('/tmp/f', '/tmp/d/new')",
        "os.remove('/tmp/d/old')",
        "os.rename('/tmp/d/old', '/tmp/e')",
        "shutil.rmtree('/tmp/d'), os.mkdir('/tmp/d')",
    ],
)
def test_what_changes_a_file_moves_its_time(lab, act):
    source = f"""
    import os, shutil, time
    from pathlib import Path
    def handler(event, context):
        os.mkdir("/tmp/d")
        for name in ("/tmp/f", "/tmp/d/old"):
            Path(name).write_text("text")
        looked = "/tmp/d" if "/tmp/d" in {act!r} else "/tmp/f"
        before = os.stat(looked).st_mtime
        time.sleep(2)
        kept = os.stat(looked).st_mtime == before
        {act}
        return [kept, round(os.stat(looked).st_mtime - before, 2), os.stat("/tmp/d").st_mtime <= time.time()]
    """
    environments = lab.environments
    assert result(play(environments, source, timeout=60_000_000)) == [True, 2.0, True]


def test_times_can_be_set_and_copied(lab):
    source = """
    import os, shutil
    from pathlib import Path
    def handler(event, context):
        for name in "ab":
            Path(f"/tmp/{name}").write_text(name)
        os.utime("/tmp/a", (1_000.5, 2_000.25))
        os.utime("/tmp/b", ns=(5, 7))
        shutil.copy2("/tmp/a", "/tmp/c")
        os.rename("/tmp/b", "/tmp/d")
        failed = []
        for name in ("/tmp/none", "/var/task/app.py"):
            try:
                os.utime(name)
            except OSError as error:
                failed.append(type(error).__name__ + " " + error.strerror)
        looks = [os.stat(f"/tmp/{name}") for name in "acd"]
        return [[[look.st_atime_ns, look.st_mtime_ns] for look in looks], failed]
    """
    set_to = [1_000_500_000_000, 2_000_250_000_000]
    assert value(lab.call(source)) == [
        [set_to, set_to, [5, 7]],
        ["FileNotFoundError No such file or directory", "OSError Read-only file system"],
    ]


def test_folders_are_listed_in_the_order_of_names(lab):
    source = """
    import os
    from pathlib import Path
    def handler(event, context):
        os.chdir("/tmp")
        for number in range(7, 0, -1):
            Path(f"/tmp/{number * 5 % 8}").mkdir()
        return [os.listdir("/tmp"), os.listdir(), [entry.name for entry in os.scandir("/tmp")],
                [path.name for path in Path("/tmp").iterdir()], next(os.walk("/tmp"))[1]]
    """
    assert value(lab.call(source)) == [list("1234567")] * 5


def test_touching_makes_a_file(lab):
    assert told(lab, "os.listdir('/tmp')", "Path('/tmp/new').touch()") == ["new"]


def test_the_package_and_python_have_a_fixed_time(lab):
    looks = "[os.stat(name).st_mtime for name in ('/var/task', '/var/task/app.py', 'app.py', os.__file__)]"
    assert told(lab, looks) == [FIXED] * 4
    assert told(lab, "os.fstat(os.open('/var/task/app.py', os.O_RDONLY)).st_mtime") == FIXED
    assert told(lab, "os.stat('/var/task/app.py').st_ino") == 2


def test_what_c_code_made_has_the_time_of_the_first_look(lab):
    source = """
    import os, sqlite3, time
    def handler(event, context):
        sqlite3.connect("/tmp/a.db").execute("CREATE TABLE t (x)")
        time.sleep(2)
        first, now = os.stat("/tmp/a.db").st_mtime, time.time()
        time.sleep(2)
        return [abs(now - first) < 0.1, os.stat("/tmp/a.db").st_mtime == first]
    """
    assert result(play(lab.environments, source, timeout=60_000_000)) == [True, True]


def test_times_and_numbers_of_files_repeat_in_a_shared_process():
    source = """
    import os, shutil, tempfile
    from pathlib import Path
    def handler(event, context):
        folder = tempfile.mkdtemp()
        for name in "cab":
            Path(folder, name).write_text(name * event)
        stats = [os.stat(Path(folder, name)) for name in "abc"]
        looks = [(*stat, stat.st_mtime_ns) for stat in stats]
        shutil.rmtree(folder)
        return [looks, tuple(os.stat("/tmp")), tuple(os.stat("/var/task/app.py"))]
    """
    assert len(bodies(same(source, 1, 2, 3))) == 3
