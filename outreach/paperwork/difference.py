"""What changed between two versions, as a sheet to print: figures, names, and who must be told again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outreach import clock, i18n
from outreach.paperwork.manifest import environment
from outreach.planning.comparing import decision_part
from outreach.planning.models import PlanVersion
from outreach.planning.seal import short_hash
from outreach.planning.wording import days_in_words


def as_html(session: Session, version: PlanVersion) -> str:
    """Return the sheet: against what stands approved on these dates, else against the first proposal."""
    template = environment().get_template("paperwork/difference.html")
    return template.render(
        version=version,
        days=days_in_words(version.plan.first_day, version.plan.last_day),
        short_hash=short_hash(version.hash),
        printed=i18n.format_datetime(clock.now()),
        language=i18n.current_language(),
        **decision_part(session, version),
    )
