"""The smallest Textual app that can be seen: what our first screen is measured against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("nothing but this")


if __name__ == "__main__":
    EmptyApp().run()
