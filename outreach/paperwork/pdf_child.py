"""Turns HTML into PDF, in a process of its own with a time and a memory limit.

Run as a script with nothing of ours imported: `python pdf_child.py FONTS SECONDS BYTES`. Reads JSON from standard
input: {"parts": [html, ...], "files": [[part, ...], ...]}; each file is made of the pages of its parts, and a part is
laid out once however many files hold it. Writes each file to standard output after its length in 8 bytes.
Status 3: WeasyPrint cannot be loaded (no pango). Status 4: no memory left. Anything else but 0: it failed.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

NO_PANGO = 3
NO_MEMORY = 4
PATIENCE = 4
"""How many times its processor time a document may take by the clock."""
_LARGEST_FILE = 64 * 2**20


def limit(seconds: int, memory: int) -> None:
    """End this process when it takes longer (in processor seconds), grows larger or writes more than it may."""
    signal.alarm(seconds * PATIENCE)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def packaged(url: str, fonts: Path) -> Path:
    """Return the file below `fonts` that a file: address names. Raises ValueError for any other file."""
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.netloc or not path.is_relative_to(fonts) or not path.is_file():
        raise ValueError("only the fonts that come with the product may be read")
    return path


def write_files(given: Any, fonts: Path) -> list[bytes]:
    """Lay out the parts and return the files made of them."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
        """Fetches `data:` addresses and packaged fonts; everything else is refused, and left out of the page."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if urlsplit(url).scheme == "file":
                return URLFetcherResponse(url, packaged(url, fonts).read_bytes())
            return super().fetch(url, headers)

    fetcher = OwnFilesOnly(allowed_protocols=("data",), allow_redirects=False)
    configuration = FontConfiguration()
    base = fonts.as_uri() + "/"
    laid_out = [
        HTML(string=part, base_url=base, url_fetcher=fetcher, media_type="print").render(
            font_config=configuration
        )
        for part in given["parts"]
    ]
    return [
        laid_out[0].copy([page for part in file for page in laid_out[part].pages]).write_pdf()
        for file in given["files"]
    ]


def main(arguments: list[str]) -> int:
    """Serve one request; return the exit status."""
    fonts = Path(arguments[0]).resolve()
    limit(int(arguments[1]), int(arguments[2]))
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        print(error, file=sys.stderr)
        return NO_PANGO
    try:
        files = write_files(json.load(sys.stdin), fonts)
    except MemoryError:
        return NO_MEMORY
    for file in files:
        sys.stdout.buffer.write(struct.pack(">Q", len(file)) + file)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # without tearing down pango's objects one by one: it is only memory now
