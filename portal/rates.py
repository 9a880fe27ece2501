"""Reads a file of the European Central Bank's exchange rates. Reads and writes no database.

Two forms: the history, a line for each day and a column for each currency; and the data
portal's, a line for each rate. Both count units of a currency for one euro. The rate of a
month is the first that was published in it: known when the month begins, and the same after.
"""

import csv
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from typing import NamedTuple, TextIO

from django.utils.translation import gettext as _

from portal import workdays
from portal.money import USD
from portal.workflow import Refused

EUR = "EUR"
PLACES = Decimal("1e-12")
EMBEDDED = Context(prec=15)  # as many digits as SQLite gives back, so a file twice is no change
# Outside of these no currency has ever been, and their quotients fit the column.
SMALLEST, LARGEST = Decimal("0.00001"), Decimal(5_000_000)
MAX_LINES, MAX_LINE, MAX_FAULTS = 500_000, 10_000, 1_000
COLUMNS = {"FREQ", "CURRENCY", "CURRENCY_DENOM", "TIME_PERIOD", "OBS_VALUE"}
# The spot rate, averaged where it is monthly; the portal has indexes and real rates, too.
ONLY = {"CURRENCY_DENOM": EUR, "EXR_TYPE": "SP00", "EXR_SUFFIX": "A"}
UNPUBLISHED = {"H", "L", "M"}  # OBS_STATUS of a holiday and of values that are missing
NONE = {"", "N/A"}
_CODE = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[0-9]{1,7}(\.[0-9]{1,20})?")
_PERIODS = {"D": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"), "M": re.compile("[0-9]{4}-[0-9]{2}")}


class Rate(NamedTuple):
    """US dollars for one unit; the month is its first day."""

    month: date
    currency: str
    in_usd: Decimal


class Fault(NamedTuple):
    line: int
    reason: str


class Quote(NamedTuple):
    """A cell of the file: `text` units of the currency for one euro."""

    freq: str
    day: date
    currency: str
    text: str


class Faulty(ValueError):  # noqa: N818 — what a line is, in the house's words
    """Why a line can't be taken."""


Split = Callable[[list[str]], Iterator[Quote]]


def read(file: TextIO, *, today: date) -> tuple[list[Rate], list[Fault]]:
    """The rates of the file's months, and the lines that could not be taken.

    Raises Refused when it is no such file or has no rate that can be used.
    """
    book = Book(today)
    try:
        _take(file, book)
    except (UnicodeDecodeError, csv.Error) as broken:
        raise Refused(_("The file is not a table as text (CSV in UTF-8).")) from broken
    rates = book.rates()
    if not rates:
        why = book.faults[0].reason if book.faults else ""
        raise Refused(f"{_('The file has no rate that can be used.')} {why}".strip())
    return rates, sorted(book.faults)


def _lines(file: TextIO) -> Iterator[str]:
    """Never more of the file in memory than one line, nor more lines than a century has."""
    for _n in range(MAX_LINES):
        line = file.readline(MAX_LINE)
        if len(line) == MAX_LINE:
            raise Refused(_("The file has a line that is too long."))
        if not line:
            return
        yield line
    raise Refused(_("The file has more than %(most)s lines.") % {"most": f"{MAX_LINES:,}"})


def _take(file: TextIO, book: "Book") -> None:
    reader = csv.reader(_lines(file), strict=True)
    split = _form([name.strip().upper() for name in next(reader, [])])
    for cells in reader:
        if not any(cells):
            continue
        try:
            for quote in split([cell.strip() for cell in cells]):
                book.add(reader.line_num, quote)
        except Faulty as faulty:
            book.fault(reader.line_num, str(faulty))


def _form(header: list[str]) -> Split:
    """How to split a line, by what the first one says."""
    if header and not header[-1]:  # each line of the history ends with a comma
        header = header[:-1]
    if set(header) >= COLUMNS:
        return lambda cells: _long(dict(zip(header, _as_wide_as(header, cells), strict=True)))
    codes = header[1:]
    known = all(_CODE.fullmatch(code) and code != EUR for code in codes)
    if header[:1] == ["DATE"] and USD in codes and known and len(set(codes)) == len(codes):
        return lambda cells: _wide(codes, _as_wide_as(header, cells))
    raise Refused(
        _(
            "The first line must be that of the central bank's history (Date, USD, …)"
            " or of its data portal (KEY, FREQ, CURRENCY, …)."
        )
    )


def _as_wide_as(header: list[str], cells: list[str]) -> list[str]:
    if len(cells) == len(header) + 1 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(header):
        raise Faulty(_("The line has more or fewer cells than columns."))
    return cells


def _wide(codes: list[str], cells: list[str]) -> Iterator[Quote]:
    day = _day("D", cells[0])
    for code, text in zip(codes, cells[1:], strict=True):
        yield Quote("D", day, code, text)


def _long(row: dict[str, str]) -> Iterator[Quote]:
    for name, must in ONLY.items():
        if row.get(name, must) != must:
            raise Faulty(_("%(column)s is not %(must)s.") % {"column": name, "must": must})
    code = row["CURRENCY"]
    if not _CODE.fullmatch(code) or code == EUR:
        raise Faulty(_("CURRENCY is not a code of another currency."))
    text = "" if row.get("OBS_STATUS") in UNPUBLISHED else row["OBS_VALUE"]
    yield Quote(row["FREQ"], _day(row["FREQ"], row["TIME_PERIOD"]), sys.intern(code), text)


def _day(freq: str, text: str) -> date:
    if freq not in _PERIODS:
        raise Faulty(_("The rate is neither of a day (D) nor of a month (M)."))
    if _PERIODS[freq].fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text if freq == "D" else f"{text}-01")
    told = _("“%(text)s” is not a day (2026-11-02) or month (2026-11).")
    raise Faulty(told % {"text": text[:20]})


def _number(text: str) -> Decimal:
    if _NUMBER.fullmatch(text) and SMALLEST <= Decimal(text) <= LARGEST:
        return Decimal(text)
    raise Faulty(_("“%(text)s” is not a rate.") % {"text": text[:20]})


@dataclass
class Book:
    """What was published on each day. None: something was, but can't be read."""

    today: date
    freq: str = ""
    days: dict[date, dict[str, Decimal | None]] = field(default_factory=dict)
    lines: dict[date, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, line: int, quote: Quote) -> None:
        """Raises Faulty if the line can't be taken, or not this cell of it."""
        self.freq = self.freq or quote.freq
        if quote.freq != self.freq:
            raise Faulty(_("The file has rates of days and of months; keep them apart."))
        if quote.day > self.today:
            raise Faulty(_("The day lies in the future."))
        if quote.text in NONE:
            return
        self.lines.setdefault(quote.day, line)
        self._put(line, quote)

    def _put(self, line: int, quote: Quote) -> None:
        row = self.days.setdefault(quote.day, {})
        try:
            value = _number(quote.text)
            if row.setdefault(quote.currency, value) != value:
                raise Faulty(_("An earlier line has another rate for this day."))
        except Faulty as faulty:
            row[quote.currency] = None
            self.fault(line, f"{quote.currency}: {faulty}")

    def fault(self, line: int, reason: str) -> None:
        self.faults.append(Fault(line, reason))
        if len(self.faults) > MAX_FAULTS:
            first = {"line": self.faults[0].line, "reason": self.faults[0].reason}
            raise Refused(
                _("Too many lines are faulty. Line %(line)s: %(reason)s") % first
            ) from None

    def rates(self) -> list[Rate]:
        """The first of each month. One that can't be read is not replaced by a later one."""
        found: dict[tuple[date, str], Decimal | None] = {}
        late = self._late()
        for day in sorted(self.days):
            month = day.replace(day=1)
            if USD not in self.days[day]:
                self.fault(self.lines[day], _("There is no rate of the US dollar for this day."))
            elif month != late:
                for currency, value in _in_usd(self.days[day]):
                    found.setdefault((month, currency), value)
        return [Rate(*key, value) for key, value in found.items() if value is not None]

    def _late(self) -> date | None:
        """The month whose beginning the file lacks, so that its first rate is not known."""
        if self.freq != "D" or not self.days:
            return None
        start = min(self.days)
        if start <= workdays.first(start, workdays.EURO):
            return None
        self.fault(
            self.lines[start],
            _("The file starts after the month's first rate; the month is left out."),
        )
        return start.replace(day=1)


def _in_usd(row: dict[str, Decimal | None]) -> Iterator[tuple[str, Decimal | None]]:
    usd = row[USD]
    yield EUR, usd and _kept(usd)
    for currency, units in row.items():
        if currency != USD:
            yield currency, _kept(usd / units) if usd and units else None


def _kept(rate: Decimal) -> Decimal:
    return EMBEDDED.create_decimal(rate.quantize(PLACES))
