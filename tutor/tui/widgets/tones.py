"""The tones of text and the fills of lines, worked out once for each theme from its `$variables`.

Component classes of CSS would do the same for each widget anew, which costs a tenth of the time to start.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.app import App
from textual.color import Color

COLOURS = (
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "success",
    "warning",
    "error",
    "secondary",
)
Table = dict[str, Style]
"""The style of each tone and fill; fills have a background, or are reversed without colour."""


def tones_of(app: App[object]) -> Table:
    """The table for the theme of an app.

    | tone or fill | what for |
    | :- | :- |
    | muted, strong, emphasis, code, link, heading, title, output | text |
    | pass, notyet, blocked, error | state, beside a word and a symbol |
    | accent, key, button, front, line, lane0 to lane3 | ornaments |
    | block, head, quote, today | lines of a lesson's blocks |
    | cursor, resting, here | the line of the cursor with and without focus; the entry that is open |
    """
    variables = app.theme_variables
    names = (
        "accent",
        "foreground",
        "background",
        "surface",
        "panel",
        "success",
        "warning",
        "error",
        "secondary",
    )
    plain = app.no_color or app.native_ansi_color
    return _table(tuple(variables[name] for name in names), plain, app.no_color)


@lru_cache(maxsize=8)
def _table(colours: tuple[str, ...], plain: bool, no_color: bool) -> Table:
    accent, foreground, background, surface, panel, good, waiting, bad, second = map(Color.parse, colours)

    def of(colour: Color, under: Color | None = None, text: str = "") -> Style:
        made = Style(color=colour.rich_color, bgcolor=under.rich_color if under is not None else None)
        return made + Style.parse(text) if text else made

    muted = Style(dim=True) if plain else of(foreground.blend(surface, 0.42))
    reversed_ = Style(reverse=True)
    button = reversed_ if plain else of(background, accent, "bold")
    return {
        "muted": muted,
        "line": muted,
        "blocked": muted,
        "output": Style(),
        "strong": Style(bold=True),
        "title": Style(bold=True),
        "emphasis": Style(italic=True),
        "code": of(second),
        "link": of(accent, text="underline"),
        "heading": of(accent, text="bold underline" if no_color else "bold"),
        "accent": of(accent),
        "key": of(accent, text="bold underline" if no_color else "bold"),
        "button": button,
        "front": button,
        "pass": of(good, text="bold"),
        "notyet": of(waiting, text="bold"),
        "error": of(bad, text="bold"),
        "lane0": of(accent),
        "lane1": of(waiting),
        "lane2": of(second),
        "lane3": of(bad),
        "block": Style() if plain else Style(bgcolor=panel.rich_color),
        "head": Style() if plain else Style(bgcolor=panel.rich_color),
        "quote": Style() if plain else Style(bgcolor=panel.rich_color),
        "today": Style() if plain else Style(bgcolor=panel.rich_color),
        "cursor": reversed_ if plain else Style(bgcolor=surface.blend(accent, 0.25).rich_color),
        "resting": Style(bold=True) if plain else Style(bgcolor=panel.rich_color),
        "here": Style(bold=True),
    }
