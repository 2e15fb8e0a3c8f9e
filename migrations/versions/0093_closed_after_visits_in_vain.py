"""a referral can be closed because nobody could be met at home"""

import sqlalchemy as sa
from alembic import op

revision = '0093'
down_revision = '0092'
branch_labels = None
depends_on = None

BEFORE = "'came_to_office', 'delivered')"
AFTER = "'came_to_office', 'delivered', 'not_met')"


def upgrade() -> None:
    _change(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("UPDATE referrals SET close_reason = 'withdrawn' WHERE close_reason = 'not_met'")
    _change(AFTER, BEFORE)


def _change(before: str, after: str) -> None:
    """Change which values the check of the column lets in.

    SQLite has no statement for that: its manual has the text of the table changed, which leaves the rows as they are.
    """
    connection = op.get_bind()
    if connection.dialect.name != 'sqlite':
        values = after.rstrip(')')
        op.drop_constraint(op.f('ck_referrals_closereason'), 'referrals', type_='check')
        op.create_check_constraint(
            op.f('ck_referrals_closereason'), 'referrals',
            sa.text(f"close_reason IN ('died', 'moved', 'already_recorded', 'withdrawn', 'duplicate', {values})"),
        )
        return
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar_one()
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'referrals'"),
        {'before': before, 'after': after},
    )
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = OFF')
