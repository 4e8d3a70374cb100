"""The words of the program, ready for translation.

Every sentence that a skin says goes through `_` (or `many`, when a number decides the form), so that
`xgettext` finds it and a catalogue `tutor/locale/<language>/LC_MESSAGES/lambda-tutor.mo` replaces it.
Without a catalogue for the person's language the English words are used as they stand. Lesson texts are
content, not words of the program: they are translated beside the lesson. AWS's own texts stay as they are.
"""

from __future__ import annotations

import gettext
from pathlib import Path

_catalogue = gettext.translation("lambda-tutor", Path(__file__).parent / "locale", fallback=True)


def _(message: str) -> str:
    """The message in the person's language.

    Args:
        message: the English words, a literal so that the tools find it. Values go in afterwards, by `format`.
    """
    return _catalogue.gettext(message)


def many(number: int, one: str, other: str) -> str:
    """The form of a message that suits a number, with `{n}` filled in.

    Args:
        number: how many there are.
        one: the English words for one, such as "{n} hint left".
        other: the English words for any other number.
    """
    return _catalogue.ngettext(one, other, number).format(n=number)
