"""Nothing here sorts, so what comes out shows in which order sets and hashes come."""

from collections import Counter


class Tag:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        return self.name == other.name


def handler(event, context):
    words = set(event["text"].split())
    common = words & {"the", "a", "of", "and"}
    tags = {Tag(w) for w in words}
    counted = Counter(event["text"].replace(" ", ""))
    print(words)
    return {
        "order": list(words),
        "union": list(words | common | {1, 2.5, True}),
        "tags": [t.name for t in tags],
        "frozen": list(frozenset(words) ^ {"extra"}),
        "hash": hash(event["text"]) % 1000,
        "letters": counted.most_common(3),
        "bytes": hash(event["text"].encode()) % 97,
    }
