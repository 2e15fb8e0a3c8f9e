"""PDF is written by a child that is ended when it takes too much, and reads nothing but what we gave it."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pypdf import PdfReader

from outreach.paperwork.pdf import FONTS, PdfFailed, PdfUnavailable, Press
from outreach.paperwork.pdf_child import NO_PANGO, packaged
from tests.machine import needs

ENDLESS = "<table>" + "<tr><td colspan=100000>x" * 40 + "</table>"


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server of another origin, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_document_that_never_ends_is_ended() -> None:
    needs("pango")
    with pytest.raises(PdfFailed):
        Press(time_limit_s=2).file([ENDLESS])


def test_a_document_that_grows_too_large_is_ended() -> None:
    needs("pango")
    with pytest.raises(PdfFailed):
        Press(memory_bytes=96 * 2**20).file(["<p>x</p>" * 1000])


def test_a_machine_without_pango_is_told_what_to_install() -> None:
    without = Press(command=(sys.executable, "-c", f"raise SystemExit({NO_PANGO})"))
    with pytest.raises(PdfUnavailable, match="pango"):
        without.file(["<p>x"])


def test_no_file_of_the_machine_gets_into_a_document(tmp_path: Path) -> None:
    needs("pango")
    secret = tmp_path / "secret.txt"
    secret.write_text("sealed in a file")
    page = f'<link rel=attachment href="{secret.as_uri()}"><img src="{secret.as_uri()}"><p>on paper'
    content = Press().file([page])
    reader = PdfReader(io.BytesIO(content))
    assert not reader.attachments
    assert "on paper" in reader.pages[0].extract_text()
    assert b"sealed in a file" not in content


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "{fonts}/../../pyproject.toml", "file://host/etc/passwd", "{fonts}"],
)
def test_only_packaged_fonts_may_be_read(url: str) -> None:
    with pytest.raises(ValueError, match="only the fonts"):
        packaged(url.format(fonts=FONTS.as_uri()), FONTS)


def test_no_other_origin_is_asked(asked: tuple[str, list[str]]) -> None:
    needs("pango")
    origin, paths = asked
    page = (
        f'<style>@import "{origin}/a.css"; body {{ background: url({origin}/b.png) }}'
        f" @font-face {{ font-family: x; src: url({origin}/c.woff2) }}</style>"
        f'<link rel=stylesheet href="{origin}/d.css"><img src="{origin}/e.png"><p style="font-family:x">on paper'
    )
    assert Press().file([page]).startswith(b"%PDF")
    assert paths == []


def test_a_part_may_stand_in_several_files_and_each_file_names_its_parts() -> None:
    needs("pango")
    both, second = Press().files(["<p>one", "<p>two"], [[0, 1], [1]])
    assert [p.extract_text().strip() for p in PdfReader(io.BytesIO(both)).pages] == ["one", "two"]
    assert [p.extract_text().strip() for p in PdfReader(io.BytesIO(second)).pages] == ["two"]
    with pytest.raises(ValueError, match="names the parts"):
        Press().files(["<p>one"], [[1]])
