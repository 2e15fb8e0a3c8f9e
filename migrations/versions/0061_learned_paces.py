"""what teams' own drives taught about minutes"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0061'
down_revision = '0070'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('learned_paces',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('factors', sa.JSON(), nullable=False),
    sa.Column('legs', sa.Integer(), nullable=False),
    sa.Column('held_out', sa.Integer(), nullable=False),
    sa.Column('before_percent', sa.Double(), nullable=False),
    sa.Column('after_percent', sa.Double(), nullable=False),
    sa.Column('on_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('on_by_name', sa.String(length=120), nullable=False),
    sa.Column('on_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('off_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('off_by_name', sa.String(length=120), nullable=False),
    sa.Column('off_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learned_paces')),
    sa.UniqueConstraint('number', name=op.f('uq_learned_paces_number'))
    )
    with op.batch_alter_table('plan_versions') as table:
        table.add_column(sa.Column('pace_number', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('plan_versions') as table:
        table.drop_column('pace_number')
    op.drop_table('learned_paces')
