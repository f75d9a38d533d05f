"""A package that a killed worker left behind is found by its lease, and tried three times."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('campaign', '0002_organising')]

    operations = [
        migrations.AddField(
            model_name='finalpackage',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='finalpackage',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='finalpackage',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
    ]
