from __future__ import annotations

import pickle
from datetime import timedelta

import pytest

from sandbox.services.base import AwsError


def refused(code, words):
    return pytest.raises(AwsError, match=words, check=lambda error: error.code == code)


def test_metrics_are_listed_for_each_function_and_for_the_account(cloudwatch):  # facts 11.1, dimensions
    cloudwatch.throttle("worker")
    assert cloudwatch.list_metrics()["Metrics"] == [
        {"Namespace": "AWS/Lambda", "MetricName": "Throttles", "Dimensions": []},
        {
            "Namespace": "AWS/Lambda",
            "MetricName": "Throttles",
            "Dimensions": [{"Name": "FunctionName", "Value": "worker"}],
        },
    ]


def test_metrics_are_there_only_after_activity(cloudwatch):  # facts 11.1
    assert cloudwatch.list_metrics() == {"Metrics": []}


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"Namespace": "AWS/Lambda"}, 15),
        ({"Namespace": "AWS/SQS"}, 0),
        ({"MetricName": "Errors"}, 3),
        ({"MetricName": "Errors", "Dimensions": [{"Name": "FunctionName"}]}, 2),
        ({"MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": "mailer"}]}, 1),
        ({"Dimensions": [{"Name": "QueueName"}]}, 0),
    ],
)
def test_listing_can_be_narrowed(cloudwatch, asked, count):
    cloudwatch.invoke("worker")
    cloudwatch.invoke("mailer")
    assert len(cloudwatch.list_metrics(**asked)["Metrics"]) == count


def test_recently_active_means_within_3_hours(cloudwatch):
    cloudwatch.throttle()
    cloudwatch.at(4 * 60)
    assert cloudwatch.list_metrics(RecentlyActive="PT3H") == {"Metrics": []}
    assert len(cloudwatch.list_metrics()["Metrics"]) == 2


def test_long_lists_come_in_pages_of_500(cloudwatch):
    for number in range(300):
        cloudwatch.invoke(f"f{number:03d}")
    names, token = [], {}
    while True:
        reply = cloudwatch.list_metrics(**token)
        names += [str(metric) for metric in reply["Metrics"]]
        assert len(reply["Metrics"]) <= 500
        if "NextToken" not in reply:
            break
        token = {"NextToken": reply["NextToken"]}
    assert len(names) == len(set(names)) == 5 * 301
    with refused("InvalidParameterValue", "NextToken is invalid"):
        cloudwatch.list_metrics(NextToken="nonsense")


def test_statistics_come_per_period_with_the_unit(cloudwatch, nine):
    cloudwatch.invoke(outcome="error")
    cloudwatch.at(5)
    cloudwatch.invoke()
    cloudwatch.invoke()
    assert cloudwatch.statistics(stats=("Sum", "SampleCount"))["Datapoints"] == [
        {"Timestamp": nine, "Sum": 1.0, "SampleCount": 1.0, "Unit": "Count"},
        {"Timestamp": nine + timedelta(minutes=5), "Sum": 2.0, "SampleCount": 2.0, "Unit": "Count"},
    ]
    (hour,) = cloudwatch.statistics("Errors", Period=3600)["Datapoints"]
    assert hour["Sum"] == 1.0


def test_the_label_is_the_metrics_name(cloudwatch):
    assert cloudwatch.statistics("Duration") == {"Label": "Duration", "Datapoints": []}


def test_percentiles_stand_apart(cloudwatch):
    for ms in (10, 20, 30, 40):
        cloudwatch.invoke(ms=ms)
    (point,) = cloudwatch.statistics("Duration", stats=("Maximum",), ExtendedStatistics=["p50", "p99"])[
        "Datapoints"
    ]
    assert point["ExtendedStatistics"] == {"p50": 20.0, "p99": 40.0}
    assert (point["Maximum"], point["Unit"]) == (40.0, "Milliseconds")


@pytest.mark.parametrize(
    "other",
    [
        {"Namespace": "AWS/SQS"},
        {"MetricName": "Nonsense"},
        {"Unit": "Seconds"},
        {"Dimensions": [{"Name": "FunctionName", "Value": "other"}]},
        {"Dimensions": [{"Name": "Resource", "Value": "worker"}]},
    ],
)
def test_what_there_is_not_has_no_datapoints(cloudwatch, other):
    cloudwatch.invoke()
    assert cloudwatch.statistics(**other)["Datapoints"] == []
    assert cloudwatch.statistics()["Datapoints"]


@pytest.mark.parametrize(
    ("other", "code", "words"),
    [
        ({"minutes": 0}, "InvalidParameterValue", "StartTime must not equal parameter EndTime"),
        ({"minutes": -1}, "InvalidParameterValue", "StartTime must be less than the parameter EndTime"),
        ({"Period": 90}, "InvalidParameterValue", "multiple of 60"),
        ({"Statistics": None}, "InvalidParameterCombination", "either Statistics or ExtendedStatistics"),
        ({"ExtendedStatistics": ["p101"]}, "InvalidParameterValue", "p101"),
        (
            {"minutes": 2880},
            "InvalidParameterCombination",
            "You have requested up to 2,880 datapoints, which exceeds the limit of 1,440",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(cloudwatch, other, code, words):
    with refused(code, words):
        cloudwatch.statistics(**other)


def query(name, stat="Sum", **more):
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": name,
        "Dimensions": [{"Name": "FunctionName", "Value": "worker"}],
    }
    return {"Id": name.lower(), "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}, **more}


def test_metric_data_answers_several_queries_newest_first(cloudwatch, nine):
    cloudwatch.invoke(outcome="error")
    cloudwatch.at(1)
    cloudwatch.invoke()
    span = {"StartTime": nine, "EndTime": nine + timedelta(hours=1)}
    queries = [query("Invocations"), query("Errors", Label="mistakes"), query("Duration", ReturnData=False)]
    reply = cloudwatch.get_metric_data(MetricDataQueries=queries, **span)
    times = [nine + timedelta(minutes=1), nine]
    assert reply == {
        "MetricDataResults": [
            {"Id": "invocations", "Label": "Invocations", "Timestamps": times, "Values": [1.0, 1.0],
             "StatusCode": "Complete"},
            {"Id": "errors", "Label": "mistakes", "Timestamps": times, "Values": [0.0, 1.0],
             "StatusCode": "Complete"},
        ],
        "Messages": [],
    }  # fmt: skip
    oldest = cloudwatch.get_metric_data(
        MetricDataQueries=[query("Duration", "p90")], ScanBy="TimestampAscending", **span
    )
    assert oldest["MetricDataResults"][0]["Timestamps"] == times[::-1]


def test_metric_math_is_refused_by_name(cloudwatch, nine):
    asked = [{"Id": "rate", "Expression": "errors / invocations"}]
    with refused("ValidationError", "Expressions are not implemented here"):
        cloudwatch.get_metric_data(MetricDataQueries=asked, StartTime=nine, EndTime=nine + timedelta(hours=1))


def test_a_copy_of_the_service_counts_from_its_own_trace(cloudwatch):
    cloudwatch.invoke()
    copy = pickle.loads(pickle.dumps(cloudwatch.service))
    assert copy._fold.metrics() == []
    copy.port.trace.events = list(cloudwatch.trace.events)
    assert copy._samples().total("Invocations") == 1
