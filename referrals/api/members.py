"""People on the wire: the own team, and the customer's contacts."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumber_field.formfields import PhoneNumberField

from referrals.actions.opening import Contact, Member
from referrals.api.reading import Fields

CHECKED = ("EmailValidationStatus", "PhoneValidationStatus")  # the server's word on a lead


def contact(fields: Fields, region: str = "") -> Contact:
    """Somebody by name, phone and e-mail; any of them may be missing. `region` is the country
    in which a phone number without a code is dialled."""
    first, last = fields.text("firstName", 75), fields.text("lastName", 74)
    title, phone = fields.text("title", 100), _phone(fields, region)
    email = _email(fields)
    prefers = fields.part("contactPreference")
    prefers.text("locale", 20)
    prefers.flag("disableNotifications")
    prefers.done()
    fields.skip(*CHECKED)
    fields.done()
    return Contact(f"{first} {last}".strip(), title, phone, email)


def member(fields: Fields, region: str = "") -> Member:
    found = contact(fields, region)
    return Member(found.name, found.phone, found.email)


def _email(fields: Fields) -> str:
    email = fields.text("email", 254).lower()
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise fields.wrong("email", "An e-mail address is expected here.") from None
    return email


def _phone(fields: Fields, region: str) -> str:
    phone = fields.text("phoneNumber", 40)
    try:
        return str(PhoneNumberField(region=region or None, required=False).clean(phone) or "")
    except ValidationError:
        said = "A phone number with its country code is expected here, like +351 210 000 000."
        raise fields.wrong("phoneNumber", said) from None


def on_wire(someone: Contact) -> dict[str, str]:
    """As the wire has it; the first word of a name is the first name."""
    first, _space, last = someone.name.partition(" ")
    return {
        "firstName": first,
        "lastName": last,
        "phoneNumber": someone.phone,
        "email": someone.email,
    }
