import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_successions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "signingkey", "token", models.CharField(blank=True, max_length=32, verbose_name="token label")
        ),
        migrations.AddField(
            "signingkey", "credential", models.CharField(blank=True, max_length=200, verbose_name="name of the key")
        ),
        migrations.AddField("signingkey", "certificates", models.TextField(blank=True)),
        migrations.AlterField("signingkey", "path", models.CharField(blank=True, max_length=200)),
        migrations.AlterField(
            "signingkey",
            "door",
            models.CharField(
                choices=[
                    ("pkcs12", "key file on this server"),
                    ("pkcs11", "hardware module of this server"),
                    ("csc", "remote signing service"),
                    ("token", "personal token at the own computer"),
                ],
                default="pkcs12",
                max_length=20,
                verbose_name="door",
            ),
        ),
        migrations.AddConstraint(
            "signingkey",
            models.CheckConstraint(
                condition=models.Q(models.Q(("door", "token"), _negated=True), ("person__isnull", False), _connector="OR"),
                name="a_seal_never_lies_on_a_personal_token",
            ),
        ),
        migrations.CreateModel(
            "PinTrial",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pin_trials", to="documents.signingkey"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=64)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "address"), name="one_count_per_key_and_address")
                ],
            },
        ),
        migrations.CreateModel(
            "PreparedSignature",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prepared", to="documents.signatureslot"
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prepared", to="documents.signingkey"
                    ),
                ),
                ("base_sha256", models.CharField(max_length=64)),
                ("fill", models.JSONField(default=dict)),
                ("pdf", models.BinaryField()),
                ("gap", models.JSONField()),
                ("signed_attributes", models.BinaryField()),
                ("document_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("prepared_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["id"]},
        ),
    ]
