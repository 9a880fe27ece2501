"""The queue and the timetable.

Deadlines are rows with a due moment; beat only ticks the sweeps that look for
them. Tasks are named by string so that the portal knows no app above it.
"""

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # each line of a task's log names the task


@setup_logging.connect
def _keep_logging(**_: object) -> None:
    """Celery leaves logging as Django configured it where somebody listens here."""


# A tick carries a moment by beat's clock, which the worker compares with its own: were it no
# longer than the period, a worker whose clock runs ahead would drop every tick without a word.
TICK_SECONDS = 2 * 60 * 60


def _every(seconds: int, task: str) -> dict[str, object]:
    """One line of the timetable; a tick that waited for two hours is dropped."""
    return {"task": task, "schedule": float(seconds), "options": {"expires": TICK_SECONDS}}


app.conf.beat_schedule = {
    "expire overdue referrals": _every(60, "referrals.tasks.expire_overdue"),
    "remind of referrals that expire soon": _every(60, "referrals.tasks.remind_expiring"),
    "settle registrations whose files are scanned": _every(
        60, "referrals.tasks.settle_registrations"
    ),
    "close decided registrations": _every(60, "referrals.tasks.close_registrations"),
    "deliver the outbox": _every(10, "notifications.tasks.deliver"),
    "send daily digests": _every(600, "notifications.tasks.send_digests"),
    "tell programs of changes": _every(5, "notifications.tasks.tell_programs"),
    "deliver webhooks": _every(5, "notifications.tasks.deliver_webhooks"),
    "remove old deliveries": _every(60 * 60, "notifications.tasks.remove_old_deliveries"),
    "match customer accounts": _every(60, "portal.tasks.match_accounts"),
    "scan documents": _every(10, "portal.tasks.scan_documents"),
    "remove orphaned documents": _every(24 * 60 * 60, "portal.tasks.remove_orphan_documents"),
    "keep the usage of the API": _every(60, "portal.tasks.keep_usage"),
    "remove old answers": _every(60 * 60, "portal.tasks.remove_old_answers"),
    "remove old tokens": _every(24 * 60 * 60, "portal.tasks.remove_old_tokens"),
    "write downloads": _every(5, "referrals.tasks.run_exports"),
    "remove old downloads": _every(600, "referrals.tasks.remove_exports"),
    "measure responsiveness": _every(600, "referrals.tasks.measure_responsiveness"),
}
