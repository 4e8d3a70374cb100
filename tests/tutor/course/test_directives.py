"""Each directive as the blocks that it becomes, with all that prose may hold inside of it."""

from __future__ import annotations

import pytest

from tutor.course.blocks import Block
from tutor.plain.prose import told
from tutor.tui.widgets.blocks import Renderer

LESSON = "lessons/05-invocation/async-retries/lesson.md"

NESTED = """They say:

1. one **thing**
   - another

| Then | Now |
|------|-----|
| 1    | 2   |

```python
x = 1
```"""


@pytest.fixture
def block(folder, opened):
    """Makes the last block of a page that ends in a directive."""

    def make(text: str) -> Block:
        path = folder / LESSON
        head = path.read_text().split("\n---\n", 1)[0]
        path.write_text(f"{head}\n---\n{text}\n")
        course = opened()
        assert course.check() == ()
        return course.lesson("L5.3").blocks[-1]

    return make


def kinds(block: Block) -> list[str]:
    return [child.kind for child in block.children]


def plain(block: Block) -> list[str]:
    return [f"{piece.word}: {piece.text}" if piece.word else piece.text for piece in told(block)]


def drawn(block: Block, width: int = 60) -> list[str]:
    rows = Renderer(width).render([block])
    return ["".join(piece.text for piece in row.pieces).rstrip() for row in rows]


def test_what_the_notes_say_may_hold_all_that_prose_holds(block):
    found = block(f':::notes-say file=002 title="Notes of 2019"\n{NESTED}\n---today\n- Not so.\n:::')
    assert (found.kind, found.id, found.title) == ("notes-say", "002", "Notes of 2019")
    assert kinds(found) == ["paragraph", "list", "table", "code", "list"]
    assert [child.id for child in found.children] == ["says"] * 4 + ["today"]
    assert [child.prefix for child in found.children] == ["Notes of 2019: ", "", "", "", "Today: "]


def test_what_the_notes_say_is_read_with_its_name_once(block):
    found = block(f":::notes-say file=002\n{NESTED}\n---today\n| Today |\n|---|\n| three |\n:::")
    assert plain(found) == [
        "Note 002 says: They say:",
        "1. one thing",
        "- another",
        "Row: Then: 1; Now: 2",
        "Code in python: x = 1",
        "End of code.",
        "Today:",
        "Row: Today: three",
    ]
    shown = drawn(found)
    assert shown[0] == "┃ The notes say (course note 002)"
    assert "┃ Today" in shown
    assert all(line.startswith("┃ ") for line in shown)


def test_a_name_of_the_authors_is_said_in_both_skins(block):
    found = block(':::notes-say file=002 title="Notes of 2019"\nTwo.\n---today\nThree.\n:::')
    assert plain(found) == ["Notes of 2019: Two.", "Today: Three."]
    assert drawn(found)[0] == "┃ Notes of 2019 (course note 002)"


@pytest.mark.parametrize(
    ("opening", "kind", "title"),
    [
        ('note title="Mind this"', "note", "Mind this"),
        ("note", "note", "Note"),
        ("lab id=three-tries", "lab", "Three tries and a letter"),
        ('lab id=three-tries title="Now you"', "lab", "Now you"),
        ("quiz", "quiz", "Quiz"),
        ("predict item=Q5.3-04", "predict", "Predict first"),
    ],
)
def test_a_directive_of_prose_holds_all_that_prose_holds(block, opening, kind, title):
    found = block(f":::{opening}\n{NESTED}\n:::")
    assert (found.kind, found.title) == (kind, title)
    assert kinds(found)[:4] == ["paragraph", "list", "table", "code"]
    assert "Row: Then: 1; Now: 2" in plain(found)
    assert any("x = 1" in line for line in drawn(found))


@pytest.mark.parametrize("kind", ["demo", "try"])
def test_console_lines_are_kept_as_they_are_typed(block, kind):
    found = block(f':::{kind} id=a title="Look"\nclock\n# fails\nedit app.py <<END\n  x = 1\nEND\n\n:::')
    assert (found.kind, found.id, found.title) == (kind, "a", "Look")
    assert found.lines == ("clock", "# fails", "edit app.py <<END", "  x = 1", "END")


def test_two_worlds_have_a_title_each(block):
    found = block(':::compare id=two title="Two"\n---With\nclock\n---Without\nclock advance 1m\n:::')
    assert [(side.id, side.title, side.lines) for side in found.children] == [
        ("two-1", "With", ("clock",)),
        ("two-2", "Without", ("clock advance 1m",)),
    ]


def test_a_picture_is_kept_cell_by_cell_and_spoken_as_prose(block):
    found = block(":::picture id=box\n  +--+ \n```\n  +--+\n---spoken\nA *box*:\n\n- with a lid\n:::")
    assert found.lines == ("  +--+", "```", "  +--+")
    assert kinds(found) == ["paragraph", "list"]
    assert plain(found) == ["Picture: A box: - with a lid"]


def test_a_marker_in_code_is_code(block):
    found = block("```text\n:::note\n---today\n```")
    assert found.lines == (":::note", "---today")


def test_what_an_entry_holds_stands_under_its_words(block):
    found = block("- a\n  - b\n\n    more of b\n\n  more of a\n- [c](https://x.y)")
    assert drawn(found) == ["• a", "  • b", "    more of b", "  more of a", "• c (https://x.y)"]
