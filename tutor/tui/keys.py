"""Keys, made from the registry of actions: there is no other list of what a person can do.

Only what has no meaning without a terminal is named here: going to a pane, leaving a field, the palette.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from textual.binding import Binding

from tutor.actions.registry import ACTIONS, Action
from tutor.tui import words


class SkinKey(NamedTuple):
    """A key that belongs to the terminal and not to the course."""

    keys: str
    action: str
    shown: str
    help: str
    priority: bool = False


SKIN_KEYS = (
    SkinKey("ctrl+p,f1", "command_palette", "f1 or ctrl+p", words.PALETTE_HELP),
    SkinKey("1,2,3,4,5", "", "1 … 5", words.PANE_KEYS_HELP),
    SkinKey("tab,shift+tab", "", "tab, shift+tab", words.NEXT_PANE_HELP),
    SkinKey("up,down,pageup,pagedown,home,end", "", "↑ ↓ page home end", words.SCROLL_HELP),
    SkinKey("escape", "leave_field", "escape", words.ESCAPE_HELP),
    SkinKey("ctrl+s", "", "ctrl+s", words.SAVE_HELP),
    SkinKey("ctrl+pageup,ctrl+pagedown", "", "ctrl+page", words.FILES_HELP),
    SkinKey("up,down,ctrl+r", "", "↑ ↓ ctrl+r", words.HISTORY_HELP),
    SkinKey("tab", "", "tab", words.COMPLETE_HELP),
    SkinKey("f10", "do('app.quit')", "f10", words.QUIT_HOW),
    SkinKey("ctrl+c", "interrupt", "ctrl+c", words.CANCELLED, priority=True),
)


def bindings() -> list[Binding]:
    """The app's bindings: one for each key of the registry, then the skin's own."""
    by_key: dict[str, list[Action]] = {}
    for action in ACTIONS:
        if action.key:
            by_key.setdefault(action.key, []).append(action)
    made = [
        Binding(
            key,
            f"key('{key}')",
            actions[0].title,
            tooltip=actions[0].help,
            id=actions[0].id,
            show=False,
            priority=key.startswith(("ctrl+", "f")) and len(key) > 1,
        )
        for key, actions in by_key.items()
    ]
    made += [
        Binding(k.keys, k.action, k.help, show=False, priority=k.priority) for k in SKIN_KEYS if k.action
    ]
    made += [Binding(str(n), f"pane_number({n})", show=False) for n in range(1, 6)]
    return made


def for_key(key: str, available: Iterable[Action], place: str) -> Action | None:
    """What a key does now: the action of the place first, then one that works everywhere.

    Args:
        key: a Textual key.
        available: the actions that make sense now.
        place: outline, lesson, lab or quiz.
    """
    fitting = [action for action in available if action.key == key]
    fitting.sort(key=lambda action: action.place != place)
    return fitting[0] if fitting else None


def key_of(action_id: str) -> str:
    """The key of an action as people write it, or "" when it has none."""
    return next((words.key_name(a.key) for a in ACTIONS if a.id == action_id and a.key), "")
