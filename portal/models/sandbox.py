from django.db import models


class ClockOffset(models.Model):
    """One row, read only in a sandbox: by how much the clock was moved."""

    seconds = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.seconds} s"
