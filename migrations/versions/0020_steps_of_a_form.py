"""what was ticked in place of an answer, and the page that wrote a referral last"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0060'
branch_labels = None
depends_on = None


def upgrade() -> None:
    ticked = sa.Column('ticked', sa.JSON(), nullable=False, server_default='[]')
    edit_mark = sa.Column('edit_mark', sa.String(48), nullable=False, server_default='')
    op.add_column('referrals', ticked)
    op.add_column('referrals', edit_mark)


def downgrade() -> None:
    op.drop_column('referrals', 'edit_mark')
    op.drop_column('referrals', 'ticked')
