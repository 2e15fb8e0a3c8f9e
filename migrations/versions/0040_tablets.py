"""tablets, what they were given and what they sent; an outcome that was taken back at once"""

import sqlalchemy as sa
from alembic import op

import outreach.db


revision = '0040'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tablets',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('team_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('created_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('created_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('code_ends_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('seal_key', sa.LargeBinary(), nullable=True),
    sa.Column('data_key', sa.LargeBinary(), nullable=True),
    sa.Column('enrolled_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('seen_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('app_version', sa.String(length=16), nullable=False),
    sa.Column('clock_off_s', sa.Integer(), nullable=True),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_tablets_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tablets')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_tablets_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_tablets_token_hash'))
    )
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tablets_team_id'), ['team_id'], unique=False)

    op.create_table('tablet_events',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('event_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('tablet_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('member_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('visit_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('device_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('corrected_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('received_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('applied', 'waiting', 'kept', 'conflict', 'settled', name='eventstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('problem', sa.String(length=40), nullable=False),
    sa.Column('via', sa.String(length=8), nullable=False),
    sa.Column('decided_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('decided_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablets.id'], name=op.f('fk_tablet_events_tablet_id_tablets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tablet_events')),
    sa.UniqueConstraint('event_id', 'body_hash', name=op.f('uq_tablet_events_event_id_body_hash'))
    )
    with op.batch_alter_table('tablet_events', schema=None) as batch_op:
        batch_op.create_index('ix_tablet_events_state', ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_tablet_events_tablet_id'), ['tablet_id'], unique=False)
        batch_op.create_index('ix_tablet_events_visit_id_state', ['visit_id', 'state'], unique=False)

    op.create_table('tablet_members',
    sa.Column('tablet_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('user_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('enrolled_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablets.id'], name=op.f('fk_tablet_members_tablet_id_tablets')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_tablet_members_user_id_users')),
    sa.PrimaryKeyConstraint('tablet_id', 'user_id', name=op.f('pk_tablet_members'))
    )
    op.create_table('issued_packs',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('tablet_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('route_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('issued_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['route_id'], ['routes.id'], name=op.f('fk_issued_packs_route_id_routes')),
    sa.ForeignKeyConstraint(['tablet_id'], ['tablets.id'], name=op.f('fk_issued_packs_tablet_id_tablets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_packs')),
    sa.UniqueConstraint('tablet_id', 'route_id', name=op.f('uq_issued_packs_tablet_id_route_id'))
    )
    with op.batch_alter_table('outcomes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_at', outreach.db.UtcDateTime(timezone=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('outcomes', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_at')

    op.drop_table('issued_packs')
    op.drop_table('tablet_members')
    with op.batch_alter_table('tablet_events', schema=None) as batch_op:
        batch_op.drop_index('ix_tablet_events_visit_id_state')
        batch_op.drop_index(batch_op.f('ix_tablet_events_tablet_id'))
        batch_op.drop_index('ix_tablet_events_state')

    op.drop_table('tablet_events')
    with op.batch_alter_table('tablets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tablets_team_id'))

    op.drop_table('tablets')
