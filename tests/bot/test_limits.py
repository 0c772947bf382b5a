"""Token buckets by themselves, with a clock of their own."""

from __future__ import annotations

import pytest

from bot.errors import ApiError
from bot.gateway.limits import MAX_BUCKETS, Buckets, Limits, network


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def refused(buckets: Buckets, key: str) -> int:
    with pytest.raises(ApiError) as error:
        buckets.take(key)
    assert error.value.retry_after_s
    return error.value.retry_after_s


def test_a_bucket_fills_up_again() -> None:
    clock = Clock()
    buckets = Buckets(per_minute=6, burst=2, clock=clock)
    buckets.take("a")
    buckets.take("a")
    assert refused(buckets, "a") == 10
    buckets.take("b")
    clock.now += 9
    assert refused(buckets, "a") == 1
    clock.now += 1
    buckets.take("a")
    clock.now += 1_000
    buckets.take("a")
    buckets.take("a")
    assert refused(buckets, "a") == 10


def test_zero_means_no_limit() -> None:
    limits = Limits(0)
    for _ in range(1_000):
        limits.message("session", "127.0.0.1")
        limits.session("127.0.0.1")
        limits.read("session")


def test_an_address_may_do_more_than_a_session() -> None:
    limits = Limits(12, clock=Clock())
    for session in range(5):
        for _ in range(5):
            limits.message(f"session-{session}", "192.0.2.1")
    with pytest.raises(ApiError):
        limits.message("one-more", "192.0.2.1")
    limits.message("one-more", "192.0.2.2")


def test_memory_is_bounded() -> None:
    buckets = Buckets(per_minute=1, burst=1, clock=Clock())
    for number in range(MAX_BUCKETS + 10):
        buckets.take(str(number))
    assert len(buckets._buckets) == MAX_BUCKETS
    buckets.take("0")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_household_is_one_network(address: str, expected: str) -> None:
    assert network(address) == expected
