"""Reads what was packed beside it, at import and by path."""

import configparser
import csv
import json
import os
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
COUNTRIES = json.loads((HERE / "countries.json").read_text(encoding="utf-8"))
with open(os.path.join(os.environ["LAMBDA_TASK_ROOT"], "rates.csv"), newline="") as f:
    RATES = {row["currency"]: float(row["rate"]) for row in csv.DictReader(f)}

config = configparser.ConfigParser()
config.read("settings.ini")


def render(template, **values):
    return Template((HERE / "templates" / f"{template}.txt").read_text()).safe_substitute(values)


def lambda_handler(event, context):
    country = COUNTRIES[event["country"]]
    amount = event["amount"] * RATES[country["currency"]]
    try:
        (HERE / "written.txt").write_text("no")
    except OSError as error:
        print("the package is read-only:", error.strerror)
    return {
        "text": render("receipt", name=event["name"], amount=f"{amount:.2f}", currency=country["currency"]),
        "shop": config.get("shop", "name"),
        "retries": config.getint("shop", "retries"),
        "cwd": os.getcwd(),
        "here": str(HERE),
    }
