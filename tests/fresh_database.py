"""Gives a test that commits the migrated database back afterwards, seed rows and append-only triggers included.

A flush would truncate tables whose triggers refuse it, and would lose the rows the migrations wrote. So a copy of
the migrated database is kept for the session and put back: by SQLite's backup, by PostgreSQL's template.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

PREFIX = "test_"  # Django's own prefix of a test database; whatever lacks it is somebody's data


def keep_copy() -> None:
    """Copy the migrated test database beside itself."""
    _copy(_own_name(), _copy_name())


def restore_after(_test: TransactionTestCase) -> None:
    """Stands in for `TransactionTestCase._fixture_teardown`: the next test finds the migrated database."""
    _copy(_copy_name(), _own_name())


def drop_copy() -> None:
    """PostgreSQL keeps what nobody drops; SQLite's copy goes with pytest's folder."""
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            _drop(cursor, _copy_name())


def _own_name() -> str:
    """The database in use, proved to be a test's own."""
    name = str(connection.settings_dict["NAME"])
    if not Path(name).name.startswith(PREFIX):
        raise RuntimeError(f"{name} is not a test database: it is left alone.")
    return name


def _copy_name() -> str:
    return f"{_own_name()}.migrated"


def _copy(source: str, target: str) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target, timeout=30)) as new:
            old.backup(new)
        return
    with connection._nodb_cursor() as cursor:
        _drop(cursor, target)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        cursor.execute(statement.format(sql.Identifier(target), sql.Identifier(source)))


def _drop(cursor, name: str) -> None:
    if not name.startswith(PREFIX):
        raise RuntimeError(f"{name} is not a test database: it is left alone.")
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
