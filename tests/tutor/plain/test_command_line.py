"""What the command line says to a word that it does not know."""

from __future__ import annotations

import pytest

from tutor import cli


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            ["bogus"],
            "there is no command bogus. There is: doctor, course, sandbox. "
            "Without a command the course starts.",
        ),
        (["docter"], "there is no command docter. Did you mean doctor? There is: doctor, course, sandbox."),
        (["--color", "ansy"], "--color takes no word ansy. Did you mean ansi? There is: auto, none, ansi."),
    ],
)
def test_a_word_that_is_not_known_is_answered_in_words(
    line: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(line)
    assert ended.value.code == cli.EXIT_CONTENT
    said = capsys.readouterr().err
    assert f"error: {words}" in said
    assert "invalid choice" not in said
