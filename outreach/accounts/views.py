"""Pages of account administration."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("account_admin", __name__, url_prefix="/akun")
