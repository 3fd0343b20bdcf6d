"""The yearly procedure of the decree (Art 19–21), and the class that a person chooses for himself in Form 02."""

from django.db import migrations, models

from workflows.procedures import PRESETS


def load(apps, schema_editor):
    procedure = apps.get_model("workflows", "Procedure")
    for preset in PRESETS:
        if preset["code"] == "annual_rating":
            procedure.objects.get_or_create(
                code=preset["code"],
                version=preset["version"],
                defaults={"name": preset["name"], "rules": preset["rules"]},
            )


class Migration(migrations.Migration):
    dependencies = [("workflows", "0010_outstanding_achievements")]

    operations = [
        migrations.AddField(
            model_name="evaluation",
            name="self_class",
            field=models.CharField(blank=True, max_length=5, verbose_name="own class"),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
