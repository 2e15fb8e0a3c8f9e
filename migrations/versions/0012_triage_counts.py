"""an index that the queues of triage are counted from"""

from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

NAME = 'ix_referrals_triage'
COLUMNS = ['state', 'village_code', 'flags', 'waiting_since', 'endorsed_at']


def upgrade() -> None:
    op.create_index(NAME, 'referrals', COLUMNS)


def downgrade() -> None:
    op.drop_index(NAME, 'referrals')
