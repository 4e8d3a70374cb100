"""Recursion without an end, recursion that is caught, and a deep structure that JSON cannot write."""

import sys


def down(n):
    return down(n + 1) + 1


def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


class Node:
    def __init__(self, child=None):
        self.child = child

    def __repr__(self):
        return f"Node({self.child!r})"


def handler(event, context):
    if event == "caught":
        return depth() > 500
    if event == "raised":
        return down(0)
    if event == "repr":
        node = Node()
        node.child = node
        try:
            repr(node)
        except RecursionError as error:
            return type(error).__name__
    nested = value = []
    for _ in range(100_000):
        value.append([])
        value = value[0]
    return nested if event == "json" else sys.getrecursionlimit()
