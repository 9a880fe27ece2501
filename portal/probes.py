"""What /health/ looks at, as JSON.

`live` is for what restarts or routes: this program and its database. `ready` adds the
cache, whose loss people feel as slowness only, so it must not take a server away.
"""

from typing import Any

from django.http import HttpResponse, JsonResponse
from health_check.views import HealthCheckView


class Probe(HealthCheckView):
    """The named checks; one form of answer, whatever the request prefers."""

    async def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """200 where every check passes, else 500, with the name and word of each."""
        with self.get_executor() as executor:
            results = [await check.get_result(executor) for check in self.get_checks()]
        words = {type(one.check).__name__: str(one.error or "OK") for one in results}
        return JsonResponse(words, status=500 if any(one.error for one in results) else 200)


live = Probe.as_view(checks=("health_check.checks.Database",))
_CACHE = ("health_check.checks.Cache", {"alias": "shared"})  # the one that does not forgive
ready = Probe.as_view(checks=("health_check.checks.Database", _CACHE))
