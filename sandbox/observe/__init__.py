"""Ways of looking at the trace: log lines, metrics, the timeline, attempts and explanations.

Everything here is a pure fold: it reads events and changes nothing, so it may be thrown away and worked out
again at any time. What acts on the world, such as the operations of CloudWatch, lives in a service. A new
view is a module with a class that extends `Fold` (when it is read often) or a plain function of the trace.
"""

from __future__ import annotations

from sandbox.observe.explain import explain
from sandbox.observe.fold import Fold
from sandbox.observe.logs import LogFold, LogLine, invocation_lines
from sandbox.observe.metrics import METRICS, NAMESPACE, MetricFold
from sandbox.observe.timeline import Attempt, Row, TimelineFold, attempts, timeline

__all__ = [
    "METRICS",
    "NAMESPACE",
    "Attempt",
    "Fold",
    "LogFold",
    "LogLine",
    "MetricFold",
    "Row",
    "TimelineFold",
    "attempts",
    "explain",
    "invocation_lines",
    "timeline",
]
