"""the hamlets that a village keeps a list of"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0080'
down_revision = '0078'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'village_hamlets',
        sa.Column('village_code', sa.String(length=13), nullable=False),
        sa.Column('names', sa.JSON(), nullable=False),
        sa.Column('kept_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('kept_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['village_code'], ['villages.code'], name=op.f('fk_village_hamlets_village_code_villages')
        ),
        sa.PrimaryKeyConstraint('village_code', name=op.f('pk_village_hamlets')),
    )


def downgrade() -> None:
    op.drop_table('village_hamlets')
