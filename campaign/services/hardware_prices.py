"""What an hour of some hardware costs a campaign: the table that official runs are priced by."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from campaign.models import HardwarePrice, Task, User
from campaign.services.roles import on_record, require_organiser


def set_price(
    *, task: Task, name: str, eur_per_hour: Decimal, eur_bought: Decimal | None, by: User
) -> HardwarePrice:
    """Write a line of the table of a task's campaign, or another price into the one of that name.

    What is priced already keeps its price.
    """
    with transaction.atomic(), on_record(by=by, reason=_("Set a price of hardware.")):
        require_organiser(task=task, user=by)
        name = " ".join(name.split())
        prices = {"eur_per_hour": eur_per_hour, "eur_bought": eur_bought}
        known = task.campaign.prices.filter(name__iexact=name).first()
        return HardwarePrice.objects.update_or_create(
            campaign=task.campaign, name=known.name if known else name, defaults=prices
        )[0]


def remove_price(*, task: Task, price: HardwarePrice, by: User) -> None:
    """Take a line out of the table."""
    with transaction.atomic(), on_record(by=by, reason=_("Removed a price of hardware.")):
        require_organiser(task=task, user=by)
        price.delete()
