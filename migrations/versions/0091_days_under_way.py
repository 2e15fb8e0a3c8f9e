"""changes of days under way, and the office's rules for them"""

import sqlalchemy as sa
from alembic import op

import outreach.db

revision = '0091'
down_revision = '0090'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'day_rules',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('first_day', sa.Date(), nullable=False),
        sa.Column('most_changed', sa.Integer(), nullable=False),
        sa.Column('most_dropped', sa.Integer(), nullable=False),
        sa.Column('lead_min', sa.Integer(), nullable=False),
        sa.Column('most_attempts', sa.Integer(), nullable=False),
        sa.Column('set_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('set_by_name', sa.String(length=120), nullable=False),
        sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint('most_changed >= 0', name=op.f('ck_day_rules_most_changed')),
        sa.CheckConstraint('most_dropped >= 0', name=op.f('ck_day_rules_most_dropped')),
        sa.CheckConstraint('lead_min >= 0', name=op.f('ck_day_rules_lead_min')),
        sa.CheckConstraint('most_attempts >= 1', name=op.f('ck_day_rules_most_attempts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_day_rules')),
    )
    op.create_index(op.f('ix_day_rules_first_day'), 'day_rules', ['first_day'])
    op.create_table(
        'day_changes',
        sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('plan_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('base_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('version_id', sa.Uuid(as_uuid=False), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('recipe', sa.String(length=16), nullable=False),
        sa.Column('given', sa.JSON(), nullable=False),
        sa.Column('was', sa.JSON(), nullable=False),
        sa.Column('released', sa.JSON(), nullable=False),
        sa.Column('changed', sa.Integer(), nullable=False),
        sa.Column('dropped', sa.Integer(), nullable=False),
        sa.Column('rule_id', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('most_changed', sa.Integer(), nullable=False),
        sa.Column('most_dropped', sa.Integer(), nullable=False),
        sa.Column('needs_signature', sa.Boolean(), nullable=False),
        sa.Column('made_by', sa.Uuid(as_uuid=False), nullable=True),
        sa.Column('made_by_name', sa.String(length=120), nullable=False),
        sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_day_changes_plan_id_plans')),
        sa.ForeignKeyConstraint(['base_id'], ['plan_versions.id'], name=op.f('fk_day_changes_base_id_plan_versions')),
        sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_day_changes_version_id_plan_versions')),
        sa.ForeignKeyConstraint(['rule_id'], ['day_rules.id'], name=op.f('fk_day_changes_rule_id_day_rules')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_day_changes')),
        sa.UniqueConstraint('version_id', name=op.f('uq_day_changes_version_id')),
    )
    op.create_index(op.f('ix_day_changes_plan_id'), 'day_changes', ['plan_id'])
    op.add_column('plan_versions', sa.Column('why', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column('plan_versions', sa.Column('by_rule', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('referrals', sa.Column('not_home_s', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('referrals', 'not_home_s')
    op.drop_column('plan_versions', 'by_rule')
    op.drop_column('plan_versions', 'why')
    op.drop_table('day_changes')
    op.drop_table('day_rules')
