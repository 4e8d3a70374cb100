"""CloudWatch Logs: groups, streams, and reading the lines in them.

`api.py` has the operations, `model.py` the groups and streams, `pages.py` the tokens, `pattern.py` the filter
patterns. The lines themselves are not kept here: they are told from the trace by `sandbox.observe.logs`, and
PutLogEvents only adds to the trace. Subscription filters, metric filters and queries would each be a module
here.
"""

from __future__ import annotations

from sandbox.services.logs.api import LogsService

__all__ = ["LogsService"]
