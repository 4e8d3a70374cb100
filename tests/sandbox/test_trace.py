import pickle

from sandbox.kernel import Kernel
from sandbox.trace import LineLogged, LogGroupDeleted, MessageDeleted, MessageReturned, Trace

ARN = "arn:aws:sqs:us-east-1:123456789012:letters"


def traced(messages: int) -> Trace:
    trace = Trace(Kernel(1_795_424_400_000_000, seed=1))
    for number in range(messages):
        trace.clock.now += 1
        trace.emit(MessageReturned, ARN, f"message {number}")
    return trace


def test_an_event_gets_its_number_the_time_its_cause_and_its_own_fields_in_their_order() -> None:
    trace = traced(1)
    event = trace.emit(MessageDeleted, ARN, "message 0", "purged", cause=1)
    assert event == MessageDeleted(2, 1_795_424_400_000_001, 1, ARN, message_id="message 0", why="purged")
    assert trace.emit(LogGroupDeleted, "arn", "group").cause == 0
    assert [event.seq for event in trace] == [1, 2, 3]
    assert len(trace) == 3


def test_events_are_found_by_their_kind_and_after_a_number() -> None:
    trace = traced(3)
    deleted = trace.emit(MessageDeleted, ARN, "message 1", "deleted")
    trace.emit(MessageReturned, ARN, "last")
    assert trace.of(MessageDeleted) == [deleted]
    assert [event.message_id for event in trace.of(MessageReturned, since=2)] == ["message 2", "last"]
    assert trace.of(MessageDeleted, since=4) == trace.of(LineLogged) == []
    assert [event.seq for event in trace.since(3)] == [4, 5]


def test_equal_traces_have_equal_hashes_and_the_last_of_many_events_counts_like_the_first() -> None:
    assert traced(2500).hash() == traced(2500).hash()
    assert len({traced(number).hash() for number in (0, 1, 1023, 1024, 1025, 2048, 2499, 2500)}) == 8
    one, other = traced(2500), traced(2500)
    one.emit(MessageReturned, ARN, "a")
    other.emit(MessageReturned, ARN, "b")
    assert one.hash() != other.hash()


def test_kinds_with_the_same_fields_differ_in_the_hash() -> None:
    one, other = traced(0), traced(0)
    one.emit(MessageReturned, ARN, "x")
    other.emit(LogGroupDeleted, ARN, "x")
    assert one.hash() != other.hash()


def test_a_copy_takes_the_clock_along_and_leaves_the_events_to_be_shared() -> None:
    trace = traced(2)
    twin = pickle.loads(pickle.dumps(trace))
    assert (twin.clock.now, twin.events) == (trace.clock.now, [])
