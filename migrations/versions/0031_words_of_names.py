"""words of names and days of birth, for searches and queues that read one index"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0022'
branch_labels = None
depends_on = None

NARROW = ['state', 'village_code', 'flags', 'waiting_since', 'endorsed_at']
WIDE = [
    *NARROW, 'condition', 'priority_reason', 'due_day', 'attempts', 'square', 'born_day', 'submitted_at', 'id',
]


def upgrade() -> None:
    op.add_column('referrals', sa.Column('born_day', sa.Integer(), nullable=True))
    op.add_column('name_sounds', sa.Column('word', sa.String(length=40), server_default='', nullable=False))
    _fill(op.get_bind())
    op.create_index('ix_name_sounds_word', 'name_sounds', ['word', 'village_code', 'resident_id'])
    op.create_index('ix_name_sounds_sound', 'name_sounds', ['sound', 'village_code', 'resident_id'])
    op.drop_index('ix_referrals_triage', 'referrals')
    op.create_index('ix_referrals_triage', 'referrals', WIDE)


def _fill(connection: sa.Connection) -> None:
    """Reckon the new keys of what is on file."""

    from outreach.referrals.keys import born_day, words_of

    metadata = sa.MetaData()
    referrals = sa.Table('referrals', metadata, autoload_with=connection)
    sounds = sa.Table('name_sounds', metadata, autoload_with=connection)
    people = connection.execute(
        sa.text('SELECT id, name, birth_date, birth_year FROM residents').columns(birth_date=sa.Date())
    ).all()
    days = [{'key': one.id, 'day': born_day(one)} for one in people]
    words = [
        {'key': one.id, 'place': place, 'said': word[:40]}
        for one in people
        for place, word in enumerate(words_of(one.name))
    ]
    by_resident = referrals.c.resident_id == sa.bindparam('key')
    if days:
        connection.execute(referrals.update().where(by_resident).values(born_day=sa.bindparam('day')), days)
    by_place = (sounds.c.resident_id == sa.bindparam('key')) & (sounds.c.position == sa.bindparam('place'))
    if words:
        connection.execute(sounds.update().where(by_place).values(word=sa.bindparam('said')), words)


def downgrade() -> None:
    op.drop_index('ix_referrals_triage', 'referrals')
    op.create_index('ix_referrals_triage', 'referrals', NARROW)
    op.drop_index('ix_name_sounds_sound', 'name_sounds')
    op.drop_index('ix_name_sounds_word', 'name_sounds')
    op.drop_column('name_sounds', 'word')
    op.drop_column('referrals', 'born_day')
