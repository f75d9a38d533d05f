"""Runs in templates."""

from django import template

from campaign.reads.analyses import run_called

register = template.Library()
register.filter("called", run_called)
