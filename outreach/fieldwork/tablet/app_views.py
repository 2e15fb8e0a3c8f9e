"""The application on the tablet: its page, its service worker, its manifest. They are open, and hold nothing of anybody."""

from __future__ import annotations

from flask import Blueprint, Response, request

from outreach.fieldwork.tablet.shell import manifest, shell, worker
from outreach.web import allow, core, endpoint, render

bp = Blueprint("tablet_app", __name__, url_prefix="/tablet")


@bp.get("/")
@endpoint("tablet.open")
def app() -> str:
    """Give the page that the application lives in."""
    allow()
    return render("tablet/app.html", version=shell(core().settings.root).version)


@bp.get("/worker.js")
@endpoint("tablet.open")
def service_worker() -> Response:
    """Give the service worker, from the path that it looks after."""
    allow()
    code = worker(core().settings.root, request.script_root)
    return Response(code, mimetype="text/javascript")


@bp.get("/manifest.webmanifest")
@endpoint("tablet.open")
def web_manifest() -> Response:
    """Give what makes the application installable."""
    allow()
    return Response(manifest(request.script_root), mimetype="application/manifest+json")
