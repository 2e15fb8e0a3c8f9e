"""Pages of approval: approving a plan or returning it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("decisions", __name__)
