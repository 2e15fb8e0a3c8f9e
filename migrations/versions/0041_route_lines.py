"""the lines of routes along the roads"""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('route_lines',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('route_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('legs', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['route_id'], ['routes.id'], name=op.f('fk_route_lines_route_id_routes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_route_lines')),
    sa.UniqueConstraint('route_id', name=op.f('uq_route_lines_route_id'))
    )


def downgrade() -> None:
    op.drop_table('route_lines')
