import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from documents.finding import words_in


def enter_words(apps, schema_editor):
    """Documents of an earlier release become findable by their words."""
    word = apps.get_model("documents", "DocumentWord")
    rows = apps.get_model("documents", "Document").objects.select_related("subject")
    for row in rows.iterator(500):
        facts, person = row.facts, row.subject.full_name if row.subject else ""
        words = words_in(person, facts.get("subject", ""), facts.get("period_words", ""))
        word.objects.bulk_create(word(document=row, word=each) for each in sorted(words))


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_signing_doors"),
        ("organization", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disposition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("refused", "refused"),
                            ("approved", "approved; the minutes are being signed"),
                            ("done", "carried out"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "appraisal",
                    models.CharField(blank=True, max_length=300, verbose_name="appraisal by the competent archive"),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("done_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DispositionItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("term", models.CharField(max_length=300)),
                ("documents", models.PositiveIntegerField()),
                ("listing_sha256", models.CharField(max_length=64)),
                ("kept_because", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["disposition", "id"],
            },
        ),
        migrations.CreateModel(
            name="DocumentWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
            ],
            options={
                "ordering": ["document", "word"],
            },
        ),
        migrations.CreateModel(
            name="FileEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordinal", models.PositiveIntegerField()),
                ("pages", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["file", "ordinal"],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "ground",
                    models.CharField(
                        choices=[("dispute", "dispute"), ("petition", "petition"), ("audit", "inspection or audit")],
                        max_length=10,
                        verbose_name="ground",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("placed_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("release_reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["-placed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RecordsFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("origin", models.CharField(editable=False, max_length=80)),
                ("year", models.PositiveIntegerField()),
                ("ordinal", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=80, unique=True, verbose_name="file code")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("opened_on", models.DateField(verbose_name="opened on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                (
                    "access",
                    models.CharField(
                        choices=[
                            ("public", "public in the agency"),
                            ("restricted", "restricted"),
                            ("personal", "personal"),
                        ],
                        default="restricted",
                        max_length=10,
                        verbose_name="access",
                    ),
                ),
                ("keywords", models.CharField(blank=True, max_length=300, verbose_name="keywords")),
                ("version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["-year", "unit", "-ordinal"],
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("years", models.PositiveIntegerField(blank=True, null=True, verbose_name="kept for years")),
                ("permanent", models.BooleanField(default=False, verbose_name="kept for ever")),
                ("basis", models.CharField(max_length=300, verbose_name="legal basis")),
                (
                    "standing",
                    models.CharField(
                        choices=[("settled", "in force"), ("under_review", "under review")],
                        default="under_review",
                        max_length=20,
                        verbose_name="standing",
                    ),
                ),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["kind", "unit", "-starts_on", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("what", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("receiving_archive", models.CharField(max_length=250, verbose_name="receiving archive")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listed", "the list is being signed"),
                            ("built", "the package is ready"),
                            ("cancelled", "cancelled"),
                        ],
                        default="listed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("built_at", models.DateTimeField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["-requested_at", "-id"],
            },
        ),
        migrations.AlterField(
            model_name="document",
            name="number_text",
            field=models.CharField(
                blank=True, db_index=True, editable=False, max_length=60, verbose_name="number and symbol"
            ),
        ),
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
                    ("disposed", "disposed of"),
                ],
                default="archived",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["unit", "-archived_at"], name="documents_by_archiving"),
        ),
        migrations.AddField(
            model_name="disposition",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="disposition",
            name="minutes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disposition",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="disposition",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="disposition",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.unit"
            ),
        ),
        migrations.AddField(
            model_name="dispositionitem",
            name="disposition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="documents.disposition"
            ),
        ),
        migrations.AddField(
            model_name="documentword",
            name="document",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="words",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="fileentry",
            name="document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="file_entry", to="documents.document"
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="placed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="released_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recordsfile",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.unit",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="documents.recordsfile",
            ),
        ),
        migrations.AddField(
            model_name="fileentry",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="documents.recordsfile"
            ),
        ),
        migrations.AddField(
            model_name="dispositionitem",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disposition_items",
                to="documents.recordsfile",
            ),
        ),
        migrations.AddField(
            model_name="retentionrule",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retention_rules",
                to="documents.documentkind",
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="retentionrule",
            name="set_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="retentionrule",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.unit",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="disposition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tombstones", to="documents.disposition"
            ),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="tombstone", to="documents.document"
            ),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tombstones", to="documents.recordsfile"
            ),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="minutes",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.document"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="files",
            field=models.ManyToManyField(related_name="transfers", to="documents.recordsfile"),
        ),
        migrations.AddField(
            model_name="transfer",
            name="list_document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="transfer", to="documents.document"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="receiver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="requested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="disposition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "refused"]), ("minutes__isnull", False), _connector="OR"
                ),
                name="approved_disposition_has_minutes",
            ),
        ),
        migrations.AddIndex(
            model_name="documentword",
            index=models.Index(
                fields=["word", "document"], name="documents_by_word", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="documentword",
            constraint=models.UniqueConstraint(fields=("document", "word"), name="one_row_per_document_and_word"),
        ),
        migrations.AddConstraint(
            model_name="recordsfile",
            constraint=models.UniqueConstraint(fields=("unit", "origin"), name="one_file_per_matter"),
        ),
        migrations.AddConstraint(
            model_name="recordsfile",
            constraint=models.UniqueConstraint(fields=("unit", "year", "ordinal"), name="one_file_per_ordinal"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", False), ("file__isnull", True)),
                    models.Q(("document__isnull", True), ("file__isnull", False)),
                    _connector="OR",
                ),
                name="hold_is_on_a_file_or_a_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                    models.Q(("released_at__isnull", False), ("released_by__isnull", False)),
                    _connector="OR",
                ),
                name="released_hold_names_its_releaser",
            ),
        ),
        migrations.AddConstraint(
            model_name="fileentry",
            constraint=models.UniqueConstraint(fields=("file", "ordinal"), name="one_entry_per_place"),
        ),
        migrations.AddConstraint(
            model_name="dispositionitem",
            constraint=models.UniqueConstraint(fields=("disposition", "file"), name="file_once_in_a_disposition"),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                ),
                name="documents_retentionrule_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("permanent", True), ("years__isnull", True)),
                    models.Q(("permanent", False), ("years__gte", 1)),
                    _connector="OR",
                ),
                name="term_is_years_or_for_ever",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", ""), _negated=True), name="term_names_its_basis"
            ),
        ),
        migrations.RunPython(enter_words, migrations.RunPython.noop),
    ]
