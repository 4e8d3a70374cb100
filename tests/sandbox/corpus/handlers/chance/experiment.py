"""A/B buckets by hash, samples by chance, and a simulation that must come out the same each time."""

import hashlib
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    name: str
    share: float


VARIANTS = (Variant("control", 0.5), Variant("blue", 0.3), Variant("green", 0.2))


def bucket(user, salt="2026"):
    point = int(hashlib.sha1(f"{salt}:{user}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    for variant in VARIANTS:
        if point < variant.share:
            return variant.name
        point -= variant.share
    return VARIANTS[-1].name


def monte_carlo(n):
    inside = sum(random.random() ** 2 + random.random() ** 2 <= 1 for _ in range(n))
    return 4 * inside / n


def handler(event, context):
    users = [f"user-{i}" for i in range(event["users"])]
    counts = {}
    for user in users:
        counts[bucket(user)] = counts.get(bucket(user), 0) + 1
    sampled = [u for u in users if random.random() < event["rate"]]
    return {
        "counts": counts,
        "sampled": len(sampled),
        "pi": monte_carlo(2000),
        "state": random.getrandbits(32),
    }
