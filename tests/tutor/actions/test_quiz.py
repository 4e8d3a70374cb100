"""The quiz as a person goes through it: answered, gone back in, left, begun again, done."""

from __future__ import annotations

from tests.tutor.actions.bench import errors, finish_quiz, seen, stored, texts
from tests.tutor.quiz.keys import key


def marks(person) -> dict[str, str]:
    return {entry.id: entry.mark for entry in person.view.outline if entry.kind != "module"}


def right(person) -> str:
    return key(person.tutor)


def test_nothing_of_the_key_is_seen_before_the_answer(at_quiz):
    for _ in range(at_quiz.view.quiz.total):
        view = at_quiz.view.quiz
        assert (view.answered, view.correct, view.right_answer, view.proof) == (False, False, "", ())
        assert {(option.chosen, option.verdict, option.why) for option in view.options} <= {(False, "", "")}
        assert texts(at_quiz.do("quiz.proof")) == ["Answer first; then the run is yours to see."]
        assert at_quiz.view.quiz.proof == ()
        at_quiz.do("quiz.next")


def test_right_answers_are_right_and_told_why(at_quiz):
    total = at_quiz.view.quiz.total
    for _ in range(total):
        said = at_quiz.do("quiz.answer", response=right(at_quiz))
        assert texts(said, "answer") == ["Right."]
        view = at_quiz.view.quiz
        assert view.correct
        assert {option.verdict for option in view.options if option.chosen} <= {"right"}
        assert all(option.why for option in view.options)
        proof = at_quiz.do("quiz.proof")
        assert texts(proof, "proof") == [line.text for line in at_quiz.view.quiz.proof] != []
        at_quiz.do("quiz.next")
    assert at_quiz.view.quiz.score == (total, total)
    assert at_quiz.tutor.store.done("quiz", "L5.3")


def test_a_wrong_answer_is_told_the_right_one(at_quiz):
    wrong = next(letter for letter in "ABCD" if letter != right(at_quiz))
    said = texts(at_quiz.do("quiz.answer", response=wrong), "answer")
    assert said == ["Not right.", f"The answer is {at_quiz.view.quiz.right_answer}."]
    (chosen,) = [option for option in at_quiz.view.quiz.options if option.chosen]
    assert (chosen.letter, chosen.verdict) == (wrong, "wrong")


def test_an_answer_that_cannot_be_read_is_asked_again_and_not_kept(at_quiz):
    for response in ("", "?", "Z", "\0"):
        assert len(errors(at_quiz.do("quiz.answer", response=response))) == 1
    assert not at_quiz.view.quiz.answered
    attempt = at_quiz.tutor.store.attempt("quiz", "L5.3")
    assert at_quiz.tutor.store.answers(attempt.id) == ()


def test_a_question_is_answered_once(at_quiz):
    at_quiz.do("quiz.answer", response="A")
    before = seen(at_quiz.view)
    said = texts(at_quiz.do("quiz.answer", response="B"))
    assert said == ["This one is answered. `next-question` goes on."]
    assert seen(at_quiz.view) == before


def test_the_quiz_again_has_other_names_and_no_answers(at_quiz):
    first = at_quiz.tutor.quizzes.session.seed
    finish_quiz(at_quiz)
    at_quiz.do("quiz.again")
    assert (at_quiz.view.quiz.score, at_quiz.view.quiz.number) == ((0, 0), 1)
    assert at_quiz.tutor.quizzes.session.seed != first


def answer_all(person, right_ones) -> list[str]:
    """Answer every question, those of `right_ones` rightly and the others wrongly; what was said at last."""
    while True:
        quiz = person.view.quiz
        response = right(person)
        if quiz.id not in right_ones:
            response = WRONG[quiz.type](response)
        said = person.do("quiz.answer", response=response)
        assert person.view.quiz.correct is (quiz.id in right_ones)
        if person.view.quiz.finished:
            return texts(said, "say")
        person.do("quiz.next")


WRONG = {
    "choice": lambda key: "B" if key == "A" else "A",
    "multi": lambda key: key[:-1],
    "number": lambda key: str(int(key) + 1),
    "order": lambda key: key[1::-1] + key[2:],
    "match": lambda key: ("B" if key[0] == "A" else "A") + key[1:],
    "text": lambda key: key + "x",
    "pick-line": lambda key: "2" if key == "1" else "1",
}


def test_a_quiz_is_done_when_every_question_was_right_once(at_quiz):
    ids = [item.id for item in at_quiz.tutor.quizzes.session.quiz.items]
    some = set(ids[::3])
    (said,) = answer_all(at_quiz, some)
    assert said == (
        f"The quiz is finished: {len(some)} of {len(ids)} right. {len(ids) - len(some)} questions have not "
        "been right yet; `quiz-again` asks them with other names and numbers."
    )
    assert at_quiz.view.quiz.left == len(ids) - len(some)
    assert not at_quiz.tutor.store.done("quiz", "L5.3")
    assert marks(at_quiz)["quiz:L5.3"] == "open"

    again = at_quiz.do("quiz.again")
    assert texts(again)[0].startswith(
        f"The {len(ids) - len(some)} questions that were not right yet come again."
    )
    assert [item.id for item in at_quiz.tutor.quizzes.session.quiz.items] == [i for i in ids if i not in some]
    answer_all(at_quiz, set(ids) - {ids[1]})
    assert not at_quiz.tutor.store.done("quiz", "L5.3")
    assert texts(at_quiz.do("quiz.again"))[0].startswith("The 1 question that was not right yet comes again.")
    at_quiz.do("go.lesson")
    back, _said = at_quiz.come_back()
    back.do("go.quiz")
    assert (back.view.quiz.id, back.view.quiz.total) == (ids[1], 1)
    (said,) = answer_all(back, {ids[1]})
    assert said == (
        "The quiz is finished: 1 of 1 right. Every question was right at least once, so it counts as done."
    )
    assert back.tutor.store.done("quiz", "L5.3")
    assert texts(back.do("quiz.again"))[0].startswith("The questions begin again.")
    assert back.view.quiz.total == len(ids)


def test_back_is_the_question_before_with_what_was_answered(at_quiz):
    assert texts(at_quiz.do("quiz.back")) == ["This is the first question."]
    at_quiz.do("quiz.answer", response="A")
    first = at_quiz.view.quiz
    at_quiz.do("quiz.proof")
    at_quiz.do("quiz.next")
    assert texts(at_quiz.do("quiz.back")) == []
    assert at_quiz.view.quiz == first
    assert at_quiz.view.quiz.proof == ()


def test_half_of_an_order_and_of_a_match_is_told_in_words(at_quiz):
    told = {}
    for _ in range(at_quiz.view.quiz.total):
        kind = at_quiz.view.quiz.type
        said = at_quiz.do("quiz.answer", response=WRONG[kind](right(at_quiz)))
        told.setdefault(kind, texts(said, "answer")[1])
        assert at_quiz.view.quiz.in_place == (texts(said, "answer")[1] if kind in {"order", "match"} else "")
        at_quiz.do("quiz.next")
    assert told["order"] == "In place: 2 of 4."
    assert told["match"] == "Rows that are right: 3 of 4."
    assert told["choice"].startswith("The answer is ")


def test_an_answer_that_does_not_suit_its_question_any_more_is_asked_for_again(at_quiz):
    store = at_quiz.tutor.store
    attempt = store.attempt("quiz", "L5.3")
    for item, response in (("Q5.3-04", "B"), ("Q5.3-11", "3"), ("Q5.3-12", "AC"), ("Q5.3-14", "A")):
        store.record_answer(attempt.id, item, response, correct=True)
    person, _said = at_quiz.come_back()
    person.do("go.quiz")
    assert person.view.quiz.id == "Q5.3-07"
    asked = []
    while not person.view.quiz.finished:
        if not person.view.quiz.answered:
            asked.append(person.view.quiz.id)
            person.do("quiz.answer", response=right(person))
        person.do("quiz.next")
    assert {"Q5.3-11", "Q5.3-12", "Q5.3-14"} <= set(asked)
    assert "Q5.3-04" not in asked


def test_answers_lie_on_the_disk_as_they_were_given(at_quiz):
    at_quiz.do("quiz.answer", response=" a ")
    at_quiz.leave()
    store = stored(at_quiz.state)
    attempt = store.attempt("quiz", "L5.3")
    ((answer),) = store.answers(attempt.id)
    store.close()
    assert (answer.item, answer.response, answer.seed) == ("Q5.3-04", "A", attempt.seed)
