"""Pages of the paperwork package."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("paperwork", __name__)
