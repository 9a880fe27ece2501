"""Where the sign-in library meets our people: nobody signs up, people are invited."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A company account signs in an invited person with the same verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False
