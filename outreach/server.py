"""Serving the application: waitress for requests, one worker process beside it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time

from waitress.server import create_server

from outreach import create_app
from outreach.settings import Settings

log = logging.getLogger("sambang.server")


def serve(settings: Settings, *, with_worker: bool) -> None:
    """Answer requests until stopped; a worker that dies is started again, and goes when the server goes."""
    app = create_app(settings)
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as Ctrl+C does: the worker goes as well
    worker = _Worker(settings) if with_worker else None
    try:
        server.run()
    finally:
        if worker:
            worker.stop()


class _Worker:
    """The worker process. A thread of the server watches it; it watches the server through its parent id."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, "SAMBANG_INSTANCE": str(settings.instance)}
        self._stopping = threading.Event()
        self._process = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "outreach", "worker", "--with-parent"], env=self._environment
        )

    def _watch(self) -> None:
        while not self._stopping.wait(1.0):
            if self._process.poll() is not None and not self._stopping.is_set():
                log.warning("the worker ended (%s); starting another", self._process.returncode)
                time.sleep(1.0)
                self._process = self._start()

    def stop(self) -> None:
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
