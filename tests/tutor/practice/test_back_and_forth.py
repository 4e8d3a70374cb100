"""Loads, which come as the clock moves; undo and redo, which name what they took."""

from __future__ import annotations

from tests.tutor.practice.bench import ALLOW, do


def test_undo_says_what_it_takes_back(run):
    do(run, "clock advance 1m")
    assert "the time that passed" in run.run("undo").out
    do(run, ALLOW)
    assert "iam PutRolePolicy" in run.run("undo").out


def test_a_load_is_requests_that_come_as_the_clock_moves(run):
    name = run.functions[0]
    told = run.run(f"load {name} --rate 5 --for 2s --payload '{{\"order\": 1}}' --invocation-type Event")
    assert told.out == f"Requests to {name}: 5 a second, for 2s. They come as the clock moves."
    assert run.run("show concurrency").out.splitlines()[1].split() == [name, "-", "0", "0", "0", "0"]
    run.run("clock advance 3s")
    table = run.run(f"show concurrency {name}").out.splitlines()
    assert table[0].split() == ["function", "reserved", "running", "most", "done", "throttled"]
    assert (table[1].split()[0], table[1].split()[4]) == (name, "10")
    assert table[-1] == "The account has 10 places. Reserved: 0. Shared by all others: 10."
    assert "Undone: the time that passed" in run.run("undo").out
    assert f"Undone: the load on {name}" in run.run("undo").out


def test_undo_and_redo_name_what_they_took(run):
    run.world.outside("shop.example", refuse="connection")
    do(run, "load {names} --rate 1 --for 2s")
    for what in ("the load on " + run.functions[0], "what shop.example answers"):
        assert run.run("undo").out.startswith(f"Undone: {what}. It is ")
    assert run.run("redo").out.startswith("Done again: what shop.example answers. It is ")
    assert run.run("redo").out.startswith("Done again: the load on ")
    assert run.run("redo").err == "there is nothing to do again"
    assert run.run("redo twice").err == "redo"
