"""What the timetable ticks."""

from celery import shared_task

from notifications import delivery, digest


@shared_task
def deliver() -> int:
    return delivery.drain()


@shared_task
def send_digests() -> int:
    return digest.send_all()
