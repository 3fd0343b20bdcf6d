"""Acts stay as they were written, on whichever database runs."""

import uuid

import pytest
from django.core.checks import Error
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from organization import append_only
from organization.models import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> JournalEntry:
    entry = JournalEntry.objects.create(
        at=timezone.now(), event="unit.created", subject_type="unit", subject_uuid=uuid.uuid4()
    )
    connection.check_constraints()  # else PostgreSQL refuses TRUNCATE and ALTER for its pending key checks
    return entry


def refused(statement: str) -> str:
    """The message with which the database refuses this statement."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value)


def drop_one_trigger(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'DROP TRIGGER append_only_row ON "{table}"')
        else:
            cursor.execute(f'DROP TRIGGER "append_only_{table}_delete"')


@pytest.mark.parametrize("model", append_only.APPEND_ONLY, ids=lambda model: model._meta.label)
def test_every_append_only_model_has_its_triggers_after_migrate(model):
    assert model._meta.db_table not in append_only.missing_triggers("default")
    assert model._meta.db_table in connection.introspection.table_names()


def test_an_update_in_sql_is_refused_by_the_database(entry):
    message = refused(f"UPDATE organization_journalentry SET event = 'unit.closed' WHERE id = {entry.pk}")
    assert "append-only table organization_journalentry" in message
    assert JournalEntry.objects.get(pk=entry.pk).event == "unit.created"


def test_a_delete_in_sql_is_refused_by_the_database(entry):
    message = refused(f"DELETE FROM organization_journalentry WHERE id = {entry.pk}")
    assert "append-only table organization_journalentry" in message
    assert JournalEntry.objects.filter(pk=entry.pk).exists()


def test_emptying_the_table_is_refused_by_the_database(entry):
    verb = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    assert "append-only" in refused(f"{verb} organization_journalentry")
    assert JournalEntry.objects.filter(pk=entry.pk).exists()


def test_a_replica_session_is_refused_as_well(entry):
    """What `ENABLE ALWAYS` is for; SQLite's nearest door is REPLACE, closed by `recursive_triggers`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        statement = f"DELETE FROM organization_journalentry WHERE id = {entry.pk}"
    else:
        columns = ", ".join(f'"{field.column}"' for field in JournalEntry._meta.concrete_fields)
        statement = (
            f"INSERT OR REPLACE INTO organization_journalentry ({columns}) "
            f"SELECT {columns} FROM organization_journalentry WHERE id = {entry.pk}"
        )
    assert "append-only" in refused(statement)


def test_queryset_update_is_refused_by_the_database(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalEntry.objects.filter(pk=entry.pk).update(event="unit.closed")
    assert JournalEntry.objects.get(pk=entry.pk).event == "unit.created"


def test_saving_a_changed_row_and_deleting_it_are_refused_by_the_database(entry):
    entry.event = "unit.closed"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


def test_a_lost_trigger_is_found_by_the_system_check_and_mended_by_install(entry):
    drop_one_trigger("organization_journalentry")
    assert append_only.missing_triggers("default") == ["organization_journalentry"]
    errors = append_only.check_triggers(None, databases=["default"])
    assert [(type(error), error.id) for error in errors] == [(Error, "organization.E001")]
    with pytest.raises(SystemCheckError):
        call_command("migrate", verbosity=0, skip_checks=False)
    assert "migrate --skip-checks" in str(errors[0].hint)  # what the hint says is what helps

    call_command("migrate", skip_checks=True, verbosity=0)
    assert append_only.check_triggers(None, databases=["default"]) == []
    assert "append-only" in refused(f"DELETE FROM organization_journalentry WHERE id = {entry.pk}")


class TestACommittingTest:
    """Each of the two leaves a row behind; whichever comes second must not find it."""

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("turn", ["first", "second"])
    def test_ends_with_the_database_it_began_with(self, turn, request):
        assert not JournalEntry.objects.exists()
        assert append_only.missing_triggers("default") == []
        JournalEntry.objects.create(
            at=timezone.now(), event="unit.created", subject_type="unit", subject_uuid=uuid.uuid4()
        )
