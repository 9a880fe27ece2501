"""How a person likes to see a list: kept until they say otherwise."""

from typing import Any

from django.db import transaction

from portal.models import Person


@transaction.atomic
def keep_view(person: Person, page: str, **kept: Any) -> None:
    """Remember filters or columns of a list page; an empty value forgets them."""
    views = Person.objects.select_for_update().values_list("views", flat=True).get(pk=person.pk)
    mine = {**views.get(page, {}), **kept}
    views = {**views, page: {name: value for name, value in mine.items() if value}}
    Person.objects.filter(pk=person.pk).update(views=views)
    person.views = views
