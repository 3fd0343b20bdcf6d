"""The shipped procedures again: new versions are added, and only the newest of each is offered for new periods."""

from django.db import migrations

from workflows.procedures import PRESETS


def load(apps, schema_editor):
    procedure = apps.get_model("workflows", "Procedure")
    newest: dict[str, int] = {}
    for preset in PRESETS:
        procedure.objects.get_or_create(
            code=preset["code"],
            version=preset["version"],
            defaults={"name": preset["name"], "rules": preset["rules"]},
        )
        newest[preset["code"]] = max(preset["version"], newest.get(preset["code"], 0))
    for code, version in newest.items():
        procedure.objects.filter(code=code, version__lt=version).update(is_active=False)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_corrections")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
