"""For the whole suite: no test uses the network; where it is asked for, none is skipped for want of a program."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = ("soffice", "LibreOffice", "poppler", "pdftotext", "pdftoppm", "font", "not installed", "could not import")
_REFUSED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"}
_allowed: list[str] = []  # the tests under way that may use the network


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of tests that may use the network of this machine."""
    config.addinivalue_line("markers", "network: talks to another process of this machine through a socket")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)


class NetworkUsedError(Exception):
    """The code under test reached for the network."""


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse whatever leaves this process by a socket that is not of the file system."""
    if event in _REFUSED and not _allowed and not (event == "socket.connect" and isinstance(arguments[1], str | bytes)):
        raise NetworkUsedError(event, arguments)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> None:
    """Let any use of the network raise: an audit hook sees those of libraries in C too, and stays to the end."""
    sys.addaudithook(refuse_network)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what the tests compile out of the cache of whoever runs them."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def _network_where_marked(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("network") is None:
        yield
        return
    _allowed.append(request.node.nodeid)
    yield
    _allowed.pop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Turn a skip for want of a program into a failure where GOVDOC_NO_SKIP is set."""
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    if os.environ.get("GOVDOC_NO_SKIP") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if any(program in reason for program in _PROGRAMS):
            report.outcome = "failed"
            report.longrepr = f"skipped where GOVDOC_NO_SKIP is set: {reason}"
