"""Starting the app on a fake core, reading its screen as text, and comparing it with a file."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from tests.tutor.tui.fake import FakeTutor
from tutor.tui.app import LambdaTutorApp
from tutor.tui.engine import Core, Engine

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "UPDATE_SNAPSHOTS"
"""Set this environment variable to write the snapshots anew; look at the differences before keeping them."""


def screen_text(app: LambdaTutorApp) -> str:
    """What a person reads on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def assert_snapshot(app: LambdaTutorApp, name: str) -> None:
    """The screen is as in `snapshots/<name>.txt`."""
    text = screen_text(app) + "\n"
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get(UPDATE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no snapshot {path.name}; write it with {UPDATE}=1"
    assert text == path.read_text(encoding="utf-8")


class Driven:
    """An app that runs, its core, and the keys to press."""

    def __init__(self, app: LambdaTutorApp, pilot: Pilot[int], core: FakeTutor) -> None:
        self.app, self.pilot, self.core = app, pilot, core

    async def press(self, *keys: str) -> None:
        """Press keys one after another, each when the app is quiet."""
        for key in keys:
            await self.pilot.press(key)
            await self.quiet()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*["space" if letter == " " else letter for letter in text])
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until the engine has nothing to do and all frames are painted."""
        for _ in range(2000):
            while self.app.engine.busy:
                await asyncio.sleep(0.001)
            await self.pilot.pause()
            if not (self.app.engine.busy or self.app._frames or self.app._painting):
                break

    @property
    def text(self) -> str:
        """What a person reads."""
        return screen_text(self.app)

    def performed(self, action: str) -> list[dict[str, str]]:
        """The arguments of each call of an action."""
        return [args for name, args in self.core.calls if name == action]

    def line_with(self, pattern: str) -> str:
        """The first line on the screen that has a pattern, or ""."""
        return next((line for line in self.text.split("\n") if re.search(pattern, line)), "")


@asynccontextmanager
async def driving(
    tmp_path: Path, size: tuple[int, int] = (120, 40), place: str = "lesson", core: FakeTutor | None = None
) -> AsyncIterator[Driven]:
    """Run the app on a fake core, in a terminal of a size."""
    core = core or FakeTutor(place)
    made: Callable[[], Core] = lambda: core  # noqa: E731
    engine = Engine(made)
    engine.start()
    view, available = engine.opened.result(5)
    app = LambdaTutorApp(engine, view, available, tmp_path)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            driven = Driven(app, pilot, core)
            await driven.quiet()
            yield driven
    finally:
        assert engine.close(5)
