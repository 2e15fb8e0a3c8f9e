"""The audit log: every change and every look at protected data, chained by a keyed hash."""

from outreach.audit.log import Broken, holds_nik, record, record_many, verify_chain
from outreach.audit.models import AuditEntry

__all__ = ["AuditEntry", "Broken", "holds_nik", "record", "record_many", "verify_chain"]
