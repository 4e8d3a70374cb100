from functools import cache, cached_property, lru_cache


@lru_cache(maxsize=3)
def tax_rate(country, year=2026):
    print(f"computing {country}")
    return sum(ord(c) for c in country) % 25 + year % 10


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Basket:
    def __init__(self, lines):
        self.lines = lines

    @cached_property
    def total(self):
        print("adding up")
        return sum(quantity * price for quantity, price in self.lines)


def handler(event, context):
    rates = [tax_rate(country) for country in event["countries"]]
    basket = Basket([tuple(line) for line in event.get("lines", [])])
    info = tax_rate.cache_info()
    return {
        "rates": rates,
        "fib": fib(event.get("fib", 10)),
        "total": basket.total + basket.total,
        "cache": info._asdict(),
    }
