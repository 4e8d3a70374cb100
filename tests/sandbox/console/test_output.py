from __future__ import annotations

import pytest
import yaml

from sandbox.console.output import FORMATS, format_table, format_text, format_yaml, plain

REPLY = {
    "Functions": [
        {"FunctionName": "a", "Timeout": 3, "Layers": ["l1", "l2"]},
        {"FunctionName": "b", "Environment": {"Variables": {"K": "v"}}},
    ],
    "Total": 2,
}


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (REPLY, "2\nFUNCTIONS\ta\t3\nLAYERS\tl1\nLAYERS\tl2\nFUNCTIONS\tb\t\nVARIABLES\tv\n"),
        (["a", "b"], "a\tb\n"),
        ([["a", 1], ["b", 2]], "a\t1\nb\t2\n"),
        ({"Names": ["a", "b"]}, "NAMES\ta\nNAMES\tb\n"),
        ("x", "x\n"),
        (None, "None\n"),
        (True, "True\n"),
        ([], ""),
        ({}, ""),
        ({"A": {"B": 1}, "C": []}, "A\t1\n"),
    ],
)
def test_text_is_as_aws_cli_prints_it(reply, text):
    assert format_text("ListFunctions", reply) == text


def test_a_table_is_drawn_as_aws_cli_draws_it():
    reply = {"Functions": [{"Name": "a", "Size": 5, "Tags": {"x": "y"}}, {"Name": "bb", "Size": 6}]}
    assert format_table("ListThings", reply) == (
        "--------------------\n"
        "|    ListThings    |\n"
        "+------------------+\n"
        "||    Functions   ||\n"
        "|+-------+--------+|\n"
        "|| Name  | Size   ||\n"
        "|+-------+--------+|\n"
        "||  a    |  5     ||\n"
        "|+-------+--------+|\n"
        "|||     Tags     |||\n"
        "||+------+-------+||\n"
        "|||  x   |  y    |||\n"
        "||+------+-------+||\n"
        "||    Functions   ||\n"
        "|+-------+--------+|\n"
        "|| Name  | Size   ||\n"
        "|+-------+--------+|\n"
        "||  bb   |  6     ||\n"
        "|+-------+--------+|\n"
    )


def test_a_wide_row_is_turned_on_its_side():
    lines = format_table("GetThing", {"Name": "x" * 50, "Other": "y" * 40}).splitlines()
    assert len(lines) == 6
    assert [line.split("|")[1].strip() for line in lines[3:5]] == ["Name", "Other"]
    assert {len(line) for line in lines} == {len(lines[0])}


@pytest.mark.parametrize("reply", [{}, [], None])
def test_an_empty_table_is_nothing(reply):
    assert format_table("GetThing", reply) == ""


def test_of_a_single_value_a_table_shows_the_title_only():
    assert format_table("GetThing", 3) == "----------\n|GetThing|\n+--------+\n"


def test_yaml_is_as_the_user_guide_of_aws_cli_shows_it():
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html"""
    user = {
        "Path": "/",
        "UserName": "Admin",
        "UserId": "AIDA1111111111EXAMPLE",
        "Arn": "arn:aws:iam::123456789012:user/Admin",
        "CreateDate": "2014-10-16T16:03:09+00:00",
    }
    assert format_yaml("ListUsers", {"Users": [user]}) == (
        "Users:\n"
        "- Arn: arn:aws:iam::123456789012:user/Admin\n"
        "  CreateDate: '2014-10-16T16:03:09+00:00'\n"
        "  Path: /\n"
        "  UserId: AIDA1111111111EXAMPLE\n"
        "  UserName: Admin\n"
    )


def test_yaml_can_be_read_back():
    assert yaml.safe_load(format_yaml("ListFunctions", REPLY)) == REPLY
    assert format_yaml("ListFunctions", {"b": 1, "a": [1]}) == "a:\n- 1\nb: 1\n"
    assert format_yaml("ListFunctions", "x") == '"x"\n'
    assert format_yaml("ListFunctions", {}) == ""
    assert yaml.safe_load(FORMATS["yaml-stream"]("ListFunctions", REPLY)) == [REPLY]


def test_off_prints_nothing():
    assert FORMATS["off"]("ListFunctions", REPLY) == ""


def test_plain_leaves_no_type_that_json_does_not_have():
    assert plain({"a": (1, b"x", {"ResponseMetadata": 1, "c": None})}) == {"a": [1, "eA==", {"c": None}]}
