import threading
import time
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(max_workers=3, thread_name_prefix="io")


def fetch(url):
    time.sleep(len(url) / 10)
    return f"{url}:{threading.current_thread().name}"


def handler(event, context):
    began = time.perf_counter()
    pages = list(executor.map(fetch, event["urls"]))
    return {"pages": pages, "seconds": round(time.perf_counter() - began, 2)}
