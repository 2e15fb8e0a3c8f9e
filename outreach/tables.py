"""Every table of the application, in one place for migrations, backups and tests."""

from __future__ import annotations

from outreach.accounts import models as accounts
from outreach.audit import models as audit
from outreach.coverage import models as coverage
from outreach.db import Base
from outreach.fieldwork import models as fieldwork
from outreach.fieldwork.tablet import models as tablet
from outreach.fieldwork.tablet import photo_models as visit_photos
from outreach.followup import models as followup
from outreach.jobs import models as jobs
from outreach.notices import models as notices
from outreach.paperwork import models as paperwork
from outreach.places import models as places
from outreach.planning import day_models as days
from outreach.planning import draft_models as drafts
from outreach.planning import models as planning
from outreach.planning import pace_models as paces
from outreach.planning import signatures
from outreach.planning import speed_models as speeds
from outreach.queue import models as queue
from outreach.referrals import hamlet_models as hamlets
from outreach.referrals import keys
from outreach.referrals import models as referrals
from outreach.referrals import photo_models as photos
from outreach.referrals import triage_models as triage
from outreach.referrals.imports import models as imports
from outreach.security import models as security
from outreach.teams import decree_models as decrees
from outreach.teams import models as teams

MODULES = (
    accounts,
    audit,
    coverage,
    days,
    decrees,
    drafts,
    fieldwork,
    followup,
    hamlets,
    imports,
    jobs,
    keys,
    notices,
    paces,
    paperwork,
    photos,
    places,
    planning,
    queue,
    referrals,
    security,
    signatures,
    speeds,
    tablet,
    teams,
    triage,
    visit_photos,
)
METADATA = Base.metadata
