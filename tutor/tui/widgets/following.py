"""Panes that follow their end, as a log does, until the person scrolls back."""

from __future__ import annotations

from tutor.tui.widgets.lineview import LineView


class Following(LineView):
    """Stays at the end when rows are added, also while it is not in view; scrolling back stops that."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.following = True

    def to_end(self) -> None:
        """Show the end, if it is followed, once the new rows have their place."""
        if self.following and self.is_attached:
            self.call_after_refresh(self._to_end)

    def _to_end(self) -> None:
        if self.following:
            self.scroll_end(animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling back stops following; coming to the end again follows again."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and self.size.height:
            self.following = self.is_vertical_scroll_end
        elif self.is_vertical_scroll_end:
            self.following = True

    def on_resize(self) -> None:
        """Coming into view, or another size: the end is elsewhere."""
        self.to_end()
