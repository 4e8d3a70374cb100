"""Loops that never end, with and without handlers for everything."""

import time

turns = 0


def handler(event, context):
    global turns
    turns += 1
    print("turn", turns)
    if event == "plain":
        while True:
            turns += 1
    if event == "stubborn":
        while True:
            try:
                sum(i for i in range(10**9))
            except BaseException:
                continue
            finally:
                print("never seen")
    if event == "sleepy":
        while True:
            time.sleep(0.5)
            print("still waiting")
    if event == "generator":
        return max(iter(lambda: turns, -1))
    return turns
