"""Jobs about final packages."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import packages


@job
def make_package(package_id: int) -> None:
    packages.make_package(package_id=package_id)


@job
def sweep_packages() -> None:
    packages.sweep_packages(now=now())
