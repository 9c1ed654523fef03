"""What part of a page htmx asks for."""

from django.http import HttpRequest


def asks_for(request: HttpRequest, element_id: str) -> bool:
    """Whether the answer is to replace the element of that id alone.

    htmx names its target by tag and id ("div#resultats"); our own scripts by the id.
    """
    target = request.headers.get("HX-Target", "")
    return "HX-Request" in request.headers and target.rpartition("#")[2] == element_id
