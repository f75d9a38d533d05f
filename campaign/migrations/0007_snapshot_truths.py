import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What ranked the runs of a snapshot: by the version that was in force, which the next switch replaced.
_FILL = """
UPDATE campaign_ranksnapshot s
   SET truth_version_id = coalesce(
       (SELECT r.replaces_id FROM campaign_rescoring r
         WHERE r.task_id = s.task_id AND r.state = 'switched' AND r.ended_at > s.taken_at
         ORDER BY r.ended_at LIMIT 1),
       t.current_truth_id)
  FROM campaign_task t
 WHERE t.id = s.task_id;

UPDATE campaign_ranksnapshot s
   SET evaluation_ids = ARRAY(
       SELECT coalesce(max(e.id) FILTER (WHERE e.truth_version_id = s.truth_version_id), max(e.id), 0)
         FROM unnest(s.run_ids) WITH ORDINALITY AS ranked (run_id, place)
         LEFT JOIN campaign_evaluation e ON e.run_id = ranked.run_id AND e.state = 'scored'
        GROUP BY ranked.place
        ORDER BY ranked.place);

SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('campaign', '0006_comparisons'),
    ]

    operations = [
        migrations.AddField(
            model_name='ranksnapshot',
            name='truth_version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.truthversion'),
        ),
        migrations.AddField(
            model_name='ranksnapshot',
            name='evaluation_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveBigIntegerField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='ranksnapshot',
            name='truth_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.truthversion'),
        ),
        migrations.AddConstraint(
            model_name='ranksnapshot',
            constraint=models.CheckConstraint(condition=models.Q(('run_ids__len', models.F('evaluation_ids__len'))), name='an_evaluation_for_every_ranked_run'),
        ),
        migrations.AddIndex(
            model_name='ranksnapshot',
            index=models.Index(fields=['task', 'part', 'taken_at'], name='snapshot_moment'),
        ),
    ]
