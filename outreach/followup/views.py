"""Pages of the followup package."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("followup", __name__)
