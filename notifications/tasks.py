"""What the timetable ticks."""

from celery import shared_task

from notifications import delivery, digest
from notifications.webhooks import delivering, telling


@shared_task
def deliver() -> int:
    return delivery.drain()


@shared_task
def send_digests() -> int:
    return digest.send_all()


@shared_task
def tell_programs() -> int:
    return telling.tell_all()


@shared_task
def deliver_webhooks() -> int:
    return delivering.drain()


@shared_task
def remove_old_deliveries() -> int:
    return delivering.remove_old()
