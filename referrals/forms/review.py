"""The shape of what deciding a registration takes, and of asking for an exception."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.choices import FailReason, Term
from referrals.forms.wizard_fields import AmountField, Day
from referrals.models import ExceptionRequest

CENT = Decimal("0.01")


class Lines(forms.CharField):
    """A box for several lines, up to 5,000 characters; the end of a line counts as one.

    Browsers send it as two, and stop nobody here: cutting what was pasted would hide its end.
    """

    def __init__(self, label: Any, *, rows: int = 4, **kwargs: Any) -> None:
        area = forms.Textarea(attrs={"rows": rows})
        super().__init__(label=label, max_length=5000, widget=area, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n")
        return str(super().to_python(text))


class Approve(forms.Form):
    """Nothing is asked, but why an early win is accepted."""

    override = Lines(_("Why the early win is accepted"))

    def __init__(self, *args: Any, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not early:
            del self.fields["override"]


class AskMore(forms.Form):
    question = Lines(
        _("What should the partner send or correct?"),
        help_text=_("The partner reads this word for word."),
    )


class Fail(forms.Form):
    fail_reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose…")), *FailReason.choices]
    )
    fail_note = Lines(
        _("Notes on the reason"),
        required=False,
        help_text=_("The partner reads this word for word."),
    )


class PullBack(forms.Form):
    note = Lines(
        _("Why it is reviewed after all"),
        help_text=_("It stands in the history, which the partner reads."),
    )


class Decide(forms.Form):
    """Granting or refusing an exception."""

    note = Lines(_("Why"), help_text=_("The partner reads this word for word."))


class AskException(forms.Form):
    """`registered` says by field what is registered today; other fields can't be changed."""

    explanation = Lines(
        _("Explanation"),
        rows=8,
        help_text=_("What happened, and why it should count. At most 5,000 characters."),
    )
    term = forms.ChoiceField(
        label=_("Term"), choices=[("", _("As registered")), *Term.choices], required=False
    )
    total_value = AmountField(label=_("Total contract value"), min_value=CENT, required=False)
    signed_on = forms.DateField(label=_("Signed on"), widget=Day(), required=False)
    starts_on = forms.DateField(label=_("Starts on"), widget=Day(), required=False)
    ends_on = forms.DateField(label=_("Ends on"), widget=Day(), required=False)

    def __init__(self, *args: Any, registered: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ExceptionRequest.CHANGEABLE:
            if name not in registered:
                del self.fields[name]
            else:
                said = {"value": registered[name]}
                self.fields[name].help_text = _("Registered: %(value)s") % said

    @property
    def changeable(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "explanation"]
