"""a decree may accept visits to people in some conditions only"""

import sqlalchemy as sa
from alembic import op

revision = '0092'
down_revision = '0091'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('decrees', sa.Column('accepted', sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column('decrees', 'accepted')
