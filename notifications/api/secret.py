"""A secret in an answer: given with the first, never kept with those that are replayed."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response


class ShowsSecret:
    """A view whose answer may carry a secret, which is added after the answer was kept."""

    secret: tuple[str, str] | None = None

    def show_once(self, name: str, secret: str) -> None:
        self.secret = (name, secret)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Not where the change was only tried (`validateOnly`): it holds for nothing."""
        dry = request.query_params.get("validateOnly", "").lower() == "true"
        if self.secret and response.status_code == 200 and not dry:
            name, secret = self.secret
            response.data = {**response.data, name: secret}
        found: Response = super().finalize_response(request, response, *args, **kwargs)
        return found
