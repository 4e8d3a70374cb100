"""Pickle, shelve and atomic replacement, to resume a job after a time-out."""

import json
import os
import pickle
import shelve
import time

STATE = "/tmp/state.json"


def load():
    try:
        with open(STATE) as f:
            return json.load(f)
    except FileNotFoundError:
        return {"done": []}


def save(state):
    temporary = STATE + ".new"
    with open(temporary, "w") as f:
        json.dump(state, f)
        f.flush()
        os.fsync(f.fileno())
    os.replace(temporary, STATE)


def handler(event, context):
    state = load()
    for task in event["tasks"]:
        if task in state["done"]:
            continue
        time.sleep(event["seconds"])
        state["done"].append(task)
        save(state)
    with shelve.open("/tmp/shelf") as shelf:
        shelf["runs"] = shelf.get("runs", 0) + 1
        shelf["last"] = pickle.loads(pickle.dumps(tuple(state["done"])))
        return {"done": state["done"], "runs": shelf["runs"], "last": list(shelf["last"])}
