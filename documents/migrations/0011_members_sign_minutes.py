from django.db import migrations

from documents import kinds


def load(apps, schema_editor):
    kinds.load(apps.get_model("documents", "DocumentKind"))


class Migration(migrations.Migration):
    dependencies = [("documents", "0010_organisation_kinds")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
