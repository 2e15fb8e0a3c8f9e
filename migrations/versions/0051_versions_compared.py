"""what a planner tried without touching the plan; signatures, returned routes and files that prove themselves"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0051'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'what_ifs',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('plan_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('job_id', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('asked_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('asked_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('asked', sa.JSON(), nullable=False),
        sa.Column('results', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_what_ifs_plan_id_plans')),
        sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_what_ifs_job_id_jobs')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_what_ifs')),
    )
    op.create_index(op.f('ix_what_ifs_plan_id'), 'what_ifs', ['plan_id'])
    op.create_table(
        'plan_signatures',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('version_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('signed_by', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('signed_by_name', sa.String(length=120), nullable=False),
        sa.Column('signed_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('returned', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_plan_signatures_version_id_plan_versions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_signatures')),
        sa.UniqueConstraint('version_id', 'signed_by', name=op.f('uq_plan_signatures_version_id_signed_by')),
    )
    op.create_index(op.f('ix_plan_signatures_version_id'), 'plan_signatures', ['version_id'])
    op.create_table(
        'printed_files',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('version_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_printed_files_version_id_plan_versions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_printed_files')),
        sa.UniqueConstraint('sha256', name=op.f('uq_printed_files_sha256')),
    )
    with op.batch_alter_table('routes') as batch:
        batch.add_column(sa.Column('returned_reason', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('routes') as batch:
        batch.drop_column('returned_reason')
    op.drop_table('printed_files')
    op.drop_table('plan_signatures')
    op.drop_table('what_ifs')
