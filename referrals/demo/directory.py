"""The vendor, its partners, their places and what they sell."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings

from portal.models import Company, Enrolment, Location
from referrals.demo.names import filled, read
from referrals.models import Solution

READY = ("ip", "business", "ready")


@dataclass
class Partner:
    """A company with what deals need to know of it, in the order of the data file."""

    company: Company
    domain: str
    locations: list[Location] = field(default_factory=list)
    solutions: list[Solution] = field(default_factory=list)

    @property
    def country(self) -> str:
        return str(self.company.country)

    def sells(self, *statuses: str) -> list[Solution]:
        return [s for s in self.solutions if s.status in statuses and not s.is_assessment]

    @property
    def assessments(self) -> list[Solution]:
        return [s for s in self.solutions if s.is_assessment]


@dataclass
class Directory:
    vendor: Partner
    partners: list[Partner]

    def partner(self, country: str) -> Partner:
        """The partner whose home is this country; each country has one."""
        return next(p for p in self.partners if p.country == country)

    @property
    def everyone(self) -> list[Partner]:
        return [self.vendor, *self.partners]


def make(rng: Random, at: datetime) -> Directory:
    """Write the companies as they were at this moment."""
    data = read("partners.toml")
    vendor, _made = Company.objects.get_or_create(
        kind=Company.Kind.VENDOR, defaults={"name": settings.VENDOR_NAME, "country": "US"}
    )
    found = Directory(Partner(vendor, "vendor.example"), [])
    found.vendor.solutions = _solutions(vendor, data["vendor"]["solutions"], rng)
    for row in data["partner"]:
        found.partners.append(_partner(row, rng, at))
    everything = [s for p in found.everyone for s in p.solutions]
    Solution.objects.bulk_create(_aged(everything, at))
    return found


def _aged(records: list[Any], at: datetime) -> list[Any]:
    for record in records:
        record.created_at = record.updated_at = at
    return records


def _partner(row: dict[str, Any], rng: Random, at: datetime) -> Partner:
    company = Company(
        name=row["name"],
        country=row["country"],
        website=f"https://www.{row['domain']}",
        designations=row["designations"],
        in_cosell=row.get("in_cosell", True),
        runs_assessments=row.get("runs_assessments", False),
    )
    Company.objects.bulk_create(_aged([company], at))
    partner = Partner(company, row["domain"], _locations(company, row["locations"], rng))
    Location.objects.bulk_create(_aged(partner.locations, at))
    Enrolment.objects.bulk_create(_enrolments(partner, rng, at))
    partner.solutions = _solutions(company, row["solutions"], rng)
    return partner


def _locations(company: Company, rows: list[str], rng: Random) -> list[Location]:
    places = [row.split(" / ") for row in rows]
    return [
        Location(
            company=company,
            partner_id=filled("61#####", rng),
            name=f"{company.name} {city}",
            city=city,
            country=country,
        )
        for city, country in places
    ]


def _enrolments(partner: Partner, rng: Random, at: datetime) -> list[Enrolment]:
    """Every place co-sells; most take part in incentives too."""
    programmes = ["Co-sell", *(["Commerce incentives"] if partner.sells("ip") else [])]
    since = at.date() - timedelta(days=rng.randint(30, 900))
    return [
        Enrolment(location=place, programme=programme, since=since)
        for place in partner.locations
        for programme in programmes
    ]


def _solutions(company: Company, rows: list[str], rng: Random) -> list[Solution]:
    return [_solution(company, [*row.split(" / "), ""], rng) for row in rows]


def _solution(company: Company, parts: list[str], rng: Random) -> Solution:
    name, status, flags = parts[:3]
    return Solution(
        code=filled("SOL-#####-@@@", rng),
        name=name,
        company=company,
        status=status,
        is_macc="macc" in flags,
        is_incentivised="incentive" in flags,
        is_assessment="assessment" in flags,
    )
