"""Planning happens on a Friday morning before the Monday that tests plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from outreach import clock


@pytest.fixture(autouse=True)
def _on_friday() -> Iterator[None]:
    with clock.frozen(datetime(2026, 11, 20, 1, 0, tzinfo=UTC)):
        yield
