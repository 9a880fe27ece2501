"""The shapes of a webhook, and of the time whose messages are sent again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications import topics
from notifications.actions.subscription import Wish


class Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class WebhookForm(forms.Form):
    """Gives `wish`."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_("Where your program listens, on the public internet, with https://."),
    )
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)
    own_header = forms.BooleanField(
        label=_("Put the signature into x-ms-signature instead of Authorization"), required=False
    )
    skip_own = forms.BooleanField(
        label=_("Leave out what this program changed itself"),
        required=False,
        help_text=_("Counts for a webhook that a program registered by the API."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = topics.labels()
        choices = [(name, f"{label} ({name})") for name, label in labels.items()]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        return {"wish": Wish(**data | {"events": tuple(data["events"])})}


class ReplayForm(forms.Form):
    """A time, open at both ends, in the reader's zone."""

    start = forms.DateTimeField(label=_("From"), required=False, widget=Moment)
    end = forms.DateTimeField(label=_("To"), required=False, widget=Moment)
    sent_too = forms.BooleanField(label=_("Also what the receiver took already"), required=False)
