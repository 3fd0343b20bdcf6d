import uuid

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0002_corrections"),
        ("documents", "0004_successions"),
        ("organization", "0001_initial"),
        ("workflows", "0002_procedures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="evaluation",
            name="standing",
            field=django_fsm.FSMField(
                choices=[
                    ("open", "Open"),
                    ("decided", "Decided"),
                    ("published", "Published"),
                    ("replaced", "Replaced"),
                    ("void", "Void"),
                    ("annulled", "Annulled"),
                ],
                default="open",
                max_length=50,
                protected=True,
                verbose_name="standing",
            ),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("general_points", models.CharField(blank=True, max_length=200, verbose_name="general points")),
                ("result_points", models.CharField(blank=True, max_length=200, verbose_name="result points")),
                ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="documents.document",
                    ),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="approvals.decision",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="workflows.evaluation",
                    ),
                ),
                (
                    "later",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrects", to="approvals.decision"
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="documents.document",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="ResultTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveIntegerField(verbose_name="year")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results_transfer",
                        to="documents.document",
                    ),
                ),
                (
                    "from_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results_sent",
                        to="organization.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result_transfers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results_received",
                        to="organization.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["to_agency", "-at"], name="transfers_received"),
                    models.Index(fields=["from_agency", "-at"], name="transfers_sent"),
                ],
            },
        ),
    ]
