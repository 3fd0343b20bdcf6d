import copy
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from kpi.actions import activate_scheme, draft_scheme, retire_scheme, scheme_for
from kpi.errors import KpiError
from kpi.models import ScoringScheme
from kpi.presets import NATIONAL, preset
from kpi.scoring import LABELS
from kpi.wording import STEP_LABELS
from tests.kpi.factories import NOW, make_person

pytestmark = pytest.mark.django_db


def draft(rules):
    return draft_scheme(
        code="thu-nghiem",
        name="Thử nghiệm",
        rules=rules,
        subject_groups=["cong_chuc"],
        effective_from=date(2026, 1, 1),
        by=make_person(),
        at=NOW,
    )


def test_both_shipped_schemes_are_active_from_the_first_migration():
    found = {scheme.code: scheme for scheme in ScoringScheme.objects.all()}
    assert {code: (scheme.state, scheme.is_local) for code, scheme in found.items()} == {
        "decree-335": ("active", False),
        "decree-335-local-quarter": ("active", True),
    }
    assert found["decree-335-local-quarter"].local_basis == ["Quy chế của tỉnh (mẫu)"]


def test_a_civil_servant_is_scored_by_the_national_scheme_unless_another_is_named():
    assert scheme_for(subject_group="cong_chuc", on=date(2026, 7, 1)).code == "decree-335"
    local = scheme_for(subject_group="cong_chuc", on=date(2026, 7, 1), code="decree-335-local-quarter")
    assert local.is_local
    assert scheme_for(subject_group="cong_chuc", on=date(2025, 12, 31)) is None
    assert scheme_for(subject_group="vien_chuc", on=date(2026, 7, 1)) is None


def test_a_faulty_scheme_cannot_be_activated_and_says_why():
    rules = copy.deepcopy(preset(NATIONAL))
    rules["policies"]["cap"]["basis"] = ""
    scheme = draft(rules)
    with pytest.raises(KpiError) as caught:
        activate_scheme(scheme=scheme, by=make_person(), at=NOW)
    assert caught.value.problems == ["policies.cap: the rule names no article or document"]
    scheme.refresh_from_db()
    assert scheme.state == "draft"


def test_an_active_version_is_never_changed_but_gets_a_successor():
    scheme = activate_scheme(scheme=draft(preset(NATIONAL)), by=make_person(), at=NOW)
    scheme.rules = {**scheme.rules, "name": "Khác"}
    with pytest.raises(ValidationError):
        scheme.save()
    assert draft(preset(NATIONAL)).version == 2
    with pytest.raises(KpiError):
        activate_scheme(scheme=scheme, by=make_person(), at=NOW)


def test_a_retired_scheme_scores_no_new_period():
    scheme = ScoringScheme.objects.get(code="decree-335")
    retire_scheme(scheme=scheme, on=date(2026, 12, 31), by=make_person(), at=NOW)
    assert scheme_for(subject_group="cong_chuc", on=date(2026, 7, 1)) is None


def test_every_step_of_an_explanation_has_words():
    assert {code: str(words) for code, words in STEP_LABELS.items()} == LABELS
