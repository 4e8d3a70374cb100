"""Makes a report for the manager of a shop. Old years lie in an archive."""

import time

FIRST_YEAR_AT_HAND = 2020


def handler(event, context):
    year = int(event.get("year", 2026))
    print(f"a report for {year}")
    if year < FIRST_YEAR_AT_HAND:
        ask_the_archive()
    time.sleep(2)
    return {"report": year}


def ask_the_archive():
    # The archive does not answer today. To wait for it looks like this.
    time.sleep(600)
