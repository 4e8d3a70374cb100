"""Results in the order in which they come, with an error among them and a limit on the whole."""

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, TimeoutError, as_completed, wait


def work(name, seconds):
    time.sleep(seconds)
    if name == "broken":
        raise OSError(5, "disk is gone")
    return name.upper()


def handler(event, context):
    done, failed = [], {}
    with ThreadPoolExecutor(max_workers=8) as pool:
        futures = {pool.submit(work, name, seconds): name for name, seconds in event["jobs"].items()}
        first = wait(futures, return_when=FIRST_COMPLETED).done
        try:
            for future in as_completed(futures, timeout=event.get("limit")):
                try:
                    done.append(future.result())
                except OSError as error:
                    failed[futures[future]] = str(error)
        except TimeoutError:
            failed["late"] = sorted(futures[f] for f in futures if not f.done())
            for future in futures:
                future.cancel()
    return {"first": [futures[f] for f in first], "done": done, "failed": failed}
