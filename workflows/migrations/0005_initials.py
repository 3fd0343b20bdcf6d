import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.procedures import PRESETS


def load(apps, schema_editor):
    """The shipped procedures again: the office's variants with signed lists and initials are added."""
    procedure = apps.get_model("workflows", "Procedure")
    for preset in PRESETS:
        procedure.objects.get_or_create(
            code=preset["code"],
            version=preset["version"],
            defaults={"name": preset["name"], "rules": preset["rules"]},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0004_newer_procedures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PeriodInitials",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("drafter", "drafter"), ("checker", "checker")], max_length=10, verbose_name="role"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="initials",
                        to="workflows.evaluationperiod",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("period", "role"), name="one_initialler_per_role")],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
