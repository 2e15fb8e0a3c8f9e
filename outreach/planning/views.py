"""Pages of the planning package."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("planning", __name__)
