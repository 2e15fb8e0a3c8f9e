"""what families were told, when and by whom"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'family_notices',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('referral_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('day', sa.Date(), nullable=True),
        sa.Column('from_s', sa.Integer(), nullable=True),
        sa.Column('to_s', sa.Integer(), nullable=True),
        sa.Column('channel', sa.Enum('whatsapp', 'call', 'hamlet_head', 'in_person', name='channel', native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column('told_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('told_by_name', sa.String(length=120), nullable=False),
        sa.Column('told_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_family_notices_referral_id_referrals')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_family_notices')),
    )
    op.create_index('ix_family_notices_referral_id_told_at', 'family_notices', ['referral_id', 'told_at'])
    op.create_index(op.f('ix_family_notices_day'), 'family_notices', ['day'])


def downgrade() -> None:
    op.drop_table('family_notices')
