"""The application on the tablet is light, complete, and asks nobody else."""

from __future__ import annotations

import gzip
import json
import re

from flask import Flask

from outreach.fieldwork.tablet.shell import MODULES, PAINTED, shell, worker
from outreach.settings import PROJECT_ROOT

LIGHTEST = 150_000
FOLDER = PROJECT_ROOT / "static" / "tablet"


def test_the_shell_stays_under_its_weight(app: Flask) -> None:
    client = app.test_client()
    files = ["tablet/", *shell(PROJECT_ROOT).files]
    weight = sum(len(gzip.compress(client.get(f"/{name}").data, 9)) for name in files)
    assert 20_000 < weight <= LIGHTEST


def test_every_module_that_is_named_is_kept() -> None:
    named = {
        name
        for path in FOLDER.glob("*.js")
        for name in re.findall(r"""(?:from|import\()\s*["']\./([\w.-]+)""", path.read_text())
    }
    assert named <= set(MODULES)
    assert {path.name for path in FOLDER.iterdir()} == {
        *MODULES,
        "worker.js",
        "icon.svg",
        *PAINTED.values(),
    }


def test_the_worker_keeps_the_page_and_all_its_files(app: Flask) -> None:
    client = app.test_client()
    keep = json.loads(re.search(r"const KEEP = (.*);", worker(PROJECT_ROOT, ""))[1])  # type: ignore[index]
    assert keep[0] == "/tablet/"
    assert all(client.get(path).status_code == 200 for path in keep)
    assert client.get("/tablet/worker.js").mimetype == "text/javascript"


def test_the_manifest_makes_it_installable(app: Flask) -> None:
    manifest = json.loads(app.test_client().get("/tablet/manifest.webmanifest").text)
    assert manifest["scope"] == manifest["start_url"] == "/tablet/"
    assert manifest["display"] == "standalone"
    sizes = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        assert app.test_client().get(icon["src"]).mimetype == icon["type"]
