"""A contract to attach: one page of PDF that names who sells what to whom."""

from anyascii import anyascii
from django.core.files.base import ContentFile

from referrals.models import Registration


def contract(registration: Registration) -> ContentFile:
    """The file as somebody would have called it."""
    referral = registration.referral
    lines = (
        "CONTRACT (a demonstration, not a real one)",
        f"between {registration.company.name}",
        f"and {referral.deal.customer.name}",
        f"about {registration.solution or 'the solution'}",
        f"Deal: {referral.name}",
    )
    name = anyascii(referral.deal.customer.name).split(",")[0][:60]
    return ContentFile(page([anyascii(line) for line in lines]), name=f"Contract {name}.pdf")


def page(lines: list[str]) -> bytes:
    """A PDF of one page, in Helvetica; plain ASCII lines, top down."""
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 16 TL 72 760 Td {shown} ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}"
    end = f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + table + end).encode("ascii")


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
