"""Two runs beside each other: how sure a difference is."""

from django import template

from campaign.charts.comparisons import p_text
from campaign.numbers import change

register = template.Library()
register.filter(change)
register.filter("p_value", p_text)
