"""What all tests share: patience with a busy machine, the browser they ask for, and the last lines of every run."""

import os
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.emulators.discord.spec import SpecCheck
from tests.emulators.telegram.spec import Spec
from tests.specs import DISCORD, TELEGRAM, is_at_hand

pytest.register_assert_rewrite("tests.adapters.refused.newsdesk")

# How long an example takes, or is sought for, says how busy the machine is; speed is shown by benchmarks/.
settings.register_profile("newsbell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("newsbell")

_NO_BROWSER = "there is no Chromium here: the console's page was not tried in a browser (apt-get install chromium)"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let browser tests pass over a machine without a browser, but never unnoticed where CI=true."""
    if item.get_closest_marker("browser") is None or _chromium() is not None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(_NO_BROWSER, pytrace=False)
    pytest.skip(_NO_BROWSER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts processes and mostly waits, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("process") is None)


@pytest.fixture
def chromium() -> str:
    """The path of the machine's Chromium, for tests marked `browser`."""
    found = _chromium()
    assert found is not None, "mark the test with pytest.mark.browser"
    return found


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker report what it checked: each is a process of its own."""
    if (report := getattr(session.config, "workeroutput", None)) is not None:
        report["checked"] = Spec.checked_in_all, SpecCheck.checked_in_all


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up what the workers report. One that died reports nothing, and its test has failed."""
    on_telegram, on_discord = getattr(node, "workeroutput", {}).get("checked", (0, 0))
    Spec.checked_in_all += on_telegram
    SpecCheck.checked_in_all += on_discord


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was checked; nothing where the specifications are at hand but no platform was called."""
    checked = {"Telegram": Spec.checked_in_all, "Discord": SpecCheck.checked_in_all}
    if any(checked.values()):
        shares = ", ".join(f"{platform} {count or 'not checked'}" for platform, count in checked.items())
        told = f"requests checked against the platforms' specifications: {sum(checked.values())} ({shares})"
        terminalreporter.write_line(told)
    elif not (is_at_hand(TELEGRAM) or is_at_hand(DISCORD)):
        terminalreporter.write_line("requests against the platforms' specifications: not checked: no specs at hand")
