"""The registry of dated facts: every constant of the engine, every figure of the lessons.

`facts.yaml` has, for each fact, an id, a value and its unit, earlier values with dates, the source, the date
on which it was verified and the confidence: V (read in a primary source), V2 (secondary), M (from memory) or
SIM (a rule of this simulator where AWS is undocumented or random). The engine reads its constants from here
and nowhere else; lessons write `{fact:async.retry_delays}`. A new constant is a new entry in the file.
"""

from sandbox.facts.registry import Fact, Facts, UnknownFactError

__all__ = ["Fact", "Facts", "UnknownFactError"]
