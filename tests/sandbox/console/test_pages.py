from __future__ import annotations

import json

import pytest

LIST = "aws lambda list-functions"


@pytest.fixture
def paged(bench):
    bench.answers["lambda.list_functions"] = [
        {"Functions": [{"FunctionName": "a"}, {"FunctionName": "b"}], "NextMarker": "m1"},
        {"Functions": [{"FunctionName": "c"}]},
    ]
    return bench


def test_all_pages_are_asked_for_and_shown_as_one(paged):
    done = paged.run(LIST)
    assert json.loads(done.out) == {
        "Functions": [{"FunctionName": "a"}, {"FunctionName": "b"}, {"FunctionName": "c"}]
    }
    assert [params for _, params in paged.calls] == [{}, {"Marker": "m1"}]


def test_text_shows_a_page_at_a_time(paged):
    assert paged.run(f"{LIST} --output text --query 'Functions[].FunctionName'").out == "a\tb\nc\n"


def test_without_pages_the_first_is_shown_as_it_came(paged):
    done = paged.run(f"{LIST} --no-paginate")
    assert json.loads(done.out)["NextMarker"] == "m1"
    assert len(paged.calls) == 1


def test_max_items_cuts_the_output_and_gives_a_token_to_go_on(paged):
    done = paged.run(f"{LIST} --max-items 1 --page-size 2")
    shown = json.loads(done.out)
    assert [item["FunctionName"] for item in shown["Functions"]] == ["a"]
    assert paged.calls == [("lambda.list_functions", {"MaxItems": 2})]
    paged.answers["lambda.list_functions"] = {"Functions": [{"FunctionName": "a"}, {"FunctionName": "b"}]}
    done = paged.run(f"{LIST} --starting-token {shown['NextToken']}")
    assert json.loads(done.out) == {"Functions": [{"FunctionName": "b"}]}


def test_a_token_of_the_operation_turns_pages_off_and_gives_its_own_limit_back(paged):
    paged.run(f"{LIST} --marker m1 --max-items 5")
    assert paged.calls == [("lambda.list_functions", {"Marker": "m1", "MaxItems": 5})]


def test_a_page_setting_without_pages_is_refused(paged):
    assert paged.error(f"{LIST} --no-paginate --page-size 5") == (
        "\nCannot specify --no-paginate along with pagination arguments: --page-size\n"
    )


def test_a_page_setting_must_be_a_number(paged):
    assert "Expected a whole number, found: few" in paged.error(f"{LIST} --max-items few")
