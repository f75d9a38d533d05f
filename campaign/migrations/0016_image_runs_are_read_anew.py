"""Have image runs read again, and what was made of them made again.

What was kept of them said 0 where a run answers no image of a kind at all: nothing there tells that from a
run which is always wrong.
"""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("campaign", "Breakdown").objects.filter(kind__startswith="combinations of ").delete()
    apps.get_model("campaign", "Analysis").objects.filter(kind="organs").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("campaign", "0015_data_have_digests"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
