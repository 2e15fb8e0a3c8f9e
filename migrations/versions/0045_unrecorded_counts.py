"""counts of unrecorded residents by village, and what a village that refers nobody answers"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0045'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('unrecorded_counts',
    sa.Column('village_code', sa.String(length=13), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('loaded_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=16), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('answered_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_name', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['village_code'], ['villages.code'], name=op.f('fk_unrecorded_counts_village_code_villages')),
    sa.PrimaryKeyConstraint('village_code', 'as_of', name=op.f('pk_unrecorded_counts'))
    )


def downgrade() -> None:
    op.drop_table('unrecorded_counts')
