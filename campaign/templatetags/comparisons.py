"""Two runs beside each other: how sure a difference is."""

from django import template

from campaign.charts.comparisons import p_text

register = template.Library()
register.filter("p_value", p_text)
