"""Two themes of our own, dark and light, and what happens without colour.

State is blue or orange, never red against green, and always a word and a symbol too. Widgets use the themes'
`$variables` only, so that every theme of Textual works as well.
"""

from __future__ import annotations

import os

from textual.theme import Theme

DARK = Theme(
    name="tutor-dark",
    primary="#6cb6ff",
    secondary="#8ea8c8",
    accent="#6cb6ff",
    foreground="#d9dee7",
    background="#10141b",
    surface="#151a23",
    panel="#1d2430",
    success="#6cb6ff",
    warning="#f2a65a",
    error="#ff8a66",
    dark=True,
    variables={
        "border": "#2c3646",
        "border-blurred": "#2c3646",
        "block-cursor-text-style": "none",
        "input-selection-background": "#6cb6ff 30%",
        "screen-selection-background": "#6cb6ff 30%",
        "scrollbar": "#2c3646",
        "scrollbar-hover": "#3a475c",
        "scrollbar-active": "#6cb6ff",
        "scrollbar-background": "#151a23",
        "scrollbar-background-hover": "#151a23",
        "scrollbar-background-active": "#151a23",
    },
)

LIGHT = Theme(
    name="tutor-light",
    primary="#0b5cad",
    secondary="#4d6585",
    accent="#0b5cad",
    foreground="#1d2530",
    background="#f3f1ec",
    surface="#fbfaf7",
    panel="#e9e6df",
    success="#0b5cad",
    warning="#a65300",
    error="#b3361b",
    dark=False,
    variables={
        "border": "#cfc9bd",
        "border-blurred": "#cfc9bd",
        "block-cursor-text-style": "none",
        "input-selection-background": "#0b5cad 25%",
        "screen-selection-background": "#0b5cad 25%",
        "scrollbar": "#cfc9bd",
        "scrollbar-hover": "#b8b1a3",
        "scrollbar-active": "#0b5cad",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
    },
)

OURS = (DARK, LIGHT)
MONOCHROME = "ansi-dark"
"""Without colour: the terminal's own foreground and background, with bold, reverse, underline and dim."""


def wanted(no_color: bool) -> str:
    """The theme to start with: TEXTUAL_THEME, else monochrome when asked for, else dark.

    Args:
        no_color: whether the environment had NO_COLOR; Textual removes the variable when the app is made.
    """
    chosen = os.environ.get("TEXTUAL_THEME", "")
    if no_color:
        return chosen if chosen.startswith("ansi") else MONOCHROME
    return chosen or DARK.name
