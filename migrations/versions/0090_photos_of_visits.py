"""photos that teams took, and the office's choice of map application"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0090'
down_revision = '0081'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'visit_photos',
        sa.Column('event_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('tablet_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('state', sa.Enum('coming', 'kept', 'damaged', name='photostate', native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('have', sa.Integer(), nullable=False),
        sa.Column('coming', sa.LargeBinary(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=True),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('begun_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('kept_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['tablet_id'], ['tablets.id'], name=op.f('fk_visit_photos_tablet_id_tablets')),
        sa.PrimaryKeyConstraint('event_id', name=op.f('pk_visit_photos')),
    )
    with op.batch_alter_table('visit_photos', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_photos_tablet_id'), ['tablet_id'], unique=False)
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.add_column(sa.Column('map_app', sa.String(length=12), nullable=False, server_default='system'))


def downgrade() -> None:
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.drop_column('map_app')
    with op.batch_alter_table('visit_photos', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_photos_tablet_id'))
    op.drop_table('visit_photos')
