"""Deep, but not too deep: nested data walked, flattened, written as JSON, with a limit raised for it."""

import json
import sys


def nest(n):
    return {"level": n, "child": nest(n - 1)} if n else None


def depth(node):
    return 0 if node is None else 1 + depth(node["child"])


def flatten(items):
    for item in items:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def permutations(text):
    if len(text) < 2:
        return [text]
    return [text[i] + rest for i in range(len(text)) for rest in permutations(text[:i] + text[i + 1 :])]


def handler(event, context):
    sys.setrecursionlimit(10_000)
    tree = nest(event["depth"])
    assert json.loads(json.dumps(tree)) == tree
    sys.setrecursionlimit(1000)
    return {
        "depth": depth(nest(event["depth"] // 4)),
        "flat": list(flatten([1, [2, [3, [4, []], 5]], [[6]]])),
        "words": len(set(permutations(event["word"]))),
        "limit": sys.getrecursionlimit(),
    }
