import enum
import time


class State(enum.Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class Open(Exception):
    pass


class Breaker:
    def __init__(self, threshold=3, pause=30):
        self.threshold, self.pause = threshold, pause
        self.failures, self.opened = 0, None

    @property
    def state(self):
        if self.opened is None:
            return State.CLOSED
        return State.HALF_OPEN if time.time() - self.opened >= self.pause else State.OPEN

    def __enter__(self):
        if self.state is State.OPEN:
            raise Open(f"open for another {self.pause - (time.time() - self.opened):.0f} s")
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.failures, self.opened = 0, None
        else:
            self.failures += 1
            if self.failures >= self.threshold or self.opened:
                self.opened = time.time()
        return kind is not None and issubclass(kind, ConnectionError)


breaker = Breaker()


def handler(event, context):
    answers = []
    for works in event["calls"]:
        try:
            with breaker:
                time.sleep(0.2)
                if not works:
                    raise ConnectionError("upstream")
                answers.append("ok")
                continue
            answers.append("failed")
        except Open as error:
            answers.append(str(error))
    return {"answers": answers, "state": breaker.state.value}
