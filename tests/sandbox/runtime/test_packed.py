"""Many environments in one process: each is as it would be in a process of its own."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.runtime import Environments
from sandbox.runtime.memo import memo
from tests.sandbox.runtime.playing import Ended, Player

MANY, SOME = 22, 5


def lived(
    own_processes: int, source: str, events: list[Any], count: int, **more: Any
) -> dict[str, list[Ended]]:
    """What came of so many environments, begun 7 ms apart, each sent the same events."""
    memo.clear()
    environments = Environments(own_processes=own_processes)
    try:
        player = Player(environments)
        for number in range(count):
            player.add(f"e{number}", source, events, after=7_000 * number, seed=100 + number % 5, **more)
        player.play()
        assert environments.live <= (1 if own_processes == 0 else count)
        return {name: life.ended for name, life in player.lives.items()}
    finally:
        environments.close()


def same(source: str, *events: Any, **more: Any) -> list[list[Ended]]:
    """What came of packed environments; it is what comes of them in processes of their own."""
    packed = lived(0, source, list(events), MANY, **more)
    alone = lived(10**6, source, list(events), SOME, **more)
    for name, life in alone.items():
        assert packed[name] == life
    assert len({tuple(ended.kind for ended in life) for life in packed.values()}) == 1
    return list(packed.values())


def bodies(lives: list[list[Ended]]) -> list[Any]:
    """What the first environment returned; nothing went wrong in any."""
    for life in lives:
        assert {ended.kind for ended in life} <= {"ready", "return"}, life
    return [ended.body for ended in lives[0] if ended.kind == "return"]


def test_module_globals_and_packages_are_each_environments_own():
    source = """
    import shop, shop.prices as prices
    from shop.stock import take, left
    from shop import stock
    count = 0
    def handler(event, context):
        global count
        count += 1
        import shop.late
        shop.late.seen.append(count)
        return [count, take(), left(), prices.table, shop.late.seen, shop.stock is stock,
                sorted(vars(shop).keys() & {"late", "prices", "stock"})]
    """
    files = {
        "shop/__init__.py": "opened = []\n",
        "shop/prices.py": "from . import opened\nopened.append(1)\ntable = {'a': opened}\n",
        "shop/stock.py": "import time\ntime.sleep(0.05)\n_left = 10\ndef take():\n    global _left\n"
        "    _left -= 1\n    return _left\ndef left(): return _left\n",
        "shop/late.py": "import time\nseen = []\ntime.sleep(0.03)\n",
    }
    assert bodies(same(source, 1, 2, files=files)) == [
        [1, 9, 9, {"a": [1]}, [1], True, ["late", "prices", "stock"]],
        [2, 8, 8, {"a": [1]}, [1, 2], True, ["late", "prices", "stock"]],
    ]


def test_modules_that_are_put_in_and_taken_out_stay_with_their_environment():
    source = """
    import sys, types, importlib, time
    import util
    def handler(event, context):
        out = ["fake" in sys.modules, util.count]
        sys.modules["fake"] = types.ModuleType("fake")
        sys.modules["fake"].mark = event
        util.count += 1
        time.sleep(0.05)
        import fake
        out.append(fake.mark)
        del sys.modules["util"], sys.modules["fake"]
        sys.modules["last"] = types.ModuleType("last"); time.sleep(0.01); del sys.modules["last"]
        time.sleep(0.05)
        again = importlib.import_module("util")
        out += [again is util, again.count, "fake" in sys.modules]
        importlib.reload(again)
        sys.modules["util"] = util
        time.sleep(0.05)
        return out + [sys.modules["util"] is util]
    """
    assert bodies(same(source, "a", "b", files={"util.py": "count = 0\n"})) == [
        [False, 0, "a", False, 0, False, True],
        [False, 1, "b", False, 0, False, True],
    ]


def test_variables_paths_folders_and_files_are_each_environments_own():
    source = """
    import os, sys, time, tempfile, pathlib, uuid, random, secrets
    os.environ["MINE"] = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"] + "!"
    sys.path.insert(0, f"/tmp/{random.randrange(10)}")
    def handler(event, context):
        os.environ["COUNT"] = str(int(os.environ.get("COUNT", 0)) + 1)
        if event == 1: os.chdir("/tmp")
        time.sleep(0.02)
        folder = tempfile.mkdtemp()
        with tempfile.NamedTemporaryFile(delete=False) as file: file.write(b"x")
        time.sleep(0.02)
        with open("/tmp/log", "a") as log: log.write(str(event))
        time.sleep(0.02)
        sys.argv.append("more")
        return [os.environ["MINE"], os.environ["COUNT"], os.getenv("OWN"), os.getcwd(),
                sys.path[:2], sys.argv, folder, file.name,
                sorted(os.listdir("/tmp")), pathlib.Path("/tmp/log").read_text(),
                random.random(), secrets.token_hex(3),
                str(uuid.uuid4()), os.urandom(3).hex(), random.Random().random(), str(uuid.uuid1())]
    """
    lives = same(source, 1, 2, environ=(("OWN", "given"),), log_stream="stream")
    first, second = bodies(lives)
    assert (first[:4], second[:4]) == (["stream!", "1", "given", "/tmp"], ["stream!", "2", "given", "/tmp"])
    assert (first[9], second[9]) == ("1", "12")
    assert len(second[8]) == 5
    assert len({tuple(life[1].body[10:-1]) for life in lives}) == 5, "one for each seed"


def test_half_a_line_stays_with_who_wrote_it():
    source = """
    import sys, time, os
    def handler(event, context):
        print("half", end=""); sys.stderr.write("-"); time.sleep(0.02)
        os.write(1, b"of "); time.sleep(0.02)
        print("a line"); print("rest", end="")
        sys.stdout = sys.stdout if event == 1 else open("/tmp/out", "w")
        print("more", flush=True); time.sleep(0.02); print("end")
    """
    lives = same(source, 1, 2)
    assert lives[0][1].texts == ["half-of a line", "restmore", "end"]
    assert lives[0][2].texts == ["half-of a line", "rest"]


LOGGING = {
    "the root's level": "logging.getLogger().setLevel(logging.DEBUG if number % 2 else logging.ERROR)",
    "a basic configuration": (
        "logging.basicConfig(level='INFO', force=bool(number % 2), format='%(name)s %(message)s')"
    ),
    "a handler of one's own": (
        "handler_ = logging.StreamHandler(sys.stdout)\n"
        "handler_.setFormatter(logging.Formatter('>>%(message)s'))\n"
        "log.addHandler(handler_); log.propagate = bool(number % 2); log.setLevel('INFO')"
    ),
    "a dictionary": (
        "logging.config.dictConfig({'version': 1, 'disable_existing_loggers': False,\n"
        " 'formatters': {'f': {'format': f'{number} %(levelname)s %(message)s'}},\n"
        " 'handlers': {'h': {'class': 'logging.StreamHandler', 'formatter': 'f', 'stream': 'ext://sys.stdout'}},\n"
        " 'root': {'handlers': ['h'], 'level': 'INFO'}, 'loggers': {'shop': {'level': 'DEBUG'}}})"
    ),
    "the runtime's handler changed": (
        "for each in logging.getLogger().handlers:\n"
        "    each.setFormatter(logging.Formatter('[%(name)s] %(message)s'))\n"
        "logging.disable(logging.INFO if number % 2 else logging.NOTSET); log.setLevel('INFO')"
    ),
    "records and classes": (
        "class Mine(logging.Logger):\n    def info(self, text): super().info(f'mine{number} ' + text)\n"
        "logging.setLoggerClass(Mine); log = logging.getLogger('shop.new'); log.setLevel('INFO')\n"
        "real = logging.getLogRecordFactory()\n"
        "def make(*args):\n"
        "    record = real(*args); record.msg = f'{number}:{record.msg}'; return record\n"
        "logging.setLogRecordFactory(make)"
    ),
    "warnings and levels": (
        "logging.addLevelName(35, f'LOUD{number}'); log.setLevel(35)\n"
        "logging.captureWarnings(bool(number % 2))\n"
        "warnings.simplefilter('always'); logging.raiseExceptions = False"
    ),
}


@pytest.mark.parametrize("case", LOGGING)
def test_logging_is_set_up_for_one_environment(case: str):
    source = f"""
import logging, logging.config, os, sys, time, random, warnings
number = random.randrange(4)
log = logging.getLogger("shop.orders")
time.sleep(0.01)
{LOGGING[case]}
def handler(event, context):
    log.debug("debug"); time.sleep(0.02)
    log.info("info"); time.sleep(0.01)
    logging.getLogger("other").warning("warning"); logging.info("root"); log.log(35, "loud"); time.sleep(0.01)
    logging.getLogger("botocore").info("library"); log.error("error")
    warnings.warn("careful", stacklevel=1)
    root = logging.getLogger()
    return [log.getEffectiveLevel(), root.level, len(root.handlers), logging.getLevelName(35)]
"""
    lives = same(source, 1, 2)
    assert len({str(life[1:]) for life in lives}) > 1, "some differ"


def test_warnings_are_filtered_for_one_environment():
    source = """
    import warnings, random, time
    mode = random.choice(["ignore", "always", "error"])
    def old(): warnings.warn("old", DeprecationWarning, stacklevel=2)
    def handler(event, context):
        if event == 1: warnings.simplefilter(mode)
        time.sleep(0.02)
        try: old(); old()
        except DeprecationWarning: print("raised")
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always"); old()
        return [mode, len(seen), [filter[0] for filter in warnings.filters][:1]]
    """
    lives = same(source, 1, 2)
    assert len({life[1].body[0] for life in lives}) > 1


def test_threads_locals_and_executors_are_numbered_for_each_environment():
    source = """
    import threading, time, asyncio
    from concurrent.futures import ThreadPoolExecutor
    local, seen = threading.local(), []
    def work():
        seen.append([threading.current_thread().name, threading.get_ident(), hasattr(local, "x")])
        time.sleep(0.03); local.x = 1
    def handler(event, context):
        local.x = getattr(local, "x", 0) + 1
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads: thread.start()
        names = sorted(thread.name for thread in threading.enumerate())
        for thread in threads: thread.join()
        pool = ThreadPoolExecutor(1)
        seen.append(pool.submit(lambda: threading.current_thread().name).result()); pool.shutdown()
        threading.main_thread().name = f"main {event}"
        time.sleep(0.02)
        async def nap(): await asyncio.sleep(0.02); return asyncio.get_running_loop() is loop
        loop = asyncio.new_event_loop(); asyncio.set_event_loop(loop)
        answer = loop.run_until_complete(nap())
        loop.close()
        return [local.x, seen[-3:], names, answer, threading.active_count(), threading.current_thread().name]
    """
    first, second = bodies(same(source, 1, 2))
    assert first[2] == ["MainThread", "Thread-1 (work)", "Thread-2 (work)"]
    assert second[1][2] == "ThreadPoolExecutor-1_0"
    assert second[5] == "main 2"


def test_hooks_belong_to_one_environment():
    source = """
    import sys, threading, time, random, atexit, asyncio, signal
    number = random.randrange(100)
    threading.excepthook = lambda args: print("hook", number)
    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self): print("loop", number); return super().new_event_loop()
    asyncio.set_event_loop_policy(Policy())
    def handler(event, context):
        time.sleep(0.02)
        thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()
        asyncio.run(asyncio.sleep(0.02))
        atexit.register(print, "bye", number)
        time.sleep(0.02)
        if event == 2: sys.exit()
    """
    lives = same(source, 1, 2)
    assert [len(life[2].texts) for life in lives] == [4] * MANY
    assert len({tuple(life[1].texts) for life in lives}) == 5


CALLS = """
import boto3, json, threading, time
from concurrent.futures import ThreadPoolExecutor
def handler(event, context):
    sqs = boto3.client("sqs")
    boto3.setup_default_session(region_name="eu-west-1") if event == 2 else None
    def send(n):
        body = json.dumps({"n": n, "after": 60 - 10 * n})
        return sqs.send_message(QueueUrl="https://queue/q", MessageBody=body)
    with ThreadPoolExecutor(3) as pool: replies = list(pool.map(send, range(4)))
    here = boto3.DEFAULT_SESSION.region_name
    ids = [[reply["MessageId"], reply["ResponseMetadata"]["RequestId"]] for reply in replies]
    return ids + [here, sqs.meta.region_name]
"""


def test_calls_of_many_environments_are_under_way_at_once():
    lives = same(CALLS, 1, 2, 3)
    assert lives[0][3].body[-2:] == ["eu-west-1", "eu-west-1"]
    assert len(lives[0][1].calls) == 4


SHARED = {
    "a library's logger": "import logging\nthing = logging.getLogger('botocore')\n"
    "def change(): thing.setLevel(5)\ndef look(): return thing.level == 5\n",
    "a patched function": "import json\ndef change(): json.loads = str\n"
    "def look(): return json.loads is str\n",
    "a module replaced": "import sys\ndef change(): sys.modules['colorsys'] = sys.modules[__name__]\n"
    "def look(): import colorsys; return hasattr(colorsys, 'look')\n",
    "the recursion limit": "import sys\ndef change(): sys.setrecursionlimit(777)\n"
    "def look(): return sys.getrecursionlimit() == 777\n",
    "a signal's handler": "import signal\ndef change(): signal.signal(signal.SIGUSR1, signal.SIG_IGN)\n"
    "def look(): return signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN\n",
}


@pytest.mark.parametrize("case", SHARED)
def test_what_environments_of_one_process_share_is_known(case: str):
    # The list is in `sandbox.runtime.inside.worker`. What leaves this test for good goes from there too.
    handler = "import colorsys\ndef handler(event, context):\n    if event: change()\n    return look()\n"
    seen = []
    for own_processes in (0, 10**6):
        memo.clear()
        environments = Environments(own_processes=own_processes)
        player = Player(environments)
        player.add("first", SHARED[case] + handler, [True])
        player.add("second", SHARED[case] + handler, [False], after=100_000)
        player.play()
        environments.close()
        seen.append(player.lives["second"].ended[-1].body)
    assert seen == [True, False]
