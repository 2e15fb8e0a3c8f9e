"""Pages of the queue package."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("queue", __name__)
