"""The operations of CloudWatch, named and shaped as boto3 has them."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, NamedTuple

from sandbox.kernel import SECOND, as_datetime, as_time
from sandbox.observe.metrics import METRICS, NAMESPACE, STATISTICS, MetricFold, percentile
from sandbox.services.base import AwsError, Call, Port, Service, operation

_FUNCTION = "FunctionName"


class _Query(NamedTuple):
    """One statistic of one metric."""

    namespace: str
    name: str
    dimensions: list[dict[str, str]]
    stat: str
    period: int
    unit: str | None


class CloudWatchService(Service):
    """CloudWatch metrics of the namespace AWS/Lambda (facts 11.1); other namespaces are empty."""

    name = "cloudwatch"
    denied_code = "AccessDenied"

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self._fold = MetricFold(port.facts.us("metrics.period"))

    @operation("cloudwatch:ListMetrics")
    def list_metrics(
        self,
        call: Call,
        *,
        Namespace: str | None = None,
        MetricName: str | None = None,
        Dimensions: list[dict[str, str]] | None = None,
        RecentlyActive: str | None = None,
        NextToken: str | None = None,
        IncludeLinkedAccounts: bool = False,
        OwningAccount: str | None = None,
    ) -> dict[str, Any]:
        """List the metrics that have samples."""
        del call, IncludeLinkedAccounts, OwningAccount
        facts, found = self.port.facts, []
        if Namespace in {None, NAMESPACE}:
            fold = self._samples()
            recent = facts.us("cloudwatch.recently_active")
            since = self.port.kernel.now - recent if RecentlyActive else 0
            found = [
                _metric(name, function)
                for name, function in fold.metrics()
                if MetricName in {None, name}
                and all(_fits(wanted, function) for wanted in Dimensions or ())
                and (fold.latest(name, function) or 0) >= since
            ]
        start = _page_start(NextToken)
        end = start + facts["cloudwatch.list_page"]
        reply: dict[str, Any] = {"Metrics": found[start:end]}
        if end < len(found):
            reply["NextToken"] = base64.b64encode(str(end).encode()).decode()
        return reply

    @operation("cloudwatch:GetMetricStatistics")
    def get_metric_statistics(
        self,
        call: Call,
        *,
        Namespace: str,
        MetricName: str,
        StartTime: datetime,
        EndTime: datetime,
        Period: int,
        Dimensions: list[dict[str, str]] | None = None,
        Statistics: list[str] | None = None,
        ExtendedStatistics: list[str] | None = None,
        Unit: str | None = None,
    ) -> dict[str, Any]:
        """Statistics of one metric per period.

        [SIM] Datapoints come oldest first; AWS promises no order.
        """
        del call
        start, end = _span(StartTime, EndTime, "InvalidParameterValue")
        self._check_period(Period, "InvalidParameterValue")
        if not Statistics and not ExtendedStatistics:
            raise AwsError(
                "InvalidParameterCombination", "Must specify either Statistics or ExtendedStatistics"
            )
        count = (end - start) // SECOND // Period
        if count > (most := self.port.facts["cloudwatch.datapoints_max"]):
            raise AwsError(
                "InvalidParameterCombination",
                f"You have requested up to {count:,} datapoints, which exceeds the limit of {most:,}. "
                "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
            )
        extended = [_checked_percentile(stat) for stat in ExtendedStatistics or ()]
        points: dict[int, dict[str, Any]] = {}
        for stat in [*(Statistics or ()), *extended]:
            asked = _Query(Namespace, MetricName, Dimensions or [], stat, Period, Unit)
            for time, value in self._values(asked, start, end):
                empty = {"Timestamp": as_datetime(time), "Unit": METRICS[MetricName]}
                point = points.setdefault(time, empty)
                if stat in STATISTICS:
                    point[stat] = value
                else:
                    point.setdefault("ExtendedStatistics", {})[stat] = value
        return {"Label": MetricName, "Datapoints": [points[time] for time in sorted(points)]}

    @operation("cloudwatch:GetMetricData")
    def get_metric_data(
        self,
        call: Call,
        *,
        MetricDataQueries: list[dict[str, Any]],
        StartTime: datetime,
        EndTime: datetime,
        ScanBy: str = "TimestampDescending",
        NextToken: str | None = None,
        MaxDatapoints: int | None = None,
        LabelOptions: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Statistics of several metrics at once. Expressions (metric math) are not implemented here."""
        del call, NextToken, MaxDatapoints, LabelOptions
        start, end = _span(StartTime, EndTime, "ValidationError")
        results = [
            self._result(query, start, end, ScanBy)
            for query in MetricDataQueries
            if query.get("ReturnData", True)
        ]
        return {"MetricDataResults": results, "Messages": []}

    def _result(self, query: dict[str, Any], start: int, end: int, order: str) -> dict[str, Any]:
        stat = query.get("MetricStat")
        if stat is None:
            raise AwsError("ValidationError", "Expressions are not implemented here; MetricStat queries are.")
        metric, period, name = stat["Metric"], stat["Period"], stat["Stat"]
        self._check_period(period, "ValidationError")
        if name not in STATISTICS:
            _checked_percentile(name)
        asked = _Query(
            metric.get("Namespace", ""),
            metric.get("MetricName", ""),
            metric.get("Dimensions", []),
            name,
            period,
            stat.get("Unit"),
        )
        values = self._values(asked, start, end)
        if order == "TimestampDescending":
            values.reverse()
        return {
            "Id": query["Id"],
            "Label": query.get("Label", metric.get("MetricName", "")),
            "Timestamps": [as_datetime(time) for time, _ in values],
            "Values": [value for _, value in values],
            "StatusCode": "Complete",
        }

    def _values(self, query: _Query, start: int, end: int) -> list[tuple[int, float]]:
        """A statistic per period; empty for a metric, dimensions or a unit that there are not."""
        given = {dimension["Name"]: dimension["Value"] for dimension in query.dimensions}
        if query.namespace != NAMESPACE or query.unit not in {None, METRICS.get(query.name)}:
            return []
        if set(given) - {_FUNCTION}:
            return []
        function = given.get(_FUNCTION)
        return self._samples().statistic(query.name, function, query.stat, start, end, query.period)

    def _check_period(self, period: int, code: str) -> None:
        short, step = self.port.facts["cloudwatch.short_periods"], self.port.facts["cloudwatch.period_step"]
        if period not in short and period % step:
            raise AwsError(
                code, f"The parameter Period must be a value in the set {short} or a multiple of {step}."
            )

    def _samples(self) -> MetricFold:
        return self._fold.catch_up(self.port.trace)


def _metric(name: str, function: str | None) -> dict[str, Any]:
    dimensions = [] if function is None else [{"Name": _FUNCTION, "Value": function}]
    return {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": dimensions}


def _fits(wanted: dict[str, str], function: str | None) -> bool:
    return function is not None and wanted["Name"] == _FUNCTION and wanted.get("Value", function) == function


def _page_start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token.encode(), validate=True).decode())
    except (binascii.Error, ValueError):
        raise AwsError("InvalidParameterValue", "The value for parameter NextToken is invalid") from None


def _span(start: datetime, end: datetime, code: str) -> tuple[int, int]:
    if start == end:
        raise AwsError(code, "The parameter StartTime must not equal parameter EndTime.")
    if start > end:
        raise AwsError(code, "The parameter StartTime must be less than the parameter EndTime.")
    return as_time(start), as_time(end)


def _checked_percentile(stat: str) -> str:
    try:
        percentile(stat)
    except ValueError:
        raise AwsError(
            "InvalidParameterValue", f"The value {stat} for parameter ExtendedStatistics is not supported."
        ) from None
    return stat
