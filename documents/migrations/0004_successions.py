import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_lists")]

    operations = [
        migrations.AlterField(
            model_name="registerline",
            name="event",
            field=models.CharField(
                choices=[
                    ("archived", "archived"),
                    ("cancelled", "cancelled"),
                    ("replaced", "replaced"),
                    ("amended", "amended"),
                    ("annulled", "annulled"),
                ],
                default="archived",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "effect",
                    models.CharField(choices=[("amended", "amended"), ("annulled", "annulled")], max_length=10),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="documents.document",
                    ),
                ),
                (
                    "later",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="effects", to="documents.document"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("earlier", "later"), name="one_effect_between_two_documents"),
                    models.CheckConstraint(
                        condition=models.Q(("earlier", models.F("later")), _negated=True),
                        name="succession_of_another_document",
                    ),
                ],
            },
        ),
    ]
