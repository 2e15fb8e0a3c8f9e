"""rivers and their bridges"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0060'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rivers',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('line', sa.JSON(), nullable=False),
    sa.Column('bridges', sa.JSON(), nullable=False),
    sa.Column('drawn_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('drawn_by_name', sa.String(length=120), nullable=False),
    sa.Column('drawn_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rivers'))
    )


def downgrade() -> None:
    op.drop_table('rivers')
