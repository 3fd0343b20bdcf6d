from django.db import migrations

from workflows.procedures import PRESETS


def load(apps, schema_editor):
    procedure = apps.get_model("workflows", "Procedure")
    for preset in PRESETS:
        procedure.objects.update_or_create(
            code=preset["code"],
            version=preset["version"],
            defaults={"name": preset["name"], "rules": preset["rules"]},
        )


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
