import random
import statistics

rng = random.Random(42)
system = random.SystemRandom()


def handler(event, context):
    random.seed(event.get("seed"))
    deck = [f"{rank}{suit}" for suit in "SH" for rank in "A23"]
    random.shuffle(deck)
    draws = [random.gauss(100, 15) for _ in range(200)]
    return {
        "deck": deck,
        "fixed": [rng.randint(1, 6) for _ in range(5)],
        "mean": round(statistics.fmean(draws), 3),
        "deviation": round(statistics.stdev(draws), 3),
        "weighted": random.choices(["a", "b"], weights=[9, 1], k=8),
        "sample": sorted(random.sample(range(100), 4)),
        "system": system.randrange(10**6),
        "expo": round(random.expovariate(1 / 3), 6),
    }
