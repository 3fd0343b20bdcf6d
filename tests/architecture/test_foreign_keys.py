"""Rows point the way imports do: to their own app or down, never sideways or up."""

import pytest
from django.apps import apps
from django.db.models import Field, ForeignKey, Model

OURS = ("organization", "kpi", "approvals", "documents", "workflows")
BELOW = {
    "organization": set(),
    "kpi": {"organization"},
    "approvals": {"organization"},
    "documents": {"organization"},
    "workflows": {"organization", "kpi", "approvals", "documents"},
}


def keys_between_apps() -> list[tuple[Field, type[Model]]]:
    """Each foreign, one-to-one and many-to-many key of our models with the model it points at."""
    return [
        (field, field.related_model)
        for app in OURS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.is_relation and isinstance(field.related_model, type)
    ]


def test_the_walker_sees_keys_of_every_app():
    assert {field.model._meta.app_label for field, _target in keys_between_apps()} == set(OURS)
    assert any(isinstance(field, ForeignKey) for field, _target in keys_between_apps())


def test_no_key_points_up_or_sideways():
    wrong = [
        f"{field.model._meta.label}.{field.name} → {target._meta.label}"
        for field, target in keys_between_apps()
        if (there := target._meta.app_label) in OURS
        and there != (here := field.model._meta.app_label)
        and there not in BELOW[here]
    ]
    assert wrong == []


@pytest.mark.parametrize("app", OURS)
def test_keys_leave_our_apps_only_for_djangos_own(app):
    outside = {
        target._meta.app_label
        for field, target in keys_between_apps()
        if field.model._meta.app_label == app and target._meta.app_label not in OURS
    }
    assert outside <= {"auth", "contenttypes"}
