"""The form that sends a spreadsheet."""

from __future__ import annotations

from wtforms import FileField

from outreach.forms import Form
from outreach.i18n import lazy


class UploadForm(Form):
    """One file."""

    file = FileField(lazy("Spreadsheet (XLSX or CSV)"))
