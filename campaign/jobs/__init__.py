"""What the worker does: Celery entry points, each one call to a service."""
