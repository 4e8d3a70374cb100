"""How a question becomes sentences: what can be chosen, how it is answered, and the verdict on it."""

from __future__ import annotations

from tutor.actions.view import OptionView, QuizView
from tutor.plain.speech import Piece
from tutor.words import _, many


def question(quiz: QuizView) -> list[Piece]:
    """The question, what can be chosen, and once it is answered the verdict on each."""
    pieces = [Piece(_("Question {n} of {total}").format(n=quiz.number, total=quiz.total), quiz.stem)]
    if quiz.answered:
        return pieces + verdict(quiz)
    if quiz.lines:
        pieces += [*_lines(quiz), Piece("", _("End of the lines."))]
    pieces += [Piece(_("Row {n}").format(n=row.number), row.text) for row in quiz.rows]
    pieces += [Piece(option.letter, option.text) for option in quiz.options]
    return [*pieces, Piece(_("Type"), _how_to_answer(quiz))]


def _lines(quiz: QuizView) -> list[Piece]:
    """The lines of code, of a log or of a document, with their numbers."""
    some = not _all_open(quiz)
    pieces = []
    for line in quiz.lines:
        word = _("Line {n}, to choose") if some and line.open else _("Line {n}")
        pieces.append(Piece(word.format(n=line.number), line.text, verbatim=True))
    return pieces


def _all_open(quiz: QuizView) -> bool:
    return all(line.open or not line.text.strip() for line in quiz.lines)


def _how_to_answer(quiz: QuizView) -> str:
    letters = [option.letter for option in quiz.options]
    if quiz.type == "number":
        unit = _(" of {unit}").format(unit=quiz.unit) if quiz.unit else ""
        off = _(" {n} more or less is right too.").format(n=quiz.tolerance) if quiz.tolerance else ""
        return _("a number{unit}.").format(unit=unit) + off
    if quiz.type == "pick-line":
        if _all_open(quiz):
            return _("the number of a line.")
        numbers = ", ".join(str(line.number) for line in quiz.lines if line.open)
        return _("one of these line numbers: {numbers}.").format(numbers=numbers)
    if quiz.type == "match":
        such = " ".join(f"{row.number}{letters[row.number % 2]}" for row in quiz.rows)
        return _("a letter for each row, such as {such}. A letter may stand twice.").format(such=such)
    return {
        "choice": _("one letter."),
        "multi": _("all the letters that are right, such as AC."),
        "order": _("all the letters, from first to last, such as {such}.").format(
            such="".join([*letters[1::-1], *letters[2:]])
        ),
    }.get(quiz.type, _("the answer. Capitals and quotes make no difference."))


def verdict(quiz: QuizView) -> list[Piece]:
    """What was right, and why."""
    pieces = [Piece(_("Answer"), _("Right.") if quiz.correct else _("Not right."))]
    if quiz.in_place:
        pieces.append(Piece(_("Answer"), quiz.in_place))
    if not (quiz.correct or quiz.options):
        pieces.append(Piece(_("You answered"), quiz.response))
    if quiz.right_answer:
        pieces.append(Piece(_("Right answer"), quiz.right_answer))
    for row in quiz.rows:
        judged = _judged_word(row.verdict)
        text = _("{row}: you said {given}, {judged}.").format(row=row.text, given=row.given, judged=judged)
        if row.verdict == "wrong":
            text += " " + _("It is {letter}.").format(letter=row.right)
        pieces.append(Piece(_("Row {n}").format(n=row.number), f"{text} {row.why}".rstrip()))
    pieces += [_judged_option(option) for option in quiz.options]
    for line in quiz.lines:
        if line.verdict:
            text = f"{_judged_word(line.verdict)}. {line.text.strip()}. {line.why}".rstrip()
            pieces.append(Piece(_("Line {n}").format(n=line.number), text))
    if quiz.why:
        pieces.append(Piece(_("Why"), quiz.why))
    return [*pieces, score(quiz), Piece(_("Type"), _how_to_go_on(quiz))]


def _judged_word(word: str) -> str:
    return {"right": _("right"), "wrong": _("wrong")}.get(word, "")


def _judged_option(option: OptionView) -> Piece:
    why = f" {option.why}" if option.why else ""
    if option.place:
        given = "" if option.verdict == "right" else _("you had it at {n}, ").format(n=option.given)
        word = _("{n}, letter {letter}").format(n=option.place, letter=option.letter)
        return Piece(word, f"{given}{_judged_word(option.verdict)}. {option.text}.{why}")
    chosen = _("your choice, ") if option.chosen and option.verdict else ""
    return Piece(option.letter, f"{chosen}{_judged_word(option.verdict)}. {option.text}.{why}".lstrip(". "))


def _how_to_go_on(quiz: QuizView) -> str:
    if not quiz.finished:
        return _("proof to see the run that decides it, or next-question.")
    if not quiz.left:
        return _("next to go on. Every question was right at least once: the quiz is done.")
    return many(
        quiz.left,
        "quiz-again to be asked the {n} question that has not been right yet, or next to go on.",
        "quiz-again to be asked the {n} questions that have not been right yet, or next to go on.",
    )


def score(quiz: QuizView) -> Piece:
    """How many answers were right so far."""
    right, given = quiz.score
    return Piece(_("Score"), _("{right} of {given} right").format(right=right, given=given))
