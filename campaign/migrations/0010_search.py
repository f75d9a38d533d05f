"""What search reads: words of campaigns, tasks, teams and species, each under an index."""

import campaign.models.search_words
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

# Letters and digits only, without accents: `campaign.models.search_words` asks for the same. No extension
# is needed, which not every PostgreSQL has. What is beyond 100,000 characters is found by what is before.
_WORDS = r"""
CREATE FUNCTION campaign_words(said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('simple'::regconfig, regexp_replace(
    regexp_replace(left(normalize(said, NFKD), 100000), '[\u0300-\u036f]', '', 'g'),
    '[^[:alnum:]]+', ' ', 'g'
));
CREATE FUNCTION campaign_words(said jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN campaign_words((SELECT coalesce(string_agg(value, ' '), '') FROM jsonb_each_text(said)));
"""

# The expressions of `campaign.models.search_words`. They are indexed and not stored: nothing can go stale, and
# the history of the rows, which triggers write, has no column more.
_INDEXES = """
CREATE INDEX campaign_words_of_campaigns ON campaign_campaign USING gin ((
    setweight(campaign_words(titles), 'A') || setweight(campaign_words(slug), 'A')
    || setweight(campaign_words(description), 'D')
));
CREATE INDEX campaign_words_of_tasks ON campaign_task USING gin ((
    setweight(campaign_words(titles), 'A') || setweight(campaign_words(slug), 'A')
    || setweight(campaign_words(questions), 'B') || setweight(campaign_words(overview), 'D')
));
CREATE INDEX campaign_words_of_teams ON campaign_team USING gin ((
    setweight(campaign_words(name), 'A') || setweight(campaign_words(affiliation), 'B')
));
"""
_NO_INDEXES = """
DROP INDEX campaign_words_of_campaigns, campaign_words_of_tasks, campaign_words_of_teams;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('campaign', '0009_method_tags'),
    ]

    operations = [
        migrations.RunSQL(_WORDS, 'DROP FUNCTION campaign_words(jsonb), campaign_words(text);'),
        migrations.RunSQL(_INDEXES, _NO_INDEXES),
        migrations.CreateModel(
            name='Species',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('class_id', models.TextField()),
                ('name', models.TextField()),
                ('genus', models.TextField(blank=True)),
                ('family', models.TextField(blank=True)),
                ('words', models.GeneratedField(db_persist=True, expression=campaign.models.search_words.Words(django.db.models.functions.text.Concat(models.F('name'), models.Value(' ', models.TextField()), models.F('genus'), models.Value(' ', models.TextField()), models.F('family'), models.Value(' ', models.TextField()), models.F('class_id'))), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('truth_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='species', to='campaign.truthversion')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='species_words')],
            },
        ),
    ]
