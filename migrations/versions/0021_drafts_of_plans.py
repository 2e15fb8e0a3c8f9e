"""drafts of plans: what a planner changes by hand, edit by edit"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0021'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'plan_drafts',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('plan_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('base_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('changed_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('changed_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('job_id', sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_drafts_plan_id_plans')),
        sa.ForeignKeyConstraint(['base_id'], ['plan_versions.id'], name=op.f('fk_plan_drafts_base_id_plan_versions')),
        sa.ForeignKeyConstraint(['changed_by'], ['users.id'], name=op.f('fk_plan_drafts_changed_by_users')),
        sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_plan_drafts_job_id_jobs')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_drafts')),
        sa.UniqueConstraint('plan_id', name=op.f('uq_plan_drafts_plan_id')),
    )
    op.create_table(
        'plan_edits',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('draft_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('edit', sa.JSON(), nullable=False),
        sa.Column('made_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['draft_id'], ['plan_drafts.id'], name=op.f('fk_plan_edits_draft_id_plan_drafts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_edits')),
        sa.UniqueConstraint('draft_id', 'number', name=op.f('uq_plan_edits_draft_id_number')),
    )
    op.create_index(op.f('ix_plan_edits_draft_id'), 'plan_edits', ['draft_id'])


def downgrade() -> None:
    op.drop_table('plan_edits')
    op.drop_table('plan_drafts')
