"""What a question of each type must have, and may have. What is wrong is noted with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from tutor.course.checks import ApiCall, Check, Probe, Reply, Step, parts
from tutor.course.code import check_code
from tutor.course.problems import did_you_mean, listed, shown
from tutor.course.questions.question import Item, Option, Row, Run
from tutor.course.questions.readings import LineRead, RaisedRead, Reading, ReplyRead
from tutor.course.references import Names, check_names, moment_names, reading_names, steps_names
from tutor.course.source import inside

_OWN_KEYS: Mapping[str, tuple[str, ...]] = {
    "choice": ("options", "claim"),
    "multi": ("options", "claim"),
    "number": ("answer", "unit", "tolerance"),
    "order": ("options",),
    "match": ("rows", "options"),
    "text": ("answer",),
    "pick-line": ("lines", "answer", "options", "claim"),
}
"""The keys that only some types have, by type."""

TYPES = tuple(_OWN_KEYS)

_SOME_TYPES_KEYS = ("options", "claim", "answer", "unit", "tolerance", "rows", "lines")

FEWEST = {"choice": 2, "multi": 3, "order": 3, "match": 2, "pick-line": 2}
MOST_OPTIONS = 8
"""Options have letters, A to H."""

MOST_ROWS = 6

_OPTION_KEYS = ("text", "claim", "value", "at", "reads", "fact", "shows", "change", "put", "drop")
"""What an option may have beside `why` and `misconception`, as the struct names it."""


class Rules:
    """Checks one question.

    Args:
        item: the question.
        names: what names mean in its run.
        own_runs: the same for rows with a run of their own, by the row's identity.
        misconceptions: the course's; None for "not to be checked".
        folder: the lesson's folder.
    """

    def __init__(
        self,
        item: Item,
        names: Names,
        own_runs: Mapping[int, Names],
        misconceptions: Collection[str] | None,
        folder: Path,
    ) -> None:
        self.item = item
        self.names = names
        self.own_runs = own_runs
        self.misconceptions = misconceptions
        self.folder = folder
        self.line = names.decoder.line(item)

    def check(self) -> None:
        """Note all that is wrong with the question."""
        item = self.item
        self._keys()
        if item.run is not None:
            self._steps((*item.run.given, *item.run.steps), self.names)
            self._names_once(item.run)
        elif not item.all_facts:
            self._wrong(
                self.line, "a question without `run` and without `facts`", "a run, or a fact that decides it"
            )
        if item.claim is not None:
            self._claim(item.claim, self._calls(item.run), self.names)
        self._by_type()
        if item.options:
            self._options()

    # -- what all questions have ---------------------------------------------------------------------------

    def _keys(self) -> None:
        own = _OWN_KEYS[self.item.type]
        for key in _SOME_TYPES_KEYS:
            if key not in own and getattr(self.item, key):
                line = self.names.decoder.line(self.item, key)
                self._wrong(line, f"`{key}` in a `{self.item.type}`", listed(own))

    def _wrong(self, line: int, found: str, expected: str, hint: str = "") -> None:
        self.names.wrong(line, found, expected, hint)

    def _steps(self, steps: Sequence[Step], names: Names) -> None:
        steps_names(steps, names)
        check_code(steps, names.decoder.file, self.folder, names.problems)

    def _calls(self, run: Run | None, *more: Step) -> list[str]:
        """The names of the calls of a run, and of further steps."""
        steps = (*run.given, *run.steps, *more) if run else more
        return [step.name for step in steps if isinstance(step, ApiCall) and step.name]

    def _names_once(self, run: Run, *more: Step) -> None:
        seen: set[str] = set()
        for step in (*run.given, *run.steps, *more):
            if isinstance(step, ApiCall) and step.name:
                if step.name in seen:
                    self._wrong(step.line, f"`as: {step.name}` again", "a name of its own")
                seen.add(step.name)

    def _claim(self, claim: Check, calls: Collection[str], names: Names) -> None:
        check_names(claim, names)
        for reply in _replies(claim):
            self._call(reply, reply.of, calls)

    def _call(self, owner: msgspec.Struct, name: str, calls: Collection[str]) -> None:
        if name not in calls:
            expected = f"a call of the run with `as: {name}`"
            self._wrong(
                self.names.decoder.line(owner, "of"), shown(name), expected, did_you_mean(name, calls)
            )

    def _reading(self, reading: Reading) -> None:
        reading_names(reading, self.names)
        if isinstance(reading, ReplyRead):
            self._call(reading, reading.of, self._calls(self.item.run))

    def _needs_run(self, what: str) -> None:
        if self.item.run is None:
            self._wrong(self.line, f"a `{self.item.type}` without `run`", f"a run that {what}")

    # -- options -------------------------------------------------------------------------------------------

    def _options(self) -> None:
        item, decoder = self.item, self.names.decoder
        fewest = FEWEST[item.type]
        if len(item.options) < fewest:
            self._wrong(
                self.line, f"{len(item.options)} options", f"at least {fewest} options in a `{item.type}`"
            )
        if len(item.options) > MOST_OPTIONS:
            self._wrong(self.line, f"{len(item.options)} options", f"at most {MOST_OPTIONS} options")
        texts: set[str] = set()
        for option in item.options:
            text = option.text or option.shows
            if text and text in texts:
                key = "text" if option.text else "line"
                self._wrong(decoder.line(option, key), f"the option {shown(text)} again", "other words")
            texts.add(text)
            if not option.why:
                self._wrong(decoder.line(option), "no `why`", "`why` here")
            given = (option.misconception,) if option.misconception else ()
            expected = "a misconception of shared/misconceptions.yaml"
            self.names.known(option, "misconception", given, self.misconceptions, expected)

    def _has(self, option: Option, wanted: Iterable[str], one_of: Sequence[str] = ()) -> None:
        """Note what an option lacks, and what it has beside what it may have."""
        line = self.names.decoder.line(option)
        for key in wanted:
            if not _is_set(option, key):
                about = {
                    "claim": "a check that decides it",
                    "at": "a moment",
                    "value": "`value` and no `claim`",
                }
                found = f"an option without {shown(_written(key))}"
                if key == "value":
                    found = "an option of a question about a fact"
                self._wrong(line, found, about.get(key, f"{shown(_written(key))} here"))
        if one_of and sum(_is_set(option, key) for key in one_of) != 1:
            self._wrong(line, "an option as it is", f"one of {listed(map(_written, one_of))}")
        for key in _OPTION_KEYS:
            if _is_set(option, key) and key not in wanted and key not in one_of:
                self._wrong(
                    line, f"{shown(_written(key))} in this option", listed(map(_written, (*wanted, *one_of)))
                )

    def _claimed(self, option: Option, what: str, changes: Sequence[str] = ("change",)) -> None:
        """An option that is true when a claim holds: its own, or the question's after its change."""
        if self.item.claim is not None:
            self._has(option, (what,), changes)
            self._steps(option.change or (), self.names)
        else:
            self._has(option, (what, "claim"))
            if option.claim is not None:
                self._claim(option.claim, self._calls(self.item.run), self.names)

    def _by_type(self) -> None:
        match self.item.type:
            case "choice" | "multi":
                self._choice()
            case "number":
                self._number()
            case "text":
                self._text()
            case "order":
                self._order()
            case "match":
                self._match()
            case "pick-line":
                self._pick_line()

    # -- the types -----------------------------------------------------------------------------------------

    def _choice(self) -> None:
        if not self.item.options:
            fewest = FEWEST[self.item.type]
            self._wrong(self.line, "0 options", f"at least {fewest} options in a `{self.item.type}`")
        for option in self.item.options:
            if self.item.run is not None:
                self._claimed(option, "text")
            else:
                self._has(option, ("text", "value"))
        if self.item.run is None and self.item.claim is not None:
            self._needs_run("the claim is asked of")

    def _number(self) -> None:
        if self.item.answer is not None:
            self._reading(self.item.answer)
            self._needs_run("the figure is read off")
        elif self.item.run is not None or not self.item.facts:
            self._wrong(self.line, "a `number` without `answer`", "a check that the figure is read off")

    def _text(self) -> None:
        self._needs_run("the answer is read off")
        if self.item.answer is None:
            self._wrong(self.line, "a `text` without `answer`", "a reading")
        else:
            self._reading(self.item.answer)

    def _order(self) -> None:
        options = self.item.options
        if not options:
            self._wrong(self.line, "0 options", f"at least {FEWEST['order']} options in a `order`")
        keys = ("at", "reads", "fact")
        kinds = {key for option in options for key in keys if _is_set(option, key)}
        if len(kinds) > 1:
            self._wrong(
                self.line, f"options with {listed(sorted(kinds))}", "the same of them in every option"
            )
        if kinds & {"at", "reads"}:
            self._needs_run("the order is read off")
        for option in options:
            self._has(option, ("text",), keys)
            if option.at is not None:
                moment_names(option.at, self.names)
            if option.reads is not None:
                self._reading(option.reads)

    def _match(self) -> None:
        rows, decoder = self.item.rows, self.names.decoder
        if not self.item.options:
            self._wrong(self.line, "0 options", f"at least {FEWEST['match']} options in a `match`")
        if not 2 <= len(rows) <= MOST_ROWS:
            self._wrong(self.line, f"{len(rows)} rows", f"2 to {MOST_ROWS} rows in a `match`")
        kinds = set()
        for number, row in enumerate(rows):
            if row.text in [before.text for before in rows[:number]]:
                self._wrong(decoder.line(row, "text"), f"the row {shown(row.text)} again", "other words")
            keys = [key for key in ("steps", "run", "reads", "fact") if _is_set(row, key)]
            if len(keys) != 1:
                expected = "one of `steps`, `run`, `reads` or `fact`"
                self._wrong(decoder.line(row), "a row as it is", expected)
                continue
            kinds.add({"run": "steps"}.get(keys[0], keys[0]))
            self._row(row)
        if len(kinds) > 1:
            self._wrong(self.line, f"rows with {listed(sorted(kinds))}", "rows that are all alike")
        for option in self.item.options:
            if kinds == {"steps"}:
                self._has(option, ("text", "claim"))
                self._row_claims(option)
            elif _is_set(option, "claim"):
                self._wrong(
                    decoder.line(option, "claim"), "`claim` in this option", "`value`: its rows are values"
                )

    def _row(self, row: Row) -> None:
        if row.run is not None:
            self._steps((*row.run.given, *row.run.steps), self.own_runs[id(row)])
            self._names_once(row.run)
        elif row.reads is not None:
            self._reading(row.reads)
            self._needs_run("the rows are read off")
        elif row.steps is not None:
            self._steps(row.steps, self.names)
            self._needs_run("the rows' steps go on from")
            if self.item.run is not None:
                self._names_once(self.item.run, *row.steps)

    def _row_claims(self, option: Option) -> None:
        """A claim is asked of each row's world: the calls that it names need not be made in all of them."""
        if option.claim is None:
            return
        calls: list[str] = []
        for row in self.item.rows:
            calls += self._calls(row.run) if row.run else self._calls(self.item.run, *(row.steps or ()))
        for row in self.item.rows:
            if row.run is None:
                self._claim(option.claim, calls, self.names)
                return
        self._claim(option.claim, calls, next(iter(self.own_runs.values()), self.names))

    def _pick_line(self) -> None:
        item, lines = self.item, self.item.lines
        self._needs_run("decides which line it is")
        if lines is None or sum(map(bool, (lines.code, lines.log, lines.document))) != 1:
            self._wrong(
                self.line, "a `pick-line` without lines", "`lines` with one of `code`, `log` or `document`"
            )
            return
        if lines.log:
            self.names.role(lines, "log", lines.log, "function")
        if lines.document is not None:
            self._reading(lines.document)
        if lines.code:
            path = inside(self.folder, lines.code)
            if path is None or not path.is_file():
                line = self.names.decoder.line(lines, "code")
                self._wrong(line, f"no file {shown(lines.code)}", "a file of code in the lesson's folder")
        if (item.answer is None) == (not item.options):
            self._wrong(self.line, "a `pick-line` as it is", "one of `answer` or `options`")
        if item.answer is not None:
            self._reading(item.answer)
            wanted = RaisedRead if lines.code else LineRead
            if lines.document is not None or not isinstance(item.answer, wanted):
                expected = "`raised` for code, `line` for a log, `options` for a document"
                self._wrong(
                    self.names.decoder.line(item, "answer"), "an `answer` that is no line here", expected
                )
        for option in item.options:
            self._claimed(option, "shows", ("change", "put", "drop") if lines.code else ("change",))


def _replies(check: Check) -> Iterable[Reply]:
    """The replies that a check asks about. A probe has calls of its own."""
    if isinstance(check, Reply):
        yield check
    if not isinstance(check, Probe):
        for part in parts(check):
            yield from _replies(part)


def _is_set(value: msgspec.Struct, key: str) -> bool:
    found = getattr(value, key)
    return found is not None and found is not False and found != ""


def _written(key: str) -> str:
    return {"shows": "line"}.get(key, key)
