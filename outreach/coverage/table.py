"""The figures as a file that a spreadsheet opens: one line a village, the district's sums are the reader's."""

from __future__ import annotations

import csv
import io

from outreach.coverage.figures import GROUP_LABELS, Area, Figures
from outreach.i18n import format_date_short, translate
from outreach.i18n import gettext as _


def as_csv(figures: Figures) -> bytes:
    """Write the villages with their counts: UTF-8 with a mark, semicolons, as Indonesian spreadsheets expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Code"),
            _("District"),
            _("Village"),
            *(translate(label) for label in GROUP_LABELS.values()),
            _("All cases"),
            _("Median wait (days)"),
            _("Recorded this month"),
            _("As of"),
        ]
    )
    as_of = format_date_short(figures.day)
    for area in figures.villages:
        writer.writerow([*_line(area), as_of])
    return text.getvalue().encode("utf-8-sig")


def _line(area: Area) -> list[object]:
    wait = area.median_wait_days
    return [
        area.code,
        area.district,
        area.name,
        *(area.groups[group] for group in GROUP_LABELS),
        area.total,
        "" if wait is None else f"{wait:g}".replace(".", ","),
        area.recorded_this_month,
    ]
