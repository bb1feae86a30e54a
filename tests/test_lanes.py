"""The everyday run and the slow one: what each takes of a sweep, and how the tests go to the workers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from conftest import SLOW, drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBERS = range(40)


@pytest.mark.sample(3)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_case_of_a_sweep(number: int) -> None:
    """This is the sweep that the next two tests count."""
    assert number in NUMBERS


def cases_of_the_sweep(request: pytest.FixtureRequest) -> int:
    return sum("::test_a_case_of_a_sweep[" in item.nodeid for item in request.session.items)


def test_the_everyday_run_has_a_few_cases_of_a_sweep(request: pytest.FixtureRequest) -> None:
    assert cases_of_the_sweep(request) in (0, 3), "none when other tests were asked for"


@pytest.mark.slow
def test_the_slow_run_has_all_cases_of_a_sweep(request: pytest.FixtureRequest) -> None:
    assert cases_of_the_sweep(request) in (0, len(NUMBERS))


@pytest.mark.parametrize("cases", [range(7), ["a", "b"], []])
def test_another_seed_draws_another_sample_and_in_the_end_each_case_is_drawn(cases: Sequence[object]) -> None:
    samples = [drawn(cases, 2, f"{seed}") for seed in range(60)]
    assert samples == [drawn(cases, 2, f"{seed}") for seed in range(60)]
    assert all(len(sample) == min(2, len(cases)) for sample in samples)
    assert {place for sample in samples for place in sample} == set(range(len(cases)))


def test_the_tests_of_a_group_go_to_one_worker(request: pytest.FixtureRequest) -> None:
    """A worker tells the group at the end of a test's name; a pytest in which it cannot makes each fixture anew."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("this run has no workers")
    grouped = [item for item in request.session.items if item.get_closest_marker("xdist_group")]
    assert [item.nodeid for item in grouped if "@" not in item.nodeid.rpartition("]")[2]] == []


def test_what_is_slow_is_left_to_the_slow_run(request: pytest.FixtureRequest) -> None:
    if request.config.option.markexpr == f"not {SLOW}":
        assert [item for item in request.session.items if item.get_closest_marker(SLOW)] == []


def test_of_several_tests_that_are_one_sweep_the_everyday_run_has_a_few(request: pytest.FixtureRequest) -> None:
    if request.config.option.markexpr == f"not {SLOW}":
        markers = [marker for item in request.session.items for marker in item.iter_markers("sample")]
        numbers = Counter(marker.kwargs["of"] for marker in markers if marker.kwargs)
        sizes = {marker.kwargs["of"]: marker.args[0] for marker in markers if marker.kwargs}
        assert {name: number for name, number in numbers.items() if number > sizes[name]} == {}
