"""Numbers of the system calls that a worker may make, for the two machines that the filter knows.

Each entry is name:x86_64:aarch64; a dash says that the machine has no such call. What is not here is refused.
"""

from __future__ import annotations

ALLOWED = """
    read:0:63 write:1:64 close:3:57 newfstatat:262:79 fstat:5:80 lseek:8:62 mmap:9:222 munmap:11:215
    brk:12:214 rt_sigaction:13:134 rt_sigprocmask:14:135 futex:202:98 getpid:39:172 pread64:17:67
    pwrite64:18:68 readv:19:65 writev:20:66 preadv:295:69 pwritev:296:70 preadv2:327:286 pwritev2:328:287
    creat:85:- close_range:436:436 stat:4:- lstat:6:- statx:332:291 statfs:137:43 fstatfs:138:44
    mprotect:10:226 mremap:25:216 madvise:28:233 mincore:27:232 msync:26:227 mlock:149:228 munlock:150:229
    mlock2:325:284 membarrier:324:283 rt_sigreturn:15:139 rt_sigpending:127:136 rt_sigsuspend:130:133
    rt_sigtimedwait:128:137 sigaltstack:131:132 pause:34:- access:21:- faccessat:269:48 faccessat2:439:439
    pipe:22:- pipe2:293:59 select:23:- pselect6:270:72 poll:7:- ppoll:271:73 epoll_create:213:-
    epoll_create1:291:20 epoll_ctl:233:21 epoll_wait:232:- epoll_pwait:281:22 eventfd:284:-
    eventfd2:290:19 dup:32:23 dup2:33:- dup3:292:24 flock:73:32 fsync:74:82 fdatasync:75:83
    ftruncate:77:46 fallocate:285:47 fadvise64:221:223 getdents:78:- getdents64:217:61 getcwd:79:17
    chdir:80:49 fchdir:81:50 rename:82:- renameat:264:38 renameat2:316:276 mkdir:83:- mkdirat:258:34
    rmdir:84:- link:86:- linkat:265:37 unlink:87:- unlinkat:263:35 symlink:88:- symlinkat:266:36
    readlink:89:- readlinkat:267:78 umask:95:166 sendfile:40:71 copy_file_range:326:285
    gettimeofday:96:169 nanosleep:35:101 time:201:- times:100:153 gettid:186:178 getppid:110:173
    getuid:102:174 geteuid:107:175 getgid:104:176 getegid:108:177 getgroups:115:158 getresuid:118:148
    getresgid:120:150 getpgrp:111:- getrlimit:97:163 getrusage:98:165 sysinfo:99:179 uname:63:160
    sched_yield:24:124 sched_get_priority_max:146:125 sched_get_priority_min:147:126
    set_robust_list:273:99 rseq:334:293 set_tid_address:218:96 arch_prctl:158:- exit:60:93
    exit_group:231:94 getrandom:318:278 restart_syscall:219:128 getcpu:309:168 sync_file_range:277:84
"""

PRETENDED = """
    chmod:90:- fchmod:91:52 fchmodat:268:53 fchmodat2:452:452 chown:92:- lchown:94:- fchown:93:55
    fchownat:260:54 utime:132:- utimes:235:- futimesat:261:- utimensat:280:88 setxattr:188:5
    lsetxattr:189:6 fsetxattr:190:7 removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16
"""
"""Calls that change a file's owner, mode, times or attributes, which Landlock does not know. They are not
made, and report success, so that `shutil.copy` and its like work."""

UNSUPPORTED = """
    getxattr:191:8 lgetxattr:192:9 fgetxattr:193:10 listxattr:194:11 llistxattr:195:12 flistxattr:196:13
"""
"""Calls that answer as a file system without attributes does."""

CHECKED = """
    open:2:- openat:257:56 fcntl:72:25 truncate:76:45 ioctl:16:29 prctl:157:167 prlimit64:302:261 kill:62:129
    tkill:200:130 tgkill:234:131 getpgid:121:155 getsid:124:156 getpriority:140:141 sched_getaffinity:204:123
    sched_getparam:143:121 sched_getscheduler:145:120 clock_gettime:228:113 clock_getres:229:114
    clock_nanosleep:230:115
"""
"""Calls that are allowed with some arguments only."""


def numbers(table: str, machine: str) -> dict[str, int]:
    """The calls of a table.

    Args:
        table: one of the above.
        machine: "x86_64" or "aarch64".
    """
    column = 1 if machine == "x86_64" else 2
    rows = (entry.split(":") for entry in table.split())
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}
