import sys


class Report:
    def __init__(self, title):
        self.title = title

    def __repr__(self):
        return f"<Report {self.title!r}>"


def handler(event, context):
    print("a", "b", "c", sep="-")
    print("no newline", end="")
    print(" ... and the rest")
    print({"nested": [1, 2.5, None, True]}, Report("weekly"))
    print("two\nlines")
    print("to stderr", file=sys.stderr)
    sys.stdout.write("written without newline")
    sys.stdout.flush()
    print()
    print("umlaut ä, emoji \N{ROCKET}, tab\there")
    print(*range(3), sep="\n")
    print(object.__name__, handler.__name__, type(context).__name__)
    for line in event.get("lines", []):
        print(line, flush=True)
    print("last one stays without its newline", end="")
