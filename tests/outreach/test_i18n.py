"""Both languages are complete, and times and numbers are written as people here write them."""

from __future__ import annotations

import io
import re
import subprocess
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from outreach import i18n
from outreach.settings import PROJECT_ROOT

KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "N_": None,
    "translate": None,
    "ngettext": (1, 2),
}
_PLACE = re.compile(r"%\((\w+)\)[sd]|%%|%(?![\w(])")


def _sources() -> list[tuple[str, Path]]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "outreach", "templates", "routing"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    paths = [PROJECT_ROOT / name for name in listed]
    return [
        ("python" if path.suffix == ".py" else "jinja2.ext:babel_extract", path)
        for path in paths
        if path.suffix in {".py", ".html", ".txt", ".svg"} and path.exists()
    ]


def _of_libraries() -> set[str]:
    """What the forms' libraries say by themselves, through our catalogues."""
    found: set[str] = set()
    for library in (wtforms, flask_wtf):
        for path in Path(library.__path__[0]).rglob("*.py"):
            content = io.BytesIO(path.read_bytes())
            for _line, message, _comments, _context in extract("python", content, KEYWORDS):
                found.update([message] if isinstance(message, str) else filter(None, message))
    return found


def _messages() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    options = {"trimmed": "false", "silent": "false", "newstyle_gettext": "true"}
    for method, path in _sources():
        source = io.BytesIO(path.read_bytes())
        for line, message, _comments, _context in extract(
            method, source, keywords=KEYWORDS, options=options
        ):
            for text in message if isinstance(message, tuple) else (message,):
                if text:
                    found[text].add(f"{path.relative_to(PROJECT_ROOT)}:{line}")
    return found


def test_every_word_on_the_screen_has_its_indonesian() -> None:
    known = i18n.catalogue("id")
    missing = {text: sorted(where) for text, where in _messages().items() if text not in known}
    assert not missing, "\n".join(
        f"{where[0]}: {text!r}" for text, where in sorted(missing.items())
    )


def test_every_translation_fills_in_the_same_values() -> None:
    wrong = [
        (source, translation)
        for source, translation in i18n.catalogue("id").items()
        if set(_PLACE.findall(source)) - {"num", ""}
        != set(_PLACE.findall(translation)) - {"num", ""}
    ]
    assert not wrong


def test_no_two_catalogues_disagree_about_a_word() -> None:
    seen: dict[str, tuple[str, str]] = {}
    disagreements = []
    for path in sorted((i18n.TRANSLATIONS / "id").glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes()), locale="id"):
            if not message.id:
                continue
            source, text = str(message.id), str(message.string)
            before = seen.setdefault(source, (text, path.name))
            if before[0] != text:
                disagreements.append((source, before, (text, path.name)))
    assert not disagreements


def test_the_catalogues_hold_nothing_that_no_screen_says() -> None:
    used = _messages().keys() | _of_libraries()
    unused = [text for text in i18n.catalogue("id") if text not in used]
    assert not unused


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [("id", "Senin, 23 November 2026", "12.274,5"), ("en", "Monday, 23 November 2026", "12,274.5")],
)
def test_dates_and_numbers_are_written_in_the_language(
    language: str, day: str, number: str
) -> None:
    with i18n.in_language(language):
        assert i18n.format_date(date(2026, 11, 23)) == day
        assert i18n.format_number(12274.5, 1) == number


def test_times_are_the_offices() -> None:
    assert i18n.format_time(datetime(2026, 11, 23, 1, 30, tzinfo=UTC)) == "08.30"
    assert i18n.format_time(8 * 3600 + 30 * 60) == "08.30"
