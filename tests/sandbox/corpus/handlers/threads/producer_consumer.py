import queue
import threading
import time

STOP = object()


class Worker(threading.Thread):
    def __init__(self, number, inbox, outbox):
        super().__init__(name=f"worker-{number}", daemon=True)
        self.inbox, self.outbox = inbox, outbox

    def run(self):
        while (item := self.inbox.get()) is not STOP:
            time.sleep(0.1 * item)
            self.outbox.put((self.name, item))
            self.inbox.task_done()
        self.inbox.task_done()


def handler(event, context):
    inbox, outbox = queue.Queue(maxsize=4), queue.Queue()
    workers = [Worker(n, inbox, outbox) for n in range(event["workers"])]
    for worker in workers:
        worker.start()
    refused = 0
    for item in event["items"]:
        try:
            inbox.put(item, timeout=0.05)
        except queue.Full:
            refused += 1
    for _ in workers:
        inbox.put(STOP)
    inbox.join()
    for worker in workers:
        worker.join()
    share = {}
    while not outbox.empty():
        name, item = outbox.get_nowait()
        share.setdefault(name, []).append(item)
    return {"share": share, "refused": refused, "alive": sum(w.is_alive() for w in workers)}
