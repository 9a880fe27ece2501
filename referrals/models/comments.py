"""The conversation of a deal, on the record."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models import Company, Person
from portal.models.record import new_id
from referrals.models.deals import Deal
from referrals.models.referrals import Referral


class CommentQuerySet(models.QuerySet["Comment"]):
    def read_by(self, company: Company) -> "CommentQuerySet":
        """Everything but other companies' internal notes."""
        return self.filter(Q(internal=False) | Q(company=company))


class Comment(models.Model):
    """Words of one company to the others of the deal, or to itself if `internal`."""

    id = models.UUIDField(primary_key=True, default=new_id)  # given by the form: sent once
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="comments")
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField(_("text"), max_length=5000)
    internal = models.BooleanField(_("only for my company"), default=False)
    at = models.DateTimeField(_("written"))

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]
