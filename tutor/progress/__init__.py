"""What a learner did: attempts, journals, answers, checks, marks, in one SQLite file; and the own files.

What lives here: `Store` (store.py), its tables and their migrations (schema.py), what it hands out
(records.py), what can go wrong, in words that help (errors.py), and where the state lives (place.py).
What does not: what a journal row means (that is the sandbox's), when a lab is passed (practice), what is
next (actions). The store keeps bytes and never looks into them.
Where to add the next thing: a new table is a new entry at the end of `MIGRATIONS` and methods of `Store`.
"""

from __future__ import annotations

from tutor.progress.errors import StoreError
from tutor.progress.place import state_folder
from tutor.progress.records import Answer, Attempt, CheckRecord, Summary
from tutor.progress.store import Store

__all__ = ["Answer", "Attempt", "CheckRecord", "Store", "StoreError", "Summary", "state_folder"]
