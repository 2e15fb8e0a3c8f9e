"""Runs the migrations on the connection that `outreach.schema` hands over."""

from alembic import context

from outreach.tables import METADATA


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        user_module_prefix="outreach.db.",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
