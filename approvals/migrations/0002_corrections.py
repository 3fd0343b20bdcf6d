from django.db import migrations, models
from django.db.models import F, Q

JUDGING = (
    "review_approved",
    "review_returned",
    "excused",
    "council_proposed",
    "head_decided",
    "head_replaced",
    "head_annulled",
)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("self_submitted", "Self-assessment submitted"),
                    ("review_approved", "Review approved"),
                    ("review_returned", "Returned for correction"),
                    ("withdrawn", "Withdrawn"),
                    ("excused", "Excused"),
                    ("council_proposed", "Proposed by the council"),
                    ("head_decided", "Decided by the competent head"),
                    ("head_replaced", "Decided anew in place of an earlier decision"),
                    ("head_annulled", "Annulled by the competent head"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveConstraint(model_name="decision", name="decision_not_in_own_case"),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=~Q(kind__in=JUDGING)
                | (~Q(by=F("person")) & (Q(on_behalf_of=None) | ~Q(on_behalf_of=F("person")))),
                name="decision_not_in_own_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=~Q(kind__in=("head_replaced", "head_annulled")) | ~Q(reason=""),
                name="correction_has_reason",
            ),
        ),
    ]
