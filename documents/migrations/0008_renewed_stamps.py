from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_number_uses")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="last_error",
            field=models.CharField(
                blank=True,
                choices=[
                    ("timestamps_down", "The time-stamp service does not answer; the document waits for it."),
                    ("disk_full", "The archive's disk is full; the document waits for space."),
                    ("store_failed", "The archive cannot be read or written; the document waits for it."),
                    ("file_damaged", "A stored file is missing or damaged; the technical staff must restore it."),
                    (
                        "not_reconciled",
                        "The data was restored from a backup; the document waits until it has been compared with the "
                        "archive.",
                    ),
                    (
                        "revocation_unknown",
                        "The authority does not tell which certificates it has revoked; the document waits for its "
                        "list.",
                    ),
                    (
                        "signer_revoked",
                        "A certificate was revoked or not valid when it signed; the document must be replaced.",
                    ),
                    ("no_seal", "The agency has no valid seal key; the document waits for one."),
                    ("no_signer", "No signer is named for the next signature."),
                    ("not_rendered", "The page could not be made; it is tried again."),
                    ("step_failed", "The last step failed and is tried again."),
                ],
                editable=False,
                max_length=20,
                verbose_name="why it waits",
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
                    ("renewed", "time-stamped again"),
                ],
                default="archived",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="registerline", name="one_register_line_per_event"),
        migrations.AddConstraint(
            model_name="registerline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event", "renewed"), _negated=True),
                fields=("document", "event"),
                name="one_register_line_per_event",
            ),
        ),
    ]
