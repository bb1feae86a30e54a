"""How the tests run: an everyday lane and a slow one, what the workers of a run share, and in which order they go."""

from __future__ import annotations

import gc
import os
import random
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

ROOT = Path(__file__).parent.parent
SLOW = "slow"
GROUPS_OF_EXAMPLES = {"fragility": "fragility", "whatif": "changes", "what_if": "changes", "justification": "hermit"}
"""Words in the names of examples that take long: they go to a worker which has already worked out what they need."""
EXAMPLES = {"hermit": 1, "changes": 0, "fragility": 1}
"""So many of the examples of a group are in the everyday run, where not all are."""
GARBAGE = (50_000, 20, 20)
"""So many new objects, and so many searches, before the next search for garbage: a tenth of the time went into it."""
SAME = 1
"""The seed of a run that draws what every other run draws."""
CACHE, SEED = "GLUTKG_CACHE", "GLUTKG_TEST_SEED"
EXAMPLES_OF_HYPOTHESIS = {"everyday": 10, SLOW: 300}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden rows anew")
    parser.addoption("--seed", type=int, default=SAME, help="the seed of what is generated or sampled")


def pytest_configure(config: pytest.Config) -> None:
    """Settle what all workers of a run must agree on: they inherit the environment of the process that starts them."""
    for heard in (signal.SIGINT, signal.SIGHUP):  # Ignored by a run in the background, and then by all that it starts.
        if signal.getsignal(heard) == signal.SIG_IGN:
            signal.signal(heard, signal.SIG_DFL)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it, each process that a test starts compiles all modules
        os.environ[CACHE] = tempfile.mkdtemp(prefix="glutkg-tests-")
        os.environ["COLUMNS"] = "400"  # what is printed does not depend on the terminal
        os.environ[SEED] = str(config.option.seed)
    lane = SLOW if config.option.markexpr == SLOW else "everyday"
    settings.register_profile(
        lane,
        max_examples=EXAMPLES_OF_HYPOTHESIS[lane],
        deadline=None,
        derandomize=config.option.seed == SAME,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile(lane)
    config.pluginmanager.import_plugin("shared_fixtures")


def pytest_report_header() -> str:
    return f"seed of what is generated or sampled: {os.environ[SEED]}"


def pytest_unconfigure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ[CACHE], ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the groups, which a worker has to run as a whole, and settle which tests are slow."""
    for item in items:
        if isinstance(item, pytest.DoctestItem):
            for group in {group for word, group in GROUPS_OF_EXAMPLES.items() if word in item.name}:
                item.add_marker(pytest.mark.xdist_group(group))
                if group in EXAMPLES:
                    item.add_marker(pytest.mark.sample(EXAMPLES[group], of=f"examples of {group}"))
    for item in _in_both_lanes(items) if config.option.markexpr == SLOW else _left_out(items):
        item.add_marker(SLOW)
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def _in_both_lanes(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Properties and the cases of sweeps: the slow run tries more of them than the everyday one."""
    return [item for item in items if item.get_closest_marker("sample") or is_hypothesis_test(_function(item))]


def _function(item: pytest.Item) -> object:
    return item.obj if isinstance(item, pytest.Function) else None


def _left_out(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The cases of sweeps that are not in the sample of this run."""
    sweeps: dict[str, list[pytest.Item]] = {}
    for item in items:
        for marker in () if item.get_closest_marker(SLOW) else item.iter_markers("sample"):
            sweeps.setdefault(marker.kwargs.get("of") or item.nodeid.partition("[")[0], []).append(item)
    return [
        item
        for name, cases in sweeps.items()
        for number, item in enumerate(cases)
        if number not in drawn(cases, _sample_size(cases[0]), f"{os.environ[SEED]} {name}")
    ]


def _sample_size(item: pytest.Item) -> int:
    marker = item.get_closest_marker("sample")
    return int(marker.args[0]) if marker else 0


def drawn(cases: Sequence[object], size: int, seed: str) -> set[int]:
    """Draw the places of some cases, the same ones for the same seed."""
    return set(random.Random(seed).sample(range(len(cases)), min(size, len(cases))))  # noqa: S311 - a sample


def pytest_collection_finish() -> None:
    """Leave what lives as long as the run out of what is searched for garbage, and search more seldom."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell in a failure how to run it again with what was generated or sampled for it."""
    report = yield
    if report.failed and "seed" in getattr(item, "fixturenames", ()):
        report.sections.append(("Seed", f"--seed {os.environ[SEED]}"))
    return report
