"""The worker's application: `celery -A config worker -B`. Tasks only wake work whose truth is a database row."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"

app = Celery("cong_minh")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "carry documents that wait": {"task": "documents.tasks.sweep", "schedule": 2.0, "options": {"expires": 5}},
    "quarantine orphans": {"task": "documents.tasks.quarantine_orphans", "schedule": 3600.0},
    "close registers": {"task": "documents.tasks.close_registers", "schedule": crontab(hour="0", minute="10")},
    "stamp and mail closed registers": {"task": "documents.tasks.prove_registers", "schedule": 300.0},
    "renew evidence": {
        "task": "documents.tasks.renew_evidence",
        "schedule": crontab(hour="2", minute="30", day_of_month="1"),
    },
    "renew archive time stamps": {
        "task": "documents.tasks.renew_timestamps",
        "schedule": crontab(hour="3", minute="0", day_of_month="2", month_of_year="1"),
    },
    "open launched periods": {"task": "workflows.sweep_openings", "schedule": 5.0, "options": {"expires": 10}},
    "finish publications": {"task": "workflows.sweep_publications", "schedule": 10.0, "options": {"expires": 20}},
    "send to the national database": {
        "task": "workflows.drop_national_batches",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "keep the archive": {"task": "workflows.keep_archive", "schedule": 60.0, "options": {"expires": 120}},
}
