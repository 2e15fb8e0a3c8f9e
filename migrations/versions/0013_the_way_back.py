"""whether the way back to the office is a straight-line estimate"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

LAST_STOP = """
UPDATE routes SET return_is_estimate = COALESCE((
    SELECT stops.is_estimate FROM stops WHERE stops.route_id = routes.id ORDER BY stops.position DESC LIMIT 1
), return_is_estimate)
"""


def upgrade() -> None:
    with op.batch_alter_table('routes') as table:
        table.add_column(
            sa.Column('return_is_estimate', sa.Boolean(), nullable=False, server_default=sa.true())
        )
    op.execute(LAST_STOP)
    with op.batch_alter_table('routes') as table:
        table.alter_column('return_is_estimate', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('routes') as table:
        table.drop_column('return_is_estimate')
