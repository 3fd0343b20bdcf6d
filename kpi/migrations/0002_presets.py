from datetime import date

from django.db import migrations

from kpi.presets import PRESETS, preset


def load(apps, schema_editor):
    """The shipped schemes, active from the day Decree 335/2025 came into force."""
    schemes = apps.get_model("kpi", "ScoringScheme").objects.using(schema_editor.connection.alias)
    for name in PRESETS:
        data = preset(name)
        schemes.get_or_create(
            code=data["code"],
            version=1,
            defaults={
                "name": data["name"],
                "subject_groups": data["subject_groups"],
                "effective_from": date.fromisoformat(data["effective_from"]),
                "rules": data,
                "state": "active",
            },
        )


class Migration(migrations.Migration):
    dependencies = [("kpi", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
