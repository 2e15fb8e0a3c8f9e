"""Response headers: nothing is loaded from anywhere else, framed by anybody, or kept by a shared cache."""

from __future__ import annotations

from typing import Final

from flask import Flask, Request, Response, request

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def map_policy(nonce: str, *, in_document: bool = False) -> str:
    """Return the policy of a folium map: a document of its own, without this site's cookies, storage or network.

    Only scripts and styles with the nonce are taken. A policy that stands `in_document` cannot sandbox or say who frames it.
    """
    inside = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return inside if in_document else f"sandbox allow-scripts; {inside}; frame-ancestors 'self'"


_KEPT: Final = {"static", "places.background", "places.ground_roads"}
"""Endpoints that say themselves how long a browser may keep them: files, and the ground of maps."""


def init_headers(app: Flask) -> None:
    """Put the headers on every response; one that brought its own policy keeps it."""

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        # The sandboxed map has no origin, and takes Leaflet from here; there is nothing secret in static files.
        reach = "cross-origin" if request.endpoint == "static" else "same-origin"
        headers.setdefault("Cross-Origin-Resource-Policy", reach)
        headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=()"
        )
        if _is_https(request):
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint not in _KEPT:
            headers["Cache-Control"] = "no-store"
        elif request.path.startswith("/static/tablet/"):
            headers["Cache-Control"] = (
                "no-cache"  # its modules name each other without a fingerprint
            )
        return response


def _is_https(request: Request) -> bool:
    return request.scheme == "https"
