"""What becomes of a document when later ones replace, amend, annul it, or when it is cancelled."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents.actions import cancel_document, note_successions
from documents.models import RegisterLine, State, Succession
from documents.standings import DocumentStanding, standing_of, successors_of, whereabouts_of
from tests.documents.office import again

pytestmark = pytest.mark.django_db


def archived(office, **asked):
    return office.bring(office.request(**asked), State.ARCHIVED)


def events(document) -> list[str]:
    return list(RegisterLine.objects.filter(document=document).order_by("sequence").values_list("event", flat=True))


def test_a_document_is_unfinished_until_it_stands_in_the_archive(office):
    document = office.request()
    assert standing_of(document) == DocumentStanding.UNFINISHED
    assert standing_of(office.bring(document, State.ARCHIVED)) == DocumentStanding.VALID


def test_a_successor_replaces_only_once_it_stands_in_the_archive_itself(office):
    first = archived(office)
    second = office.request(replaces=first)
    assert standing_of(first) == DocumentStanding.VALID
    second = office.bring(second, State.ARCHIVED)
    assert standing_of(first) == DocumentStanding.REPLACED
    assert successors_of(first) == [second]
    assert standing_of(second) == DocumentStanding.VALID


def test_an_amended_document_stays_in_force_and_names_every_amendment(office):
    first = archived(office)
    later = [office.request(), office.request()]
    for each in later:
        note_successions(later=each, amends=[first])
        office.bring(each, State.ARCHIVED)
    found = whereabouts_of([first])[first.pk]
    assert found.standing == DocumentStanding.AMENDED
    assert found.counts
    assert found.by == later
    assert events(first) == ["archived", "amended"]


def test_an_annulled_document_counts_no_more_whatever_amended_it_before(office):
    first, amending, annulling = archived(office), office.request(), office.request()
    note_successions(later=amending, amends=[first])
    note_successions(later=annulling, annuls=[first])
    office.bring(amending, State.ARCHIVED)
    office.bring(annulling, State.ARCHIVED)
    assert standing_of(first) == DocumentStanding.ANNULLED
    assert successors_of(first) == [annulling]
    assert events(first) == ["archived", "amended", "annulled"]


def test_a_cancelled_successor_ends_nothing(office):
    first, second = archived(office), office.request()
    note_successions(later=second, annuls=[first])
    cancel_document(document=second, reason="Soạn nhầm.", by=office.people["clerk"], at=timezone.now())
    assert standing_of(first) == DocumentStanding.VALID
    assert standing_of(again(second)) == DocumentStanding.CANCELLED


def test_a_document_neither_ends_itself_nor_is_ended_twice_by_the_same_one(office):
    first, second = office.request(), office.request()
    note_successions(later=second, amends=[first])
    for later, earlier in ((second, first), (first, first)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Succession.objects.create(earlier=earlier, later=later, effect="annulled")


def test_standings_of_many_documents_take_two_queries(office, django_assert_num_queries):
    documents = [office.request() for _number in range(3)]
    note_successions(later=documents[2], annuls=documents[:2])
    with django_assert_num_queries(2):
        whereabouts_of(documents)
