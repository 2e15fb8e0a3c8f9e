"""pairs that may be one person, keys of searches and queues, weights of priority"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

import outreach.db

revision = '0002_triage'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('referrals', sa.Column('waiting_since', sa.Integer(), nullable=True))
    op.add_column('referrals', sa.Column('square', sa.Integer(), nullable=True))
    op.add_column('referrals', sa.Column('flags', sa.Integer(), server_default='0', nullable=False))
    op.add_column('referrals', sa.Column('merged_into', sa.Uuid(as_uuid=False), nullable=True))
    op.create_index('ix_referrals_square_state', 'referrals', ['square', 'state'])
    op.create_index('ix_referrals_contact_phone', 'referrals', ['contact_phone'])
    op.create_index('ix_referrals_merged_into', 'referrals', ['merged_into'])
    op.create_index('ix_referrals_state_changed_at', 'referrals', ['state', 'changed_at'])
    op.create_index('ix_referrals_changed_at', 'referrals', ['changed_at'])

    op.create_table('name_sounds',
    sa.Column('resident_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sound', sa.String(length=40), nullable=False),
    sa.Column('skeleton', sa.String(length=8), nullable=False),
    sa.Column('village_code', sa.String(length=13), nullable=False),
    sa.Column('birth_year', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_name_sounds_resident_id_residents')),
    sa.PrimaryKeyConstraint('resident_id', 'position', name=op.f('pk_name_sounds'))
    )
    op.create_index('ix_name_sounds_village_code_skeleton', 'name_sounds', ['village_code', 'skeleton'])
    op.create_index('ix_name_sounds_sound_birth_year', 'name_sounds', ['sound', 'birth_year'])

    op.create_table('referral_pairs',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('first_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('second_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.Column('found_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('verdict', sa.Enum('open', 'same', 'apart', 'unsure', name='verdict', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('decided_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('decided_name', sa.String(length=120), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('undo', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['first_id'], ['referrals.id'], name=op.f('fk_referral_pairs_first_id_referrals')),
    sa.ForeignKeyConstraint(['second_id'], ['referrals.id'], name=op.f('fk_referral_pairs_second_id_referrals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_pairs')),
    sa.UniqueConstraint('first_id', 'second_id', name=op.f('uq_referral_pairs_first_id_second_id'))
    )
    op.create_index('ix_referral_pairs_second_id', 'referral_pairs', ['second_id'])
    op.create_index('ix_referral_pairs_verdict_points', 'referral_pairs', ['verdict', 'points'])

    op.create_table('priority_weights',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('set_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('set_by_name', sa.String(length=120), nullable=False),
    sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_priority_weights'))
    )
    op.create_index('ix_priority_weights_first_day', 'priority_weights', ['first_day'])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """Reckon the keys of what is on file; by plain tables, as later columns do not exist yet."""

    from outreach.places.models import PlaceQuality
    from outreach.referrals.flags import bits_of
    from outreach.referrals.keys import sounds_of, square_of, waiting_since

    metadata = sa.MetaData()
    referrals = sa.Table('referrals', metadata, autoload_with=connection)
    sounds = sa.Table('name_sounds', metadata, autoload_with=connection)
    rows = connection.execute(
        sa.text(
            'SELECT r.id, r.submitted_at, r.lat, r.lon, r.needs, r.house_power, r.place_quality, r.contact_phone,'
            ' r.village_code, p.id AS resident_id, p.name, p.birth_date, p.birth_year'
            ' FROM referrals r JOIN residents p ON p.id = r.resident_id'
        ).columns(submitted_at=outreach.db.UtcDateTime(), needs=sa.JSON(), birth_date=sa.Date())
    ).all()
    for row in rows:
        connection.execute(
            referrals.update()
            .where(referrals.c.id == row.id)
            .values(
                waiting_since=waiting_since(row.submitted_at),
                square=square_of(row.lat, row.lon),
                flags=bits_of(row.needs, row.house_power, PlaceQuality(row.place_quality), row.contact_phone),
            )
        )
        year = row.birth_date.year if row.birth_date else row.birth_year
        for position, (sound, skeleton) in enumerate(sounds_of(row.name)):
            connection.execute(
                sounds.insert().values(
                    resident_id=row.resident_id, position=position, sound=sound, skeleton=skeleton,
                    village_code=row.village_code, birth_year=year,
                )
            )


def downgrade() -> None:
    for name in ('priority_weights', 'referral_pairs', 'name_sounds'):
        op.drop_table(name)
    for name in ('changed_at', 'state_changed_at', 'merged_into', 'contact_phone', 'square_state'):
        op.drop_index(f'ix_referrals_{name}', 'referrals')
    for name in ('merged_into', 'flags', 'square', 'waiting_since'):
        op.drop_column('referrals', name)
