"""PDF from HTML of our own, by WeasyPrint in a child process that is ended when it takes too much.

In a child because a page can be made to take minutes or gigabytes (`colspan=100000` does), and because WeasyPrint
needs a system library that may be missing: the site then still prints HTML.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from outreach.doctor import install_command
from outreach.paperwork.pdf_child import NO_MEMORY, NO_PANGO, PATIENCE
from outreach.settings import PROJECT_ROOT

FONTS: Final = PROJECT_ROOT / "static" / "fonts"
CHILD: Final = Path(__file__).with_name("pdf_child.py")
_PASSED_ON: Final = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
)
_GRACE_S: Final = 5

log = logging.getLogger(__name__)


class PdfUnavailable(Exception):
    """This machine cannot write PDF. `command` installs what is missing; pages print as HTML meanwhile."""

    def __init__(self) -> None:
        self.command = install_command("pango")
        super().__init__(
            f"PDF cannot be written: WeasyPrint needs the library pango. Install it with: {self.command} "
            "(the HTML can be printed from the browser meanwhile)"
        )


class PdfFailed(Exception):
    """A document could not be written within its limits, or at all."""


@dataclass(frozen=True, slots=True)
class Press:
    """The limits under which PDF is written, for one call: seconds of processor time, bytes of address space.

    On a machine that is busy with other work it may take PATIENCE times as long by the clock.

    60 pages with maps and 180 codes take about 8 s and 300 MiB on two cores; the limits leave room for ten teams.
    """

    time_limit_s: int = 60
    memory_bytes: int = 1536 * 2**20
    command: tuple[str, ...] = (sys.executable, "-I", str(CHILD))

    def __post_init__(self) -> None:
        if self.time_limit_s < 1:
            raise ValueError("writing a PDF needs at least a second")
        if self.memory_bytes < 2**20:
            raise ValueError("the memory limit is in bytes")

    def files(self, parts: Sequence[str], files: Sequence[Sequence[int]]) -> list[bytes]:
        """Write several PDF files with one child: each is made of the pages of some of the HTML `parts`, by index.

        A part is laid out once, its pages are counted by themselves, and it may be in several files. Raises
        PdfUnavailable without pango, PdfFailed when a limit is reached or the writing fails.
        """
        if (
            not parts
            or not all(files)
            or any(part not in range(len(parts)) for f in files for part in f)
        ):
            raise ValueError("each file names the parts that it is made of")
        fed = json.dumps({"parts": list(parts), "files": [list(file) for file in files]}).encode()
        return _unpack(self._run(fed), len(files))

    def file(self, parts: Sequence[str]) -> bytes:
        """Write one PDF of all parts, one after the other; raises as `files` does."""
        return self.files(parts, [range(len(parts))])[0]

    def _run(self, fed: bytes) -> bytes:
        command = [*self.command, str(FONTS), str(self.time_limit_s), str(self.memory_bytes)]
        try:
            done = subprocess.run(  # noqa: S603 - the command is our own
                command,
                input=fed,
                capture_output=True,
                timeout=self.time_limit_s * PATIENCE + _GRACE_S,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PdfFailed(self._took_too_long()) from None
        if done.returncode == NO_PANGO:
            raise PdfUnavailable
        if done.returncode == NO_MEMORY:
            raise PdfFailed(
                f"The document needs more than {self.memory_bytes // 2**20} MiB of memory."
            )
        if -done.returncode in (signal.SIGALRM, signal.SIGXCPU, signal.SIGKILL):
            raise PdfFailed(self._took_too_long())
        if done.returncode:
            # The last line names the error; what stood in the document is not repeated in a log.
            said = done.stderr.decode(errors="replace").strip().splitlines() or [""]
            log.error(
                "writing a PDF ended with status %s: %s", done.returncode, said[-1].split(":")[0]
            )
            raise PdfFailed("The document could not be written as PDF.")
        return done.stdout

    def _took_too_long(self) -> str:
        return f"Writing the document took longer than {self.time_limit_s} s."


def _unpack(written: bytes, count: int) -> list[bytes]:
    files = []
    at = 0
    for _ in range(count):
        (length,) = struct.unpack_from(">Q", written, at)
        files.append(written[at + 8 : at + 8 + length])
        at += 8 + length
    return files
