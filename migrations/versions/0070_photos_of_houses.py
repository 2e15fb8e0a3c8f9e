"""photos of houses"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0070'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'house_photos',
        sa.Column('referral_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('kept_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('kept_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['referral_id'], ['referrals.id'], name=op.f('fk_house_photos_referral_id_referrals')
        ),
        sa.PrimaryKeyConstraint('referral_id', name=op.f('pk_house_photos')),
    )


def downgrade() -> None:
    op.drop_table('house_photos')
