"""AWS's words and words of the glossary are found however they stand there."""

from __future__ import annotations

import pytest

from tutor.course import Cache, load_course, packaged
from tutor.course.lookup import find_help, find_term, literal
from tutor.course.model import ErrorHelp, Term

REFUSED = "*is not authorized to perform: sqs:SendMessage on resource:*"
ERRORS = (
    ErrorHelp("*is not authorized*", "Somebody may not.", "Look who."),
    ErrorHelp(REFUSED, "Somebody may not write.", "Give the right."),
    ErrorHelp("TooManyRequestsException*Rate Exceeded.", "There was no room.", "Wait."),
    ErrorHelp("(500)* [twice]?", "Odd.", "Nothing."),
)
GLOSSARY = {
    "dead-letter queue": Term("A queue for lost events.", also=("DLQ",)),
    "retry": Term("Another try."),
    "event": Term("A message."),
    "alias": Term("A name."),
    "Region": Term("A place."),
}
ANN = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sqs:SendMessage on resource: q"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        (f"An error occurred (AccessDenied) when calling SendMessage: {ANN}", "Somebody may not write."),
        (ANN.replace(" perform", "\n   perform"), "Somebody may not write."),
        (ANN.replace("SendMessage", "Purge"), "Somebody may not."),
        (
            "(TooManyRequestsException) when calling the Invoke operation: Rate Exceeded.",
            "There was no room.",
        ),
        ("Rate Exceeded. TooManyRequestsException", ""),
        ("HTTP (500) said [twice]?", "Odd."),
        ("HTTP (500) said twice", ""),
        ("", ""),
    ],
)
def test_the_pattern_with_the_most_words_is_meant(text, means):
    found = find_help(text, ERRORS)
    assert (found.means if found else "") == means
    again = find_help(text, reversed(ERRORS))
    assert again == found


def test_stars_at_the_ends_and_white_space_say_nothing():
    assert literal("** a \n  b*c *") == " a b*c "
    assert literal("*") == ""


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("dead-letter queue", "dead-letter queue"),
        ("Dead letter Queues", "dead-letter queue"),
        ("DLQ", "dead-letter queue"),
        ("DLQs", "dead-letter queue"),
        ("retries", "retry"),
        ("Events", "event"),
        ("aliases", "alias"),
        ("alias", "alias"),
        ("region", "Region"),
        ("queue", ""),
        ("", ""),
        ("s", ""),
    ],
)
def test_a_term_is_found_by_any_of_its_forms(word, term):
    assert find_term(word, GLOSSARY) == term


@pytest.fixture(scope="module")
def ours():
    return load_course(packaged(), cache=Cache(None))


def test_our_course_helps_with_the_error_that_its_first_lesson_shows(ours):
    text = (
        "An error occurred (InvalidParameterValueException) when calling the UpdateFunctionConfiguration "
        "operation: The provided execution role does not have permissions to call SendMessage on SQS"
    )
    found = ours.help_for(text)
    assert found is not None
    assert found.tip.startswith("Give the role sqs:SendMessage")
    assert ours.help_for("Something else") is None


def test_our_course_explains_a_word(ours):
    assert ours.term("Retries") == ("retry", ours.shared().glossary["retry"])
    assert ours.term("no such word") is None


def test_facts_in_shared_files_are_words(folder, opened):
    (folder / "lessons" / "shared" / "glossary.yaml").write_text(
        "retry: {text: 'Again, {fact:async.retries} times.'}\n"
    )
    (folder / "lessons" / "shared" / "errors.yaml").write_text(
        "- {pattern: gone, means: 'After {fact:async.max_event_age}.', try: x}\n"
    )
    course = opened()
    assert course.check() == ()
    assert course.term("retry")[1].text == "Again, 2 times."
    assert course.help_for("it is gone").means == "After 6 hours."
