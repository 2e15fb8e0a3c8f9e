"""outlines of villages"""

import sqlalchemy as sa
from alembic import op

import outreach.db


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('village_outlines',
    sa.Column('village_code', sa.String(length=13), nullable=False),
    sa.Column('polygons', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('loaded_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['village_code'], ['villages.code'], name=op.f('fk_village_outlines_village_code_villages')),
    sa.PrimaryKeyConstraint('village_code', name=op.f('pk_village_outlines'))
    )


def downgrade() -> None:
    op.drop_table('village_outlines')
