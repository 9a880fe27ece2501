"""The queue with a timetable that ticks every two seconds, so that tests need not wait a minute.

The tasks, their options and all else are the portal's: `celery -A tests.faults.hurried …`.
"""

from portal.celery import app

for _line in app.conf.beat_schedule.values():
    _line["schedule"] = min(_line["schedule"], 2.0)

__all__ = ["app"]
