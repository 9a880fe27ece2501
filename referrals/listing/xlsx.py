"""A view of the list as a spreadsheet, written row by row to disk."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from referrals.listing.csvfile import written
from referrals.listing.download import Field

WIDTH = 22
STEP = 2000  # rows between two words about the progress


def write(
    path: str, table: "QuerySet[Any]", cells: list[Field], progress: Callable[[int], None]
) -> int:
    """Write every row of `table` to the file at `path`; returns how many. Memory stays small.

    Typed text is written as text and is never a formula.
    """
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(str(_("Deals"))[:31])
    formats = {
        "head": book.add_format({"bold": True}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
    }
    sheet.set_column(0, len(cells) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    for place, cell in enumerate(cells):
        sheet.write_string(0, place, str(cell.label), formats["head"])
    count, zone = 0, timezone.get_current_timezone()
    for count, row in enumerate(table.iterator(chunk_size=STEP), 1):
        for place, value in enumerate(row):
            _cell(sheet, (count, place), written(value, zone), formats)
        if count % STEP == 0:
            progress(count)
    book.close()
    return count


def _cell(sheet: Any, place: tuple[int, int], value: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(*place, value, formats["money"])
    elif isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(*place, value, formats["day"])
    elif value not in (None, ""):
        sheet.write_string(*place, str(value))
