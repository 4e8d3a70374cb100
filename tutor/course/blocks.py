"""What a lesson looks like to a skin: blocks of text, made of spans. Plain data, no rules."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True):
    """A run of text in one style.

    Attributes:
        text: the words; a line feed in it is a line break that the author asked for.
        style: "", "strong", "emphasis", "code" or "link".
        href: where a link leads; "" for the other styles.
    """

    text: str
    style: str = ""
    href: str = ""


class Block(msgspec.Struct, frozen=True):
    """A piece of a lesson, from top to bottom.

    Which attributes a kind uses (the others are empty):

    * heading: `level` (1 to 6), `spans`, `id`.
    * paragraph: `spans`; in a list `prefix` is its bullet ("•", "1.") and `level` its depth (1, 2, 3).
    * list: `level`, and `children`: paragraphs with a prefix, and what else the entries hold.
    * code: `lines`, and `title`: the language, if the author named it.
    * table: `children` are rows of kind "list" (`level` 1 for the heading row, 0 for the others), whose
      children are cells of kind "paragraph". How wide the columns are is the skin's affair.
    * rule: a line across the page.
    * notes-say: `id` is the note's number, `title`; `children` are paragraphs whose `id` is "says" (what the
      notes say) or "today", the first of each with a `prefix` that says so.
    * predict: `id`; `lines` is the question's id alone; `children` are the author's words, the stem and a
      list of the options.
    * demo, try: `id`, `title`; `lines` are console lines, as they are typed.
    * compare: `id`, `title`; `children` are two demos, each with a `title`, for two worlds side by side.
    * note: `title`, `children`.
    * picture: `id`, `title`; `lines` is text art; `children` are paragraphs that say the same in words.
    * lab: `id` and `title` are the lab's; `children` are the author's words.
    * quiz: `title`; `children` are the author's words.
    """

    kind: str
    level: int = 0
    id: str = ""
    title: str = ""
    spans: tuple[Span, ...] = ()
    lines: tuple[str, ...] = ()
    children: tuple[Block, ...] = ()
    prefix: str = ""

    @property
    def text(self) -> str:
        """The words of its spans, without their styles."""
        return "".join(span.text for span in self.spans)
