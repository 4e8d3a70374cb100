"""The `aws` command, in the process: AWS CLI v2's spelling and behaviour over botocore's models.

What lives here: reading a line (`words`, `script`), the tables of what can be typed (`catalogue`,
`arguments`, `settings`, `customize`), turning text into parameters (`shorthand`, `values`, `parameters`,
`skeleton`), running (`command`, `pages`, `waiting`), reading without running (`proofread`), what comes
back (`output`, `table`, `errors`), what helps to type (`help`, `examples`, `complete`, `resources`), and
commands that are no operation (`commands`). What does not: AWS itself, which is behind the client that a
`Console` is given, and the tutor's own verbs.

Where to add the next thing: a difference between AWS CLI and AWS's model goes into `customize`; a command
that is no API operation, such as `aws logs tail`, is one entry of `commands.highlevel.COMMANDS`; an
output format is one entry of `output.FORMATS`; an example for `help` is one line of `examples`; a
parameter that takes the name of something that is there is one line of `resources.TAKES`. Operations,
options, waiters and pages need nothing: they come from the models.

Nothing here imports botocore until a command runs.
"""

from __future__ import annotations

from sandbox.console.command import Completed, Console, Files
from sandbox.console.script import ScriptError, ScriptLine, split_script
from sandbox.console.words import WordsError, split

__all__ = [
    "Completed",
    "Console",
    "Files",
    "ScriptError",
    "ScriptLine",
    "WordsError",
    "split",
    "split_script",
]
