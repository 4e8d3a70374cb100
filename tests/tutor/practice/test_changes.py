"""What has changed since the lab began: every service tells what it has, the difference is put in words."""

from __future__ import annotations

import pytest

from sandbox import World
from sandbox.services.registry import SERVICES
from tests.tutor.practice.bench import DLQ, LETTERS, do
from tutor.practice import inventory
from tutor.practice.changes import changes, differences

NOTHING_OF_ITS_OWN = {"sts", "cloudwatch"}
"""Services that have no resources: one hands out sessions, the other reads what others did."""


def test_every_service_tells_what_it_has():
    there = {kind.name for kind in SERVICES}
    assert there - NOTHING_OF_ITS_OWN <= set(inventory._SERVICES)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"Timeout": 3}, {"Timeout": 30}, ["Timeout 3 -> 30"]),
        ({}, {"Environment": {"A": "1", "B": {}}}, ["Environment A added: 1"]),
        (
            {"ReservedConcurrentExecutions": 5},
            {"ReservedConcurrentExecutions": 0},
            ["ReservedConcurrentExecutions 5 -> 0"],
        ),
        ({}, {"MaximumRetryAttempts": 0}, ["MaximumRetryAttempts added: 0"]),
        (
            {"Environment": {"A": "1"}},
            {"Environment": {"A": "2", "B": "3"}},
            ["Environment A 1 -> 2", "Environment B added: 3"],
        ),
        ({"DeadLetterConfig": {"TargetArn": "x"}}, {}, ["DeadLetterConfig TargetArn removed: x"]),
        ({"CodeSha256": "a"}, {"CodeSha256": "b"}, ["code deployed"]),
        ({"managed policy P": "attached"}, {}, ["managed policy P removed"]),
        ({"Layers": ["a"]}, {"Layers": ["a", "b"]}, ['Layers ["a"] -> ["a", "b"]']),
        ({"x": 1}, {"x": 1}, []),
        ({"x": "a" * 101}, {"x": "b"}, [f"x {'a' * 99}… -> b"]),
    ],
)
def test_differences_are_told_in_words(before, after, told):
    assert list(differences(before, after)) == told


def test_a_policy_is_told_as_people_say_it():
    allow = {"statement 1": {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}}
    assert list(differences({}, {"inline policy files": allow})) == [
        "inline policy files added: Allow s3:GetObject, s3:PutObject on *"
    ]


def test_only_what_the_learner_did_is_told_and_asking_leaves_no_trace(run):
    stood = run.world.trace.hash(), run.world.journal.rows[-1].hash
    assert changes(run.world) == []
    assert (run.world.trace.hash(), run.world.journal.rows[-1].hash) == stood
    do(run, "aws sqs delete-queue --queue-url https://sqs.us-east-1.amazonaws.com/123456789012/letters")
    assert changes(run.world) == ["queue letters deleted"]
    do(run, "undo")
    assert changes(run.world) == []


def test_the_past_is_found_again_after_a_replay(run):
    full = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
    do(run, f"aws iam attach-role-policy --role-name {{names}}-role --policy-arn {full}")
    do(run, DLQ + LETTERS, "clock settle")
    told = changes(run.world)
    assert any(line.endswith(f": DeadLetterConfig TargetArn added: {LETTERS}") for line in told)
    again = World.replay(run.world.journal)
    assert changes(again) == told
    again.close()


def test_a_world_without_a_mark_began_empty():
    with World() as world:
        world.client("sqs").create_queue(QueueName="mine")
        with world.at_mark() as past:
            assert len(past.trace) == 0
        assert changes(world) == ["queue mine added"]
