"""The worker's application: `celery -A config worker -B`. Tasks only wake work whose truth is a database row."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cong_minh")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
