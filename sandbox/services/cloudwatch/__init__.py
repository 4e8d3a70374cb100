"""CloudWatch metrics: listing them and reading their statistics.

`api.py` has the operations. The samples are not kept here: they are counted from the trace by
`sandbox.observe.metrics`. There are only the metrics of AWS/Lambda; alarms and metrics of one's own
(PutMetricData) would be modules here, with their state in a `model.py`.
"""

from __future__ import annotations

from sandbox.services.cloudwatch.api import CloudWatchService

__all__ = ["CloudWatchService"]
