"""The catalogue of words; kept here because plain mode is all words."""

from __future__ import annotations

import gettext
import io
import struct

import pytest

from tutor import words


def catalogue(entries: dict[str, str]) -> gettext.GNUTranslations:
    """A compiled catalogue, as `msgfmt` writes it."""
    pairs = sorted((key.encode(), value.encode()) for key, value in entries.items())
    keys = b"".join(key + b"\0" for key, _ in pairs)
    values = b"".join(value + b"\0" for _, value in pairs)
    start = 28 + 16 * len(pairs)
    key_rows, value_rows = b"", b""
    at_key, at_value = start, start + len(keys)
    for key, value in pairs:
        key_rows += struct.pack("<II", len(key), at_key)
        value_rows += struct.pack("<II", len(value), at_value)
        at_key += len(key) + 1
        at_value += len(value) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return gettext.GNUTranslations(io.BytesIO(head + key_rows + value_rows + keys + values))


def test_without_a_catalogue_the_english_words_stand() -> None:
    assert words._("Hint") == "Hint"
    assert words.many(1, "{n} hint left", "{n} hints left") == "1 hint left"
    assert words.many(0, "{n} hint left", "{n} hints left") == "0 hints left"


def test_a_catalogue_replaces_words_and_plural_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
        "Hint": "Hinweis",
        "{n} hint left\0{n} hints left": "noch {n} Hinweis\0noch {n} Hinweise",
    }
    monkeypatch.setattr(words, "_catalogue", catalogue(entries))
    assert words._("Hint") == "Hinweis"
    assert words.many(3, "{n} hint left", "{n} hints left") == "noch 3 Hinweise"
    assert words._("not translated") == "not translated"
