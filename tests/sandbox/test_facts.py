import msgspec
import pytest

from sandbox.facts import Facts, UnknownFactError


def test_every_fact_says_where_it_is_from_and_how_sure_it_is() -> None:
    for fact in Facts.load():
        assert fact.source
        assert fact.verified == "2026-11-21"
        assert fact.confidence in {"V", "V2", "M", "SIM"}
        assert fact.note or fact.confidence != "SIM", f"{fact.id} is a rule of ours and does not say which"


@pytest.mark.parametrize(
    ("fact_id", "words"),
    [
        ("async.retry_delays", "1 minute and 2 minutes"),
        ("async.max_event_age", "6 hours"),
        ("async.payload_max", "1 MB"),
        ("lambda.timeout_default", "3 seconds"),
        ("lambda.memory_default", "128 MB"),
        ("concurrency.account_limit", "1,000"),
        ("dlq.targets", "SQS standard queue and SNS standard topic"),
        ("price.requests", "$0.20"),
        ("price.duration", "$0.0000166667, $0.000015 and $0.0000133334"),
    ],
)
def test_facts_are_told_in_words(fact_id: str, words: str) -> None:
    assert Facts.load().text(fact_id) == words


def test_profile_2019_has_the_values_of_the_notes_era() -> None:
    # facts 16, "Historic mode switch"
    then = Facts.load("2019")
    assert then["billing.step"] == 100
    assert then.text("price.duration") == "$0.0000166667"
    assert then.text("price.duration_tiers") == "none"
    assert then["billing.init"] is False
    assert (then["lambda.memory_max"], then["lambda.memory_step"]) == (3008, 64)
    assert then["lambda.tmp_max"] == 512
    assert then["async.payload_max"] == 262144
    assert then["lambda.code_storage"] == 75 * 1024**3
    assert then["lambda.timeout_max"] == 900
    assert then["async.retries"] == Facts.load()["async.retries"]


def test_durations_are_handed_out_in_microseconds() -> None:
    facts = Facts.load()
    assert facts.us("async.max_event_age") == 21_600_000_000
    assert facts.us_list("async.retry_delays") == [60_000_000, 120_000_000]
    assert facts.us("environment.cold_start") == 120_000


def test_an_unknown_fact_names_its_neighbours() -> None:
    with pytest.raises(UnknownFactError, match=r"async\.retries"):
        Facts.load()["async.retrys"]


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="today and 2019"):
        Facts.load("2014")


def test_facts_are_immutable() -> None:
    fact = Facts.load().fact("async.retries")
    with pytest.raises(AttributeError):
        fact.value = 5  # type: ignore[misc]
    assert msgspec.structs.replace(fact, value=5).value == 5
