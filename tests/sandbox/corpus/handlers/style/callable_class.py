"""The handler is an instance; its collaborators are given to it, so that it can be tested."""

import os
import time


class Repository:
    def __init__(self):
        self.rows = {}

    def save(self, key, row):
        self.rows[key] = {**row, "version": self.rows.get(key, {}).get("version", 0) + 1}
        return self.rows[key]


class Clock:
    now = staticmethod(time.time)


class Handler:
    def __init__(self, repository, clock, stage):
        self.repository, self.clock, self.stage = repository, clock, stage
        self.actions = {n.removeprefix("do_"): getattr(self, n) for n in dir(self) if n.startswith("do_")}

    def __call__(self, event, context):
        action = self.actions.get(event["action"], self.unknown)
        return {"stage": self.stage, "result": action(event), "function": context.function_name}

    def do_put(self, event):
        return self.repository.save(event["key"], {"value": event["value"], "at": int(self.clock.now())})

    def do_list(self, event):
        return sorted(self.repository.rows)

    def do_drop(self, event):
        return self.repository.rows.pop(event["key"])["version"]

    def unknown(self, event):
        return f"no action {event['action']}; there are {', '.join(self.actions)}"


handler = Handler(Repository(), Clock(), os.environ.get("STAGE", "dev"))
