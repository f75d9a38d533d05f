"""What is under the API's address and is nothing."""

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.views import APIView

from campaign.refusals import NotThere


class NowhereView(APIView):
    """Answers every other address in the API's own way: a program cannot read a page."""

    permission_classes = []

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse whatever the method."""
        raise NotThere(
            _("There is nothing at %(path)s; /api/docs/ lists what there is.")
            % {"path": request.path},
            code="nowhere",
        )
