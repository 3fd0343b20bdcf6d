"""Two people at the same moment, each with a connection of his own: one act is done, the other hears of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from django.db import connections

from approvals import actions
from approvals.errors import Stale
from approvals.models import CouncilSession
from organization.models import JournalEntry


def at_once(*acts: Callable[[], object]) -> list[Stale | None]:
    """Run the acts together; for each, None when done or how it came too late."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> Stale | None:
        try:
            barrier.wait(timeout=10)
            act()
        except Stale as stale:
            return stale
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def assert_one_done_and_one_told(results: list[Stale | None], people: list) -> int:
    """Index of the winner; the loser was told of him."""
    assert sum(result is None for result in results) == 1
    winner = results.index(None)
    assert results[1 - winner].by == people[winner]
    return winner


def test_two_people_who_propose_at_once_leave_one_proposal(committed_room):
    room = committed_room
    room.open(*[room.case(f"person{number}") for number in range(5)])
    people = [room.person("chair"), room.person("secretary")]
    for order in range(1, 6):
        item, at = room.item(order), room.at()
        propose = partial(actions.propose_class, item=item, reason="Lý do", at=at, expected_version=item.version)
        results = at_once(
            partial(propose, class_code="HTXS", by=people[0]), partial(propose, class_code="HTT", by=people[1])
        )
        winner = assert_one_done_and_one_told(results, people)
        assert room.item(order).proposed_class == ("HTXS", "HTT")[winner]
        assert room.item(order).version == item.version + 1


def test_two_people_who_open_at_once_open_once(committed_room):
    room = committed_room
    room.convene()
    room.roll()
    session, at = CouncilSession.objects.get(), room.at()
    people = [room.person("chair"), room.person("secretary")]
    opening = partial(actions.open_session, session=session, at=at, expected_version=session.version)
    results = at_once(*[partial(opening, by=by) for by in people])
    assert_one_done_and_one_told(results, people)
    assert JournalEntry.objects.filter(event="session.opened").count() == 1


def test_a_double_click_casts_one_ballot(committed_room):
    room = committed_room
    room.open()
    item = room.act(actions.put_to_vote, item=1)
    an, member, at = room.person("an"), room.member("an"), room.at()
    cast = partial(actions.cast_ballot, item=item, member=member, by=an, at=at, expected_version=item.version)
    results = at_once(partial(cast, choice="HTXS"), partial(cast, choice="HTT"))
    winner = assert_one_done_and_one_told(results, [an, an])
    assert room.item().ballots.get().choice == ("HTXS", "HTT")[winner]


def test_sessions_convened_at_once_get_different_numbers(committed_room):
    room = committed_room
    convene = partial(
        actions.convene,
        council=room.council,
        scheduled_at=room.at(),
        place="Phòng họp",
        chair=room.person("chair"),
        secretary=room.person("secretary"),
        cases=[room.case()],
        by=room.person("secretary"),
        at=room.at(),
    )
    at_once(convene, convene, convene)
    assert sorted(CouncilSession.objects.values_list("number", flat=True)) == [1, 2, 3]
