"""tables of speeds by road class and surface"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0081'
down_revision = '0080'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('road_speeds',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('set_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('set_by_name', sa.String(length=120), nullable=False),
    sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_road_speeds'))
    )


def downgrade() -> None:
    op.drop_table('road_speeds')
