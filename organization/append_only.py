"""Tables whose rows are never changed or removed, enforced by triggers on PostgreSQL and SQLite.

A model is put under the rule with `@append_only`. Triggers are installed after every migrate, because a
migration that rebuilds a SQLite table drops them without a word; a system check names the missing ones.
"""

from typing import TypeVar

from django.core.checks import Error, Tags, register
from django.db import connections, models

ModelT = TypeVar("ModelT", bound=type[models.Model])
APPEND_ONLY: list[type[models.Model]] = []


def append_only(model: ModelT) -> ModelT:
    """Class decorator: rows of this model can be inserted and read, nothing else."""
    APPEND_ONLY.append(model)
    return model


def _postgresql(table: str) -> list[str]:
    return [
        """
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'append-only table %: % refused', TG_TABLE_NAME, TG_OP
              USING ERRCODE = 'integrity_constraint_violation'; END $$
        """,
        f'CREATE OR REPLACE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f'CREATE OR REPLACE TRIGGER append_only_truncate BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER append_only_row',
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER append_only_truncate',
    ]


def _sqlite(table: str) -> list[str]:
    return [
        f'CREATE TRIGGER IF NOT EXISTS "append_only_{table}_{verb.lower()}" BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def install(using: str) -> None:
    """Create the triggers for every append-only table that exists in this database."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    build = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for model in APPEND_ONLY:
            if model._meta.db_table in existing:
                for statement in build(model._meta.db_table):
                    cursor.execute(statement)


def missing_triggers(using: str) -> list[str]:
    """Names of append-only tables that stand in this database without both of their triggers."""
    connection = connections[using]
    tables = {model._meta.db_table for model in APPEND_ONLY} & set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE t.tgname IN ('append_only_row', 'append_only_truncate') AND t.tgenabled = 'A' GROUP BY 1"
            )
        else:
            cursor.execute(
                "SELECT tbl_name, count(*) FROM sqlite_master "
                "WHERE type = 'trigger' AND name LIKE 'append\\_only\\_%' ESCAPE '\\' GROUP BY 1"
            )
        guarded = {name for name, count in cursor.fetchall() if count == 2}
    return sorted(tables - guarded)


def install_after_migrate(sender, using: str, **_kwargs) -> None:
    """post_migrate receiver: infrastructure, not a rule of the domain."""
    install(using)


@register(Tags.database)
def check_triggers(app_configs, databases=None, **_kwargs) -> list[Error]:
    """`manage.py check --database default` fails when an append-only table has lost its triggers."""
    return [
        Error(
            f"The append-only table {table} has no triggers.",
            hint="Run manage.py migrate --skip-checks; this very check stops a plain migrate.",
            id="organization.E001",
        )
        for using in databases or ()
        for table in missing_triggers(using)
    ]
