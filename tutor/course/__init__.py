"""Course content: reading it, judging it, handing it out as immutable structs.

What lives here: the strict readers of the three formats (lesson.md, labs/*.yaml, quizzes/*.yaml) and of what
lies around them; the structs that they become (`model`, `checks`, `blocks`, `values`); in a room of their own
the questions (`questions`); placeholders; the
cache of compiled lessons; lookups in what lessons share (`lookup`); the JSON Schemas of the files, made from
the structs (`schemas`). Whatever is wrong with content is a `ContentError` that names file, line, found and
expected.
What does not: a world. What a check's answer is, what a step does and which option is right is found out by
`tutor.practice` and `tutor.quiz`.
Where to add the next thing: a key of a file is a field in `model`, a kind of check a struct in `checks`, a
directive an entry in `directives` and a method in `lesson`, a part of Markdown a case in `prose`.

Importing this package imports neither PyYAML nor markdown-it: only content that the cache does not hold
needs them.
"""

from __future__ import annotations

from tutor.course.blocks import Block, Span
from tutor.course.cache import Cache
from tutor.course.load import Course, load_course, packaged
from tutor.course.model import Lab, Lesson, LessonRef, Outline, Script, Task
from tutor.course.placeholders import fill, substitute
from tutor.course.problems import ContentError, ContentProblem, NotInCourseError
from tutor.course.questions.question import Item, Option, Quiz
from tutor.course.script import by_command, commands
from tutor.course.values import Compare, parse_duration

__all__ = [
    "Block",
    "Cache",
    "Compare",
    "ContentError",
    "ContentProblem",
    "Course",
    "Item",
    "Lab",
    "Lesson",
    "LessonRef",
    "NotInCourseError",
    "Option",
    "Outline",
    "Quiz",
    "Script",
    "Span",
    "Task",
    "by_command",
    "commands",
    "fill",
    "load_course",
    "packaged",
    "parse_duration",
    "substitute",
]
