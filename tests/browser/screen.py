"""What is asked of every page, whatever stands on it."""

from __future__ import annotations

from playwright.sync_api import Page


def fits(page: Page) -> None:
    """Nothing is wider than the screen, once the page and its styles are there."""
    page.wait_for_load_state()
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
