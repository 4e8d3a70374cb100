"""A counter under a lock and one without; an RLock; a lock that is not to be had in time."""

import threading
import time

lock = threading.Lock()
reentrant = threading.RLock()


class Account:
    def __init__(self):
        self.balance = 0
        self.history = []

    def deposit(self, amount):
        with reentrant:
            before = self.balance
            time.sleep(0.01)
            self.balance = before + amount
            self.log(amount)

    def log(self, amount):
        with reentrant:
            self.history.append((threading.current_thread().name, amount))


def careless(account, amount):
    before = account.balance
    time.sleep(0.01)
    account.balance = before + amount


def run(target, accounts):
    threads = [threading.Thread(target=target, args=args) for args in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    return all(not thread.is_alive() for thread in threads)


def handler(event, context):
    safe, unsafe = Account(), Account()
    ended = run(safe.deposit, [(n,) for n in event["amounts"]])
    ended &= run(careless, [(unsafe, n) for n in event["amounts"]])
    with lock:
        got = lock.acquire(timeout=0.5), lock.acquire(blocking=False)
    return {
        "safe": safe.balance,
        "unsafe": unsafe.balance,
        "ended": ended,
        "order": [amount for _, amount in safe.history],
        "got": got,
        "locked": lock.locked(),
    }
