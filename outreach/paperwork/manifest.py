"""A manifest as a page: one team's day, or the days of all teams, as HTML that prints and as PDF."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from outreach import i18n
from outreach.paperwork import navigation, words
from outreach.paperwork.document import ManifestPage, Paper
from outreach.paperwork.pdf import FONTS, Press
from outreach.paperwork.route_map import route_map
from outreach.planning.seal import short_hash
from outreach.planning.wording import duration, kilometres
from outreach.settings import PROJECT_ROOT

PRINT_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The content policy to serve the HTML with: its styles and fonts are inside it, it has no script and loads nothing."""

_FONT_FOLDER: Final = "atkinson-hyperlegible-next"
_MAP_HEIGHT_MM: Final = {Paper.F4: 112, Paper.A4: 88}
_MARGIN_MM: Final = 12


def as_html(pages: Sequence[ManifestPage], paper: Paper = Paper.F4) -> str:
    """Return all teams' manifests as one HTML document that holds everything it needs and prints from a browser."""
    return _render(pages, paper, _embedded)


def as_pdf(
    pages: Sequence[ManifestPage], paper: Paper = Paper.F4, press: Press | None = None
) -> bytes:
    """Return one PDF of all teams' manifests, each team's pages counted by themselves.

    Raises PdfUnavailable without pango, PdfFailed when it takes too long or too much.
    """
    return as_pdfs(pages, [range(len(pages))], paper, press)[0]


def as_pdfs(
    pages: Sequence[ManifestPage],
    files: Sequence[Sequence[int]],
    paper: Paper = Paper.F4,
    press: Press | None = None,
) -> list[bytes]:
    """Return several PDF files, each of some of the pages by index, laid out once in one child; raises as `as_pdf`.

    All teams' file and one for each team: `as_pdfs(pages, [range(len(pages)), *([i] for i in range(len(pages)))])`.
    """
    parts = [_render([page], paper, _packaged) for page in pages]
    return (press or Press()).files(parts, files)


def _render(pages: Sequence[ManifestPage], paper: Paper, font_url: Callable[[str], str]) -> str:
    if not pages:
        raise ValueError("a manifest needs at least one team")
    width, height = paper.size_mm
    template = environment().get_template("paperwork/manifest.html")
    return template.render(
        pages=pages,
        paper=paper,
        width=width,
        height=height,
        margin=_MARGIN_MM,
        language=i18n.current_language(),
        maps=[_map(page, paper) for page in pages],
        font_url=lambda name: font_url(f"{_FONT_FOLDER}-{name}-normal.woff2"),
    )


def _map(page: ManifestPage, paper: Paper) -> Markup:
    return route_map(
        page.start,
        [stop.place for stop in page.stops],
        page.villages,
        page.ways,
        page.roads,
        width_mm=paper.size_mm[0] - 2 * _MARGIN_MM,
        height_mm=_MAP_HEIGHT_MM[paper],
    )


def _packaged(name: str) -> str:
    return f"{_FONT_FOLDER}/{name}"


@cache
def _embedded(name: str) -> str:
    content = (FONTS / _FONT_FOLDER / name).read_bytes()
    return "data:font/woff2;base64," + base64.b64encode(content).decode()


def css_string(text: str) -> Markup:
    """Return text as a CSS string: all but plain letters and digits by number, a blank too (it would end a number)."""
    escaped = re.sub(r"[^A-Za-z0-9]", lambda found: f"\\{ord(found[0]):06x}", text)
    return Markup(f'"{escaped}"')  # noqa: S704 - only letters, digits and backslashes are left


def page_of_pages() -> Markup:
    """Return the CSS content for "Halaman n dari N", in the current language."""
    around = i18n.translate("Page %(number)s of %(count)s") % {"number": "\0", "count": "\1"}
    pieces = re.split("([\0\1])", around)
    counters = {"\0": "counter(page)", "\1": "counter(pages)"}
    return Markup(" ").join(  # the pieces are CSS strings and counters
        Markup(counters[piece]) if piece in counters else css_string(piece)  # noqa: S704 - our own two
        for piece in pieces
        if piece
    )


@cache
def environment() -> Environment:
    """Return the templates of printed pages."""
    environment = Environment(
        loader=FileSystemLoader(PROJECT_ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.translate, i18n.translate_plural, newstyle=True
    )
    environment.filters["clean"] = words.clean
    environment.filters["css_string"] = css_string
    environment.globals.update(
        words=words,
        navigation=navigation,
        time=i18n.format_time,
        translate=i18n.translate,
        duration=duration,
        kilometres=kilometres,
        short_hash=short_hash,
        page_of_pages=page_of_pages,
    )
    return environment
