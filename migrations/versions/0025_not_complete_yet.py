"""a mark for referrals that were sent with a question open"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0020'
branch_labels = None
depends_on = None

INCOMPLETE = 1 << 12


def upgrade() -> None:
    # Until now an empty telephone number meant that there is no telephone.
    op.execute(
        sa.text(
            """UPDATE referrals SET ticked = '["no_phone"]'
            WHERE contact_phone = '' AND submitted_at IS NOT NULL"""
        )
    )
    op.execute(
        sa.text(
            """UPDATE referrals SET flags = flags + :mark WHERE
            rt = '' OR rw = '' OR hamlet = '' OR landmark = '' OR condition = '' OR contact_name = ''
            OR house_power IN ('', 'unknown') OR place_quality = 'village'
            OR (contact_phone = '' AND submitted_at IS NULL)
            OR resident_id IN (SELECT id FROM residents WHERE nik_index IS NULL OR sex = ''
                OR (birth_date IS NULL AND birth_year IS NULL))"""
        ).bindparams(mark=INCOMPLETE)
    )


def downgrade() -> None:
    op.execute(
        sa.text('UPDATE referrals SET flags = flags - :mark WHERE (flags & :mark) <> 0').bindparams(
            mark=INCOMPLETE
        )
    )
