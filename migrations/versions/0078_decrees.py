"""decrees that cap, tighten or stop visits"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0078'
down_revision = '0061'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'decrees',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=True),
        sa.Column('level', sa.Enum('normal', 'tightened', 'suspended', name='decreelevel', native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column('team_id', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('district_code', sa.String(length=8), nullable=True),
        sa.Column('people_per_day', sa.Integer(), nullable=True),
        sa.Column('extra_service_s', sa.Integer(), nullable=False),
        sa.Column('protective', sa.Boolean(), nullable=False),
        sa.Column('letter_number', sa.String(length=80), nullable=False),
        sa.Column('set_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('set_by_name', sa.String(length=120), nullable=False),
        sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('lifted_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('lifted_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint('last IS NULL OR first <= last', name=op.f('ck_decrees_order_of_dates')),
        sa.CheckConstraint('people_per_day IS NULL OR people_per_day >= 0', name=op.f('ck_decrees_people_per_day')),
        sa.CheckConstraint('team_id IS NULL OR district_code IS NULL', name=op.f('ck_decrees_one_scope')),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_decrees_team_id_teams')),
        sa.ForeignKeyConstraint(['district_code'], ['districts.code'], name=op.f('fk_decrees_district_code_districts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_decrees')),
    )
    op.create_index(op.f('ix_decrees_first'), 'decrees', ['first'])


def downgrade() -> None:
    op.drop_table('decrees')
