"""Pages of the fieldwork package."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("fieldwork", __name__)
