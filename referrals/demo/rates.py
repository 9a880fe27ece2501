"""Exchange rates of the demonstration: near the real ones, rounded, and through the real door."""

from datetime import datetime, timedelta
from io import StringIO

from portal import workdays
from portal.actions.rates import import_rates
from portal.actors import Program

PER_EURO = {  # one currency of the demonstration's markets, the naira, nobody publishes
    "USD": 1.16, "BRL": 6.2, "INR": 103, "JPY": 180, "MXN": 21.4, "PLN": 4.25, "GBP": 0.88,
    "SEK": 11.0,
}  # fmt: skip
DRIFT = (0, 1, -1, 2, 1, -2, 0, 1, 3, -1, 2, 0, -2)  # per cent, month by month
MONTHS = 15


def load(now: datetime) -> None:
    """A daily file with the first working day of each of the last months."""
    lines = [",".join(["Date", *PER_EURO, ""])]
    month = now.date().replace(day=1)
    for number in range(MONTHS):
        day = workdays.first(month, workdays.EURO)
        if day <= now.date():
            shift = 1 + DRIFT[number % len(DRIFT)] / 100
            lines.append(",".join([f"{day}", *(f"{x * shift:.4f}" for x in PER_EURO.values()), ""]))
        month = (month - timedelta(days=1)).replace(day=1)
    import_rates(StringIO("\n".join(lines)), by=Program("seed"), source="demonstration")
