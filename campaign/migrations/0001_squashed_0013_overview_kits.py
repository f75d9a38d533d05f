"""All tables, their triggers and what search reads, as before the first release.

It stands for thirteen migrations of before: a database that has all of them has this one. Each model is made
whole, each after those it points to: 150 operations and not 600, which is why a first start is short.
"""

import campaign.models.search_words
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
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

    initial = True

    replaces = [
        ('campaign', '0001_initial'),
        ('campaign', '0002_organising'),
        ('campaign', '0003_mails'),
        ('campaign', '0004_seen'),
        ('campaign', '0005_baselines'),
        ('campaign', '0006_comparisons'),
        ('campaign', '0007_snapshot_truths'),
        ('campaign', '0008_history'),
        ('campaign', '0009_method_tags'),
        ('campaign', '0010_search'),
        ('campaign', '0011_analyses'),
        ('campaign', '0012_run_sets'),
        ('campaign', '0013_overview_kits'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(_WORDS, 'DROP FUNCTION campaign_words(jsonb), campaign_words(text);'),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=100, unique=True)),
                ('titles', models.JSONField(default=dict)),
                ('description', models.TextField(blank=True)),
                ('organisers', models.TextField(blank=True)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('timeline', models.JSONField(default=list)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['position', '-year', 'slug'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_campaignevent" ("description", "id", "organisers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "timeline", "titles", "year") VALUES (NEW."description", NEW."id", NEW."organisers", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."slug", NEW."timeline", NEW."titles", NEW."year"); RETURN NULL;', hash='65154c0f80f15ea2e5ccd6008f34b92b0776ce16', operation='INSERT', pgid='pgtrigger_insert_insert_b8470', table='campaign_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_campaignevent" ("description", "id", "organisers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "timeline", "titles", "year") VALUES (NEW."description", NEW."id", NEW."organisers", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."slug", NEW."timeline", NEW."titles", NEW."year"); RETURN NULL;', hash='1c6ebb68ac7eec3880e1d36ced59a692e9fd73ac', operation='UPDATE', pgid='pgtrigger_update_update_ad162', table='campaign_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_campaignevent" ("description", "id", "organisers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "timeline", "titles", "year") VALUES (OLD."description", OLD."id", OLD."organisers", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."slug", OLD."timeline", OLD."titles", OLD."year"); RETURN NULL;', hash='ed69060ed5e75a4d5a7f324e656dafe7facc6842', operation='DELETE', pgid='pgtrigger_delete_delete_5ce65', table='campaign_campaign', when='AFTER')),
        ),
        migrations.CreateModel(
            name='CampaignEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.campaign')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, max_length=100)),
                ('titles', models.JSONField(default=dict)),
                ('description', models.TextField(blank=True)),
                ('organisers', models.TextField(blank=True)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('timeline', models.JSONField(default=list)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('note', models.TextField(blank=True)),
                ('series', models.CharField(max_length=50)),
                ('year', models.PositiveSmallIntegerField()),
                ('species', models.PositiveIntegerField()),
                ('images', models.PositiveIntegerField(null=True)),
                ('recordings', models.PositiveIntegerField(null=True)),
                ('participants', models.PositiveIntegerField(null=True)),
                ('score', models.FloatField(null=True)),
                ('metric', models.CharField(blank=True, max_length=30)),
            ],
            options={
                'ordering': ['series', 'year'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='edition_with_a_source'), models.UniqueConstraint(fields=('series', 'year'), name='edition_once'), models.CheckConstraint(condition=models.Q(models.Q(('metric', ''), ('score', None)), models.Q(('score__isnull', False), models.Q(('metric', ''), _negated=True)), _connector='OR'), name='edition_score_with_its_metric')],
            },
        ),
        migrations.CreateModel(
            name='HardwarePrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='campaign.campaign')),
                ('name', models.CharField(max_length=100)),
                ('eur_per_hour', models.DecimalField(decimal_places=4, max_digits=10)),
                ('eur_bought', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'name'), name='one_price_a_hardware'), models.CheckConstraint(condition=models.Q(('eur_per_hour__gte', 0), models.Q(('eur_bought', None), ('eur_bought__gte', 0), _connector='OR')), name='no_price_below_nothing'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='priced_hardware_has_a_name')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hardwareprice',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_hardwarepriceevent" ("campaign_id", "eur_bought", "eur_per_hour", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."campaign_id", NEW."eur_bought", NEW."eur_per_hour", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='9eac7c34bb930c3af373bda6aa861317fb4eb887', operation='INSERT', pgid='pgtrigger_insert_insert_c5ecd', table='campaign_hardwareprice', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hardwareprice',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_hardwarepriceevent" ("campaign_id", "eur_bought", "eur_per_hour", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."campaign_id", NEW."eur_bought", NEW."eur_per_hour", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='7abe39bbed0505f8844d60d35b5f7d16ff17508d', operation='UPDATE', pgid='pgtrigger_update_update_2acab', table='campaign_hardwareprice', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hardwareprice',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_hardwarepriceevent" ("campaign_id", "eur_bought", "eur_per_hour", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."campaign_id", OLD."eur_bought", OLD."eur_per_hour", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='78e116b218404e63880adc0a435ec40e81665f1d', operation='DELETE', pgid='pgtrigger_delete_delete_fed1c', table='campaign_hardwareprice', when='AFTER')),
        ),
        migrations.CreateModel(
            name='HardwarePriceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.hardwareprice')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('campaign', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.campaign')),
                ('name', models.CharField(max_length=100)),
                ('eur_per_hour', models.DecimalField(decimal_places=4, max_digits=10)),
                ('eur_bought', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.TextField()),
                ('body', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MethodUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('note', models.TextField(blank=True)),
                ('series', models.CharField(max_length=50)),
                ('year', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(choices=[('team', 'Team'), ('run', 'Run')], max_length=4)),
                ('n_units', models.PositiveIntegerField()),
                ('method', models.CharField(max_length=100)),
                ('n_using', models.PositiveIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['series', 'year', 'position'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='methoduse_with_a_source'), models.UniqueConstraint(fields=('series', 'year', 'method'), name='method_use_once'), models.CheckConstraint(condition=models.Q(('n_units__gte', 1), ('n_using__lte', models.F('n_units'))), name='method_use_is_a_share')],
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('note', models.TextField(blank=True)),
                ('series', models.CharField(max_length=50)),
                ('year', models.PositiveSmallIntegerField()),
                ('registered_teams', models.PositiveIntegerField(null=True)),
                ('submitting_teams', models.PositiveIntegerField()),
                ('runs', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['series', 'year'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='participation_with_a_source'), models.UniqueConstraint(fields=('series', 'year'), name='participation_once'), models.CheckConstraint(condition=models.Q(('registered_teams', None), ('submitting_teams__lte', models.F('registered_teams')), _connector='OR'), name='participation_narrows')],
            },
        ),
        migrations.CreateModel(
            name='PrintedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('note', models.TextField(blank=True)),
                ('table', models.SlugField()),
                ('position', models.PositiveSmallIntegerField()),
                ('cells', models.JSONField()),
            ],
            options={
                'ordering': ['table', 'position'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='printedrow_with_a_source'), models.UniqueConstraint(fields=('table', 'position'), name='printed_row_once')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('affiliation', models.CharField(blank=True, max_length=200, verbose_name='affiliation')),
                ('orcid', models.CharField(blank=True, max_length=19, verbose_name='ORCID')),
                ('takes_announcements', models.BooleanField(default=True, verbose_name='announcements by mail')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique', violation_error_message='Somebody already uses this email address.')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."is_staff")', func='INSERT INTO "campaign_userevent" ("is_active", "is_staff", "is_superuser", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."is_active", NEW."is_staff", NEW."is_superuser", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='bc8e2957e02b9018db5558888d4e98f10ce16bad', operation='INSERT', pgid='pgtrigger_insert_insert_94cf8', table='campaign_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser"))', func='INSERT INTO "campaign_userevent" ("is_active", "is_staff", "is_superuser", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."is_active", NEW."is_staff", NEW."is_superuser", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='108eb353418b3dc0ec9bc65af4689d5eab515f18', operation='UPDATE', pgid='pgtrigger_update_update_87ef1', table='campaign_user', when='AFTER')),
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('hint', models.CharField(editable=False, max_length=8)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apitoken',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "campaign_apitokenevent" ("name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "user_id") VALUES (NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."user_id"); RETURN NULL;', hash='c1ba5a41888cd0d038eb4230061b91c188bce420', operation='UPDATE', pgid='pgtrigger_update_update_7aee6', table='campaign_apitoken', when='AFTER')),
        ),
        migrations.CreateModel(
            name='ApiTokenEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='user_name_revoked_at_events', to='campaign.apitoken')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CampaignInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='campaign.campaign')),
                ('role', models.CharField(choices=[('owner', 'owner'), ('organiser', 'organiser'), ('viewer', 'viewer')], max_length=10)),
                ('email', models.EmailField(max_length=254)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'organiser', 'viewer'])), name='invited_role_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaigninvitation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_campaigninvitationevent" ("accepted_at", "campaign_id", "created_at", "created_by_id", "email", "expires_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "role") VALUES (NEW."accepted_at", NEW."campaign_id", NEW."created_at", NEW."created_by_id", NEW."email", NEW."expires_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."role"); RETURN NULL;', hash='2ea200a5fe304a81552ee406b6ff4d143fd38193', operation='INSERT', pgid='pgtrigger_insert_insert_aef46', table='campaign_campaigninvitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaigninvitation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accepted_at" IS DISTINCT FROM (NEW."accepted_at") OR OLD."campaign_id" IS DISTINCT FROM (NEW."campaign_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."role" IS DISTINCT FROM (NEW."role"))', func='INSERT INTO "campaign_campaigninvitationevent" ("accepted_at", "campaign_id", "created_at", "created_by_id", "email", "expires_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "role") VALUES (NEW."accepted_at", NEW."campaign_id", NEW."created_at", NEW."created_by_id", NEW."email", NEW."expires_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."role"); RETURN NULL;', hash='c11efd547218a89b2daf0313cf944560a7dbd2ac', operation='UPDATE', pgid='pgtrigger_update_update_edfff', table='campaign_campaigninvitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaigninvitation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_campaigninvitationevent" ("accepted_at", "campaign_id", "created_at", "created_by_id", "email", "expires_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "role") VALUES (OLD."accepted_at", OLD."campaign_id", OLD."created_at", OLD."created_by_id", OLD."email", OLD."expires_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revoked_at", OLD."role"); RETURN NULL;', hash='462e3c522da55f2d43aacb684ddabb24d1bd5091', operation='DELETE', pgid='pgtrigger_delete_delete_b978b', table='campaign_campaigninvitation', when='AFTER')),
        ),
        migrations.CreateModel(
            name='CampaignInvitationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.campaigninvitation')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('campaign', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.campaign')),
                ('role', models.CharField(choices=[('owner', 'owner'), ('organiser', 'organiser'), ('viewer', 'viewer')], max_length=10)),
                ('email', models.EmailField(max_length=254)),
                ('created_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CampaignRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='campaign.campaign')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='campaign_roles', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(choices=[('owner', 'owner'), ('organiser', 'organiser'), ('viewer', 'viewer')], default='organiser', max_length=10)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'user'), name='one_role_a_campaign'), models.CheckConstraint(condition=models.Q(('name__in', ['owner', 'organiser', 'viewer'])), name='campaign_role_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaignrole',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_campaignroleevent" ("campaign_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."campaign_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='abfe2f452863b381c854c73ae9ba4f49e5efdc27', operation='INSERT', pgid='pgtrigger_insert_insert_7c668', table='campaign_campaignrole', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaignrole',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_campaignroleevent" ("campaign_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."campaign_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='b0bffba385edb015db3cd411e1e78f4ad3c23be7', operation='UPDATE', pgid='pgtrigger_update_update_79764', table='campaign_campaignrole', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaignrole',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_campaignroleevent" ("campaign_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."campaign_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='fe589a766f7bdb912eac3d72545106d6caf30463', operation='DELETE', pgid='pgtrigger_delete_delete_b9619', table='campaign_campaignrole', when='AFTER')),
        ),
        migrations.CreateModel(
            name='CampaignRoleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.campaignrole')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('campaign', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.campaign')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(choices=[('owner', 'owner'), ('organiser', 'organiser'), ('viewer', 'viewer')], default='organiser', max_length=10)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TagMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('architectures', 'architectures'), ('pre_training', 'pre-training'), ('augmentation', 'augmentation'), ('metadata', 'metadata')], max_length=20)),
                ('key', models.CharField(editable=False, max_length=200)),
                ('tag', models.CharField(max_length=200)),
                ('into', models.CharField(max_length=200)),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['kind', 'into', 'tag'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='a_tag_is_merged_once', violation_error_message='This tag is merged already.'), models.CheckConstraint(condition=models.Q(('kind__in', ['architectures', 'pre_training', 'augmentation', 'metadata'])), name='tag_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('into', ''), _negated=True)), name='a_tag_merges_into_another')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tagmerge',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_tagmergeevent" ("id", "into", "key", "kind", "merged_at", "merged_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag") VALUES (NEW."id", NEW."into", NEW."key", NEW."kind", NEW."merged_at", NEW."merged_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tag"); RETURN NULL;', hash='195beb91ba5637bffe0718b6318f847e6cc5910a', operation='INSERT', pgid='pgtrigger_insert_insert_2397c', table='campaign_tagmerge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tagmerge',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_tagmergeevent" ("id", "into", "key", "kind", "merged_at", "merged_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag") VALUES (NEW."id", NEW."into", NEW."key", NEW."kind", NEW."merged_at", NEW."merged_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tag"); RETURN NULL;', hash='1bf52b1270e2e16ef6920e24f9c3e3b78920b26f', operation='UPDATE', pgid='pgtrigger_update_update_b87d4', table='campaign_tagmerge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tagmerge',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_tagmergeevent" ("id", "into", "key", "kind", "merged_at", "merged_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag") VALUES (OLD."id", OLD."into", OLD."key", OLD."kind", OLD."merged_at", OLD."merged_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tag"); RETURN NULL;', hash='afe40c2c045141023bf98a865a5906a7fe607a3e', operation='DELETE', pgid='pgtrigger_delete_delete_2dac3', table='campaign_tagmerge', when='AFTER')),
        ),
        migrations.CreateModel(
            name='TagMergeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.tagmerge')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('architectures', 'architectures'), ('pre_training', 'pre-training'), ('augmentation', 'augmentation'), ('metadata', 'metadata')], max_length=20)),
                ('key', models.CharField(editable=False, max_length=200)),
                ('tag', models.CharField(max_length=200)),
                ('into', models.CharField(max_length=200)),
                ('merged_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='is_staff_is_superuser_is_active_events', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='campaign.campaign')),
                ('slug', models.SlugField(max_length=100, unique=True)),
                ('titles', models.JSONField(default=dict)),
                ('questions', models.JSONField(default=dict)),
                ('overview', models.TextField(blank=True)),
                ('shape', models.CharField(max_length=10)),
                ('run_rules_json', models.JSONField(db_column='run_rules')),
                ('subsets', models.JSONField(default=list)),
                ('runs_per_team', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('runs_per_day', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('visibility', models.CharField(choices=[('never', 'hidden until results open'), ('live', 'live')], default='never', max_length=10)),
                ('truth_released', models.BooleanField(default=False)),
                ('final', models.CharField(choices=[('all', 'all queries'), ('private', 'private part')], default='all', max_length=10)),
                ('approval', models.BooleanField(default=False)),
                ('required_description', models.JSONField(default=list)),
                ('required_runs', models.JSONField(default=list)),
                ('generated', models.BooleanField(default=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['position', 'slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('shape__in', ['ranked', 'segment', 'set', 'label'])), name='task_shape_known'), models.CheckConstraint(condition=models.Q(('visibility__in', ['never', 'live'])), name='task_visibility_known'), models.CheckConstraint(condition=models.Q(('final__in', ['all', 'private'])), name='task_final_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='task',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_taskevent" ("approval", "campaign_id", "current_truth_id", "final", "generated", "id", "overview", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "questions", "required_description", "required_runs", "run_rules", "runs_per_day", "runs_per_team", "shape", "slug", "subsets", "titles", "truth_released", "visibility") VALUES (NEW."approval", NEW."campaign_id", NEW."current_truth_id", NEW."final", NEW."generated", NEW."id", NEW."overview", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."questions", NEW."required_description", NEW."required_runs", NEW."run_rules", NEW."runs_per_day", NEW."runs_per_team", NEW."shape", NEW."slug", NEW."subsets", NEW."titles", NEW."truth_released", NEW."visibility"); RETURN NULL;', hash='056c13530ff020a70ea8140fcdc33dc3b4b22fb4', operation='INSERT', pgid='pgtrigger_insert_insert_dae98', table='campaign_task', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='task',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_taskevent" ("approval", "campaign_id", "current_truth_id", "final", "generated", "id", "overview", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "questions", "required_description", "required_runs", "run_rules", "runs_per_day", "runs_per_team", "shape", "slug", "subsets", "titles", "truth_released", "visibility") VALUES (NEW."approval", NEW."campaign_id", NEW."current_truth_id", NEW."final", NEW."generated", NEW."id", NEW."overview", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."questions", NEW."required_description", NEW."required_runs", NEW."run_rules", NEW."runs_per_day", NEW."runs_per_team", NEW."shape", NEW."slug", NEW."subsets", NEW."titles", NEW."truth_released", NEW."visibility"); RETURN NULL;', hash='b3a5ed5285fb5977f57bca298111cfaa67dcc841', operation='UPDATE', pgid='pgtrigger_update_update_d3843', table='campaign_task', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='task',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_taskevent" ("approval", "campaign_id", "current_truth_id", "final", "generated", "id", "overview", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "questions", "required_description", "required_runs", "run_rules", "runs_per_day", "runs_per_team", "shape", "slug", "subsets", "titles", "truth_released", "visibility") VALUES (OLD."approval", OLD."campaign_id", OLD."current_truth_id", OLD."final", OLD."generated", OLD."id", OLD."overview", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."questions", OLD."required_description", OLD."required_runs", OLD."run_rules", OLD."runs_per_day", OLD."runs_per_team", OLD."shape", OLD."slug", OLD."subsets", OLD."titles", OLD."truth_released", OLD."visibility"); RETURN NULL;', hash='bae57d68b062aa418d49db083cf32070ffdcf80e', operation='DELETE', pgid='pgtrigger_delete_delete_17539', table='campaign_task', when='AFTER')),
        ),
        migrations.CreateModel(
            name='Analysis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='analyses', to='campaign.task')),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], max_length=10)),
                ('kind', models.SlugField(max_length=40)),
                ('inputs', models.CharField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('n_runs', models.PositiveIntegerField()),
                ('generated', models.BooleanField()),
                ('data', models.JSONField(null=True)),
                ('nothing', models.SlugField(blank=True, max_length=40)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('task', 'part', 'kind'), name='analysed_once'), models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='analysis_part_known'), models.CheckConstraint(condition=models.Q(models.Q(('data__isnull', False), ('nothing', '')), models.Q(models.Q(('nothing', ''), _negated=True), ('data__isnull', True)), _connector='OR'), name='it_says_something_or_why_not')],
            },
        ),
        migrations.CreateModel(
            name='AnalysisRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='analysis_rounds', to='campaign.task')),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], max_length=10)),
                ('inputs', models.CharField(max_length=32)),
                ('sent_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('task', 'part'), name='one_round_a_board'), models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='round_part_known')],
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='campaign.task')),
                ('audience', models.CharField(choices=[('registered', 'members of all registered teams'), ('approved', 'members of approved teams')], default='registered', max_length=10)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_up_to', models.PositiveBigIntegerField(default=0, editable=False)),
                ('n_mailed', models.PositiveIntegerField(default=0, editable=False)),
                ('n_refused', models.PositiveIntegerField(default=0, editable=False)),
                ('sent_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('audience__in', ['registered', 'approved'])), name='announcement_audience_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_announcementevent" ("audience", "author_id", "created_at", "id", "mailed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "task_id", "text") VALUES (NEW."audience", NEW."author_id", NEW."created_at", NEW."id", NEW."mailed_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."subject", NEW."task_id", NEW."text"); RETURN NULL;', hash='59f3dd44f9ca22fcb1e86d2ec0fc7e5ab1de7900', operation='INSERT', pgid='pgtrigger_insert_insert_da097', table='campaign_announcement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mailed_at" IS DISTINCT FROM (NEW."mailed_at") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."task_id" IS DISTINCT FROM (NEW."task_id") OR OLD."text" IS DISTINCT FROM (NEW."text"))', func='INSERT INTO "campaign_announcementevent" ("audience", "author_id", "created_at", "id", "mailed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "task_id", "text") VALUES (NEW."audience", NEW."author_id", NEW."created_at", NEW."id", NEW."mailed_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."subject", NEW."task_id", NEW."text"); RETURN NULL;', hash='a62ee35c29405d58b88cc51eea9a192e9a11d0d6', operation='UPDATE', pgid='pgtrigger_update_update_efb5b', table='campaign_announcement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='announcement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_announcementevent" ("audience", "author_id", "created_at", "id", "mailed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "task_id", "text") VALUES (OLD."audience", OLD."author_id", OLD."created_at", OLD."id", OLD."mailed_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."subject", OLD."task_id", OLD."text"); RETURN NULL;', hash='7b1ab433ce8458b64d39422bec436d1915b083e2', operation='DELETE', pgid='pgtrigger_delete_delete_b22e1', table='campaign_announcement', when='AFTER')),
        ),
        migrations.CreateModel(
            name='AnnouncementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.announcement')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('audience', models.CharField(choices=[('registered', 'members of all registered teams'), ('approved', 'members of approved teams')], default='registered', max_length=10)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DataSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='data_sets', to='campaign.task')),
                ('slug', models.SlugField(max_length=100)),
                ('title', models.CharField(max_length=200)),
                ('role', models.CharField(choices=[('training_trusted', 'training, trusted'), ('training_noisy', 'training, noisy'), ('validation', 'validation'), ('test', 'test')], max_length=20)),
                ('access', models.CharField(choices=[('public', 'public'), ('registered', 'registered teams'), ('approved', 'approved teams')], default='registered', max_length=12)),
                ('version', models.CharField(default='1', max_length=40)),
                ('licence', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.UniqueConstraint(fields=('task', 'slug', 'version'), name='one_data_set_version'), models.CheckConstraint(condition=models.Q(('role__in', ['training_trusted', 'training_noisy', 'validation', 'test'])), name='data_set_role_known'), models.CheckConstraint(condition=models.Q(('access__in', ['public', 'registered', 'approved'])), name='data_set_access_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_datasetevent" ("access", "description", "id", "licence", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "slug", "task_id", "title", "version") VALUES (NEW."access", NEW."description", NEW."id", NEW."licence", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."slug", NEW."task_id", NEW."title", NEW."version"); RETURN NULL;', hash='6c2fd181d1840ac006440c976f9e3d71f614a8a1', operation='INSERT', pgid='pgtrigger_insert_insert_d1d31', table='campaign_dataset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_datasetevent" ("access", "description", "id", "licence", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "slug", "task_id", "title", "version") VALUES (NEW."access", NEW."description", NEW."id", NEW."licence", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."slug", NEW."task_id", NEW."title", NEW."version"); RETURN NULL;', hash='da7b8c2548a2e91675fdc74ed5158e8920a7a583', operation='UPDATE', pgid='pgtrigger_update_update_931fa', table='campaign_dataset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_datasetevent" ("access", "description", "id", "licence", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "slug", "task_id", "title", "version") VALUES (OLD."access", OLD."description", OLD."id", OLD."licence", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."slug", OLD."task_id", OLD."title", OLD."version"); RETURN NULL;', hash='4e1dfc0739fa72c2ed743ca7aacb2cc563a56d72', operation='DELETE', pgid='pgtrigger_delete_delete_08dc1', table='campaign_dataset', when='AFTER')),
        ),
        migrations.CreateModel(
            name='DataFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='campaign.dataset')),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('key', models.CharField(blank=True, max_length=255)),
                ('url', models.URLField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('data_set', 'name'), name='one_file_of_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('key', ''), models.Q(('url', ''), _negated=True)), models.Q(models.Q(('key', ''), _negated=True), ('url', '')), _connector='OR'), name='data_file_here_or_elsewhere')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='datafile',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_datafileevent" ("data_set_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "url") VALUES (NEW."data_set_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sha256", NEW."size", NEW."url"); RETURN NULL;', hash='9ce921dfdca5a526209165404239a3e4082a7396', operation='INSERT', pgid='pgtrigger_insert_insert_2f517', table='campaign_datafile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='datafile',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."data_set_id" IS DISTINCT FROM (NEW."data_set_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "campaign_datafileevent" ("data_set_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "url") VALUES (NEW."data_set_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sha256", NEW."size", NEW."url"); RETURN NULL;', hash='42fbf2fbe0abc02754d0dbde2879ca0c1998c6b4', operation='UPDATE', pgid='pgtrigger_update_update_c8293', table='campaign_datafile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='datafile',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_datafileevent" ("data_set_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "url") VALUES (OLD."data_set_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256", OLD."size", OLD."url"); RETURN NULL;', hash='91cbe7ee7a3eb021ff11e04a2b1147403cd7c8fb', operation='DELETE', pgid='pgtrigger_delete_delete_2c7b5', table='campaign_datafile', when='AFTER')),
        ),
        migrations.CreateModel(
            name='DataFileEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.datafile')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('data_set', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.dataset')),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('url', models.URLField(blank=True, max_length=500)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DataSetEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.dataset')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('slug', models.SlugField(db_index=False, max_length=100)),
                ('title', models.CharField(max_length=200)),
                ('role', models.CharField(choices=[('training_trusted', 'training, trusted'), ('training_noisy', 'training, noisy'), ('validation', 'validation'), ('test', 'test')], max_length=20)),
                ('access', models.CharField(choices=[('public', 'public'), ('registered', 'registered teams'), ('approved', 'approved teams')], default='registered', max_length=12)),
                ('version', models.CharField(default='1', max_length=40)),
                ('licence', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FinalPackage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='final_packages', to='campaign.task')),
                ('kind', models.CharField(choices=[('final', 'final package'), ('overview', 'overview kit')], default='final', max_length=10)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('made', 'made'), ('failed', 'failed')], default='queued', max_length=10)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(null=True)),
                ('key', models.CharField(blank=True, editable=False, max_length=255)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('failure', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'made'), models.Q(('key', ''), _negated=True), ('made_at__isnull', False)), models.Q(models.Q(('state', 'made'), _negated=True), ('key', '')), _connector='OR'), name='a_made_package_has_a_file'), models.UniqueConstraint(condition=models.Q(('state', 'queued')), fields=('task', 'kind'), name='one_package_at_a_time'), models.CheckConstraint(condition=models.Q(('kind__in', ['final', 'overview'])), name='package_kind_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finalpackage',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_finalpackageevent" ("asked_at", "asked_by_id", "failure", "id", "kind", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "state", "task_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."failure", NEW."id", NEW."kind", NEW."made_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sha256", NEW."size", NEW."state", NEW."task_id"); RETURN NULL;', hash='1789819a8a8ffee1d288fdefba9c845638b71336', operation='INSERT', pgid='pgtrigger_insert_insert_dd059', table='campaign_finalpackage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finalpackage',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."failure" IS DISTINCT FROM (NEW."failure") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."task_id" IS DISTINCT FROM (NEW."task_id"))', func='INSERT INTO "campaign_finalpackageevent" ("asked_at", "asked_by_id", "failure", "id", "kind", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "state", "task_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."failure", NEW."id", NEW."kind", NEW."made_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sha256", NEW."size", NEW."state", NEW."task_id"); RETURN NULL;', hash='cb63f13dcff1afda045299f8e0b2cc431769900d', operation='UPDATE', pgid='pgtrigger_update_update_ee1f0', table='campaign_finalpackage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finalpackage',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_finalpackageevent" ("asked_at", "asked_by_id", "failure", "id", "kind", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "state", "task_id") VALUES (OLD."asked_at", OLD."asked_by_id", OLD."failure", OLD."id", OLD."kind", OLD."made_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256", OLD."size", OLD."state", OLD."task_id"); RETURN NULL;', hash='2cc53b3ab04250ce2bd8ccb9c77ddc3d58ce1716', operation='DELETE', pgid='pgtrigger_delete_delete_a344a', table='campaign_finalpackage', when='AFTER')),
        ),
        migrations.CreateModel(
            name='FinalPackageEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.finalpackage')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('kind', models.CharField(choices=[('final', 'final package'), ('overview', 'overview kit')], default='final', max_length=10)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('made', 'made'), ('failed', 'failed')], default='queued', max_length=10)),
                ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(null=True)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('failure', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Phase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phases', to='campaign.task')),
                ('kind', models.CharField(choices=[('registration', 'registration'), ('training_data', 'training data'), ('test_data', 'test data'), ('submission', 'submission'), ('results', 'results'), ('post_campaign', 'post-campaign')], max_length=15)),
                ('opens_at', models.DateTimeField(blank=True, null=True)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('never', models.BooleanField(default=False)),
            ],
            options={
                'ordering': [models.OrderBy(models.F('opens_at'), nulls_first=True), 'id'],
                'constraints': [models.UniqueConstraint(fields=('task', 'kind'), name='one_phase_of_a_kind'), models.CheckConstraint(condition=models.Q(('opens_at', None), ('closes_at', None), ('opens_at__lt', models.F('closes_at')), _connector='OR'), name='phase_opens_before_it_closes', violation_error_message='A phase must open before it closes.'), models.CheckConstraint(condition=models.Q(('kind__in', ['registration', 'training_data', 'test_data', 'submission', 'results', 'post_campaign'])), name='phase_kind_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='phase',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_phaseevent" ("closes_at", "id", "kind", "never", "opens_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "task_id") VALUES (NEW."closes_at", NEW."id", NEW."kind", NEW."never", NEW."opens_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."task_id"); RETURN NULL;', hash='bb6be5fc73a2e8259326a85c8ee8100e95f99c91', operation='INSERT', pgid='pgtrigger_insert_insert_c1ea7', table='campaign_phase', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='phase',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_phaseevent" ("closes_at", "id", "kind", "never", "opens_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "task_id") VALUES (NEW."closes_at", NEW."id", NEW."kind", NEW."never", NEW."opens_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."task_id"); RETURN NULL;', hash='c619a1b1e9842ac666b9c576a1b3c2ab6a9fdbdd', operation='UPDATE', pgid='pgtrigger_update_update_0bb4a', table='campaign_phase', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='phase',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_phaseevent" ("closes_at", "id", "kind", "never", "opens_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "task_id") VALUES (OLD."closes_at", OLD."id", OLD."kind", OLD."never", OLD."opens_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."task_id"); RETURN NULL;', hash='e5eceb91893cfe5df804e4ef2b8f68ce9c176d60', operation='DELETE', pgid='pgtrigger_delete_delete_8e23c', table='campaign_phase', when='AFTER')),
        ),
        migrations.CreateModel(
            name='PhaseChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phase_changes', to='campaign.task')),
                ('kind', models.CharField(choices=[('registration', 'registration'), ('training_data', 'training data'), ('test_data', 'test data'), ('submission', 'submission'), ('results', 'results'), ('post_campaign', 'post-campaign')], max_length=15)),
                ('opened_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('was_never', models.BooleanField(default=False)),
                ('opens_at', models.DateTimeField(null=True)),
                ('closes_at', models.DateTimeField(null=True)),
                ('never', models.BooleanField(default=False)),
                ('reason', models.TextField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='phase_moved_with_a_reason')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='phasechange',
            trigger=pgtrigger.compiler.Trigger(name='phase_change_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e8937e7245cb69519edcceb7cd0b97dd4cdd3de4', operation='UPDATE', pgid='pgtrigger_phase_change_never_changed_a26ba', table='campaign_phasechange', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='PhaseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.phase')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('kind', models.CharField(choices=[('registration', 'registration'), ('training_data', 'training data'), ('test_data', 'test data'), ('submission', 'submission'), ('results', 'results'), ('post_campaign', 'post-campaign')], max_length=15)),
                ('opens_at', models.DateTimeField(blank=True, null=True)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('never', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PublishedResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='published_results', to='campaign.task')),
                ('series', models.CharField(blank=True, max_length=50)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('team', models.CharField(max_length=100)),
                ('run', models.CharField(blank=True, max_length=100)),
                ('metric', models.CharField(max_length=50)),
                ('value', models.FloatField(null=True)),
                ('architectures', models.JSONField(default=list)),
                ('training_sets', models.JSONField(default=list)),
                ('n_networks', models.PositiveIntegerField(null=True)),
                ('source', models.CharField(max_length=300)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': [models.OrderBy(models.F('value'), descending=True, nulls_last=True), 'team', 'run'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('series', '')), fields=('task', 'team', 'run', 'metric'), name='published_once'), models.UniqueConstraint(condition=models.Q(('series', ''), _negated=True), fields=('series', 'year', 'team', 'run', 'metric'), name='printed_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('task__isnull', False), models.Q(('series', ''), _negated=True), _connector='OR'), name='published_somewhere'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='published_with_a_source')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publishedresult',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_publishedresultevent" ("architectures", "id", "metric", "n_networks", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "run", "series", "source", "task_id", "team", "training_sets", "value", "year") VALUES (NEW."architectures", NEW."id", NEW."metric", NEW."n_networks", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."run", NEW."series", NEW."source", NEW."task_id", NEW."team", NEW."training_sets", NEW."value", NEW."year"); RETURN NULL;', hash='31f5fe2c6029d1aa1a3fa1c4b3fc84a7622229cd', operation='INSERT', pgid='pgtrigger_insert_insert_25c7b', table='campaign_publishedresult', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publishedresult',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_publishedresultevent" ("architectures", "id", "metric", "n_networks", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "run", "series", "source", "task_id", "team", "training_sets", "value", "year") VALUES (NEW."architectures", NEW."id", NEW."metric", NEW."n_networks", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."run", NEW."series", NEW."source", NEW."task_id", NEW."team", NEW."training_sets", NEW."value", NEW."year"); RETURN NULL;', hash='44cb1f4308d43bfcc73729962f0462286687ca24', operation='UPDATE', pgid='pgtrigger_update_update_1704c', table='campaign_publishedresult', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='publishedresult',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_publishedresultevent" ("architectures", "id", "metric", "n_networks", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "run", "series", "source", "task_id", "team", "training_sets", "value", "year") VALUES (OLD."architectures", OLD."id", OLD."metric", OLD."n_networks", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."run", OLD."series", OLD."source", OLD."task_id", OLD."team", OLD."training_sets", OLD."value", OLD."year"); RETURN NULL;', hash='a0d25a360239bcdf560ab3d074eecb281126650b', operation='DELETE', pgid='pgtrigger_delete_delete_2325a', table='campaign_publishedresult', when='AFTER')),
        ),
        migrations.CreateModel(
            name='PublishedResultEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.publishedresult')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('series', models.CharField(blank=True, max_length=50)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('team', models.CharField(max_length=100)),
                ('run', models.CharField(blank=True, max_length=100)),
                ('metric', models.CharField(max_length=50)),
                ('value', models.FloatField(null=True)),
                ('architectures', models.JSONField(default=list)),
                ('training_sets', models.JSONField(default=list)),
                ('n_networks', models.PositiveIntegerField(null=True)),
                ('source', models.CharField(max_length=300)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RulesVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules_versions', to='campaign.task')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('task', 'number'), name='rules_number_used_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rulesversion',
            trigger=pgtrigger.compiler.Trigger(name='rules_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c7b170959a87fb6b174e6bf8fe0021dff61fa829', operation='UPDATE', pgid='pgtrigger_rules_never_changed_173f0', table='campaign_rulesversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rulesversion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_rulesversionevent" ("created_at", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "task_id", "text") VALUES (NEW."created_at", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."task_id", NEW."text"); RETURN NULL;', hash='9b9c955269023d336542baaf69b27633be1699c0', operation='INSERT', pgid='pgtrigger_insert_insert_be676', table='campaign_rulesversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rulesversion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_rulesversionevent" ("created_at", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "task_id", "text") VALUES (NEW."created_at", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."task_id", NEW."text"); RETURN NULL;', hash='557b9cd868bd9255505c5dfbbe077dc409e36da4', operation='UPDATE', pgid='pgtrigger_update_update_5ed3f', table='campaign_rulesversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rulesversion',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_rulesversionevent" ("created_at", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "task_id", "text") VALUES (OLD."created_at", OLD."id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."task_id", OLD."text"); RETURN NULL;', hash='764a7a6d05990d6f9f24b91c0f5822168636f962', operation='DELETE', pgid='pgtrigger_delete_delete_c730d', table='campaign_rulesversion', when='AFTER')),
        ),
        migrations.CreateModel(
            name='RulesVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.rulesversion')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RunSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='run_sets', to='campaign.task')),
                ('about', models.CharField(choices=[('fusion', 'Fusion'), ('pairs', 'Pairs')], max_length=10)),
                ('part', models.CharField(blank=True, choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], max_length=10)),
                ('evaluations', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveBigIntegerField(), size=None)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('data', models.JSONField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('made_at', None)), fields=['asked_at'], name='run_sets_to_be_made')],
                'constraints': [models.UniqueConstraint(fields=('about', 'part', 'evaluations'), name='one_row_a_set_of_runs'), models.CheckConstraint(condition=models.Q(models.Q(('about', 'fusion'), ('part', '')), models.Q(('about', 'pairs'), ('part__in', ['all', 'public', 'private'])), _connector='OR'), name='pairs_are_of_a_part'), models.CheckConstraint(condition=models.Q(models.Q(('data__isnull', True), ('made_at__isnull', True)), models.Q(('data__isnull', False), ('lease_token__isnull', True), ('made_at__isnull', False)), _connector='OR'), name='a_set_that_is_made_has_data')],
            },
        ),
        migrations.CreateModel(
            name='TruthVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='truth_versions', to='campaign.task')),
                ('number', models.PositiveIntegerField()),
                ('folder', models.CharField(editable=False, max_length=200, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('files_digest', models.CharField(editable=False, max_length=64)),
                ('metrics', models.JSONField(default=list)),
                ('split_column', models.TextField(blank=True)),
                ('n_queries', models.PositiveIntegerField()),
                ('n_classes', models.PositiveIntegerField()),
                ('n_media', models.PositiveIntegerField(default=0)),
                ('note', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('task', 'number'), name='truth_number_used_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='truthversion',
            trigger=pgtrigger.compiler.Trigger(name='truth_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."task_id" IS DISTINCT FROM (NEW."task_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."folder" IS DISTINCT FROM (NEW."folder") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."files_digest" IS DISTINCT FROM (NEW."files_digest") OR OLD."metrics" IS DISTINCT FROM (NEW."metrics") OR OLD."split_column" IS DISTINCT FROM (NEW."split_column") OR OLD."n_queries" IS DISTINCT FROM (NEW."n_queries") OR OLD."n_classes" IS DISTINCT FROM (NEW."n_classes") OR OLD."n_media" IS DISTINCT FROM (NEW."n_media") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a6d6ae95f04ef58227ed5abe6adf56b1ed6a8ce9', operation='UPDATE', pgid='pgtrigger_truth_never_changed_50978', table='campaign_truthversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='truthversion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_truthversionevent" ("created_at", "digest", "files_digest", "id", "metrics", "n_classes", "n_media", "n_queries", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "split_column", "task_id") VALUES (NEW."created_at", NEW."digest", NEW."files_digest", NEW."id", NEW."metrics", NEW."n_classes", NEW."n_media", NEW."n_queries", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."split_column", NEW."task_id"); RETURN NULL;', hash='486355d25cb548b9f6c1f3f6f9265c9bbb13f7e3', operation='INSERT', pgid='pgtrigger_insert_insert_f8836', table='campaign_truthversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='truthversion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."files_digest" IS DISTINCT FROM (NEW."files_digest") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."metrics" IS DISTINCT FROM (NEW."metrics") OR OLD."n_classes" IS DISTINCT FROM (NEW."n_classes") OR OLD."n_media" IS DISTINCT FROM (NEW."n_media") OR OLD."n_queries" IS DISTINCT FROM (NEW."n_queries") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."split_column" IS DISTINCT FROM (NEW."split_column") OR OLD."task_id" IS DISTINCT FROM (NEW."task_id"))', func='INSERT INTO "campaign_truthversionevent" ("created_at", "digest", "files_digest", "id", "metrics", "n_classes", "n_media", "n_queries", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "split_column", "task_id") VALUES (NEW."created_at", NEW."digest", NEW."files_digest", NEW."id", NEW."metrics", NEW."n_classes", NEW."n_media", NEW."n_queries", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."split_column", NEW."task_id"); RETURN NULL;', hash='f7c61d22f71b25f62bc1726b25dab82e3093049c', operation='UPDATE', pgid='pgtrigger_update_update_4fdca', table='campaign_truthversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='truthversion',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_truthversionevent" ("created_at", "digest", "files_digest", "id", "metrics", "n_classes", "n_media", "n_queries", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "split_column", "task_id") VALUES (OLD."created_at", OLD."digest", OLD."files_digest", OLD."id", OLD."metrics", OLD."n_classes", OLD."n_media", OLD."n_queries", OLD."note", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."split_column", OLD."task_id"); RETURN NULL;', hash='c57d3093cda35f15d14d0539cc9b3a00835bd42e', operation='DELETE', pgid='pgtrigger_delete_delete_0fcb1', table='campaign_truthversion', when='AFTER')),
        ),
        migrations.CreateModel(
            name='RankSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rank_snapshots', to='campaign.task')),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], default='all', max_length=10)),
                ('truth_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.truthversion')),
                ('taken_at', models.DateTimeField()),
                ('run_ids', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveBigIntegerField(), size=None)),
                ('ranks', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(null=True), size=None)),
                ('evaluation_ids', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveBigIntegerField(), size=None)),
            ],
            options={
                'ordering': ['-id'],
                'get_latest_by': 'id',
                'indexes': [models.Index(fields=['task', 'part', 'taken_at'], name='snapshot_moment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='snapshot_part_known'), models.CheckConstraint(condition=models.Q(('run_ids__len', models.F('ranks__len'))), name='a_rank_for_every_run'), models.CheckConstraint(condition=models.Q(('run_ids__len', models.F('evaluation_ids__len'))), name='an_evaluation_for_every_ranked_run')],
            },
        ),
        migrations.CreateModel(
            name='Rescoring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rescorings', to='campaign.task')),
                ('truth_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.truthversion')),
                ('replaces', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.truthversion')),
                ('state', models.CharField(choices=[('running', 'running'), ('ready', 'ready'), ('switched', 'in force'), ('discarded', 'discarded')], default='running', max_length=10)),
                ('reason', models.TextField()),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'ready'])), fields=('task',), name='one_open_rescoring_a_task', violation_error_message='Another re-scoring of this task is not ended yet.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['running', 'ready'])), models.Q(('ended_at__isnull', False), ('state__in', ['switched', 'discarded'])), _connector='OR'), name='rescoring_ended_in_an_end_state'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='rescored_with_a_reason')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescoring',
            trigger=pgtrigger.compiler.Trigger(name='rescoring_only_forward', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{running:ready,ready:running,ready:switched,running:discarded,ready:discarded}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='0f9fea977683c946b07994ad22f7a1c1c98b9303', operation='UPDATE', pgid='pgtrigger_rescoring_only_forward_af609', table='campaign_rescoring', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescoring',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_rescoringevent" ("ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "replaces_id", "started_at", "started_by_id", "state", "task_id", "truth_version_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."replaces_id", NEW."started_at", NEW."started_by_id", NEW."state", NEW."task_id", NEW."truth_version_id"); RETURN NULL;', hash='0a8bfc6aa072977eaa3d41126e669ec7423b1546', operation='INSERT', pgid='pgtrigger_insert_insert_b009b', table='campaign_rescoring', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescoring',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_rescoringevent" ("ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "replaces_id", "started_at", "started_by_id", "state", "task_id", "truth_version_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."replaces_id", NEW."started_at", NEW."started_by_id", NEW."state", NEW."task_id", NEW."truth_version_id"); RETURN NULL;', hash='9b8b1f4582c310677f9139bbe6353571f8184eaf', operation='UPDATE', pgid='pgtrigger_update_update_b2318', table='campaign_rescoring', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rescoring',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_rescoringevent" ("ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "replaces_id", "started_at", "started_by_id", "state", "task_id", "truth_version_id") VALUES (OLD."ended_at", OLD."ended_by_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."replaces_id", OLD."started_at", OLD."started_by_id", OLD."state", OLD."task_id", OLD."truth_version_id"); RETURN NULL;', hash='66423f7ed684d6c28952180cedfe14190d836e71', operation='DELETE', pgid='pgtrigger_delete_delete_f4c07', table='campaign_rescoring', when='AFTER')),
        ),
        migrations.CreateModel(
            name='RescoringEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.rescoring')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('truth_version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.truthversion')),
                ('replaces', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.truthversion')),
                ('state', models.CharField(choices=[('running', 'running'), ('ready', 'ready'), ('switched', 'in force'), ('discarded', 'discarded')], default='running', max_length=10)),
                ('reason', models.TextField()),
                ('started_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Species',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('truth_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='species', to='campaign.truthversion')),
                ('class_id', models.TextField()),
                ('name', models.TextField()),
                ('genus', models.TextField(blank=True)),
                ('family', models.TextField(blank=True)),
                ('words', models.GeneratedField(db_persist=True, expression=campaign.models.search_words.Words(django.db.models.functions.text.Concat(models.F('name'), models.Value(' ', models.TextField()), models.F('genus'), models.Value(' ', models.TextField()), models.F('family'), models.Value(' ', models.TextField()), models.F('class_id'))), output_field=django.contrib.postgres.search.SearchVectorField())),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='species_words')],
            },
        ),
        migrations.CreateModel(
            name='TaskEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.task')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('campaign', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.campaign')),
                ('slug', models.SlugField(db_index=False, max_length=100)),
                ('titles', models.JSONField(default=dict)),
                ('questions', models.JSONField(default=dict)),
                ('overview', models.TextField(blank=True)),
                ('shape', models.CharField(max_length=10)),
                ('run_rules_json', models.JSONField(db_column='run_rules')),
                ('subsets', models.JSONField(default=list)),
                ('runs_per_team', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('runs_per_day', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('visibility', models.CharField(choices=[('never', 'hidden until results open'), ('live', 'live')], default='never', max_length=10)),
                ('truth_released', models.BooleanField(default=False)),
                ('final', models.CharField(choices=[('all', 'all queries'), ('private', 'private part')], default='all', max_length=10)),
                ('approval', models.BooleanField(default=False)),
                ('required_description', models.JSONField(default=list)),
                ('required_runs', models.JSONField(default=list)),
                ('generated', models.BooleanField(default=False)),
                ('current_truth', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.truthversion')),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TruthVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.truthversion')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('files_digest', models.CharField(editable=False, max_length=64)),
                ('metrics', models.JSONField(default=list)),
                ('split_column', models.TextField(blank=True)),
                ('n_queries', models.PositiveIntegerField()),
                ('n_classes', models.PositiveIntegerField()),
                ('n_media', models.PositiveIntegerField(default=0)),
                ('note', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(max_length=100, unique=True)),
                ('affiliation', models.CharField(blank=True, max_length=200, verbose_name='affiliation')),
                ('organisers', models.BooleanField(default=False)),
                ('generated', models.BooleanField(default=False)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='campaign.team')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': [django.db.models.functions.text.Lower('name')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='team_name_unique', violation_error_message='Another team already has this name.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='team',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_teamevent" ("affiliation", "created_at", "generated", "id", "merged_into_id", "name", "organisers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."affiliation", NEW."created_at", NEW."generated", NEW."id", NEW."merged_into_id", NEW."name", NEW."organisers", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug"); RETURN NULL;', hash='896393f5a3190692621db50c1cf683aec43c2299', operation='INSERT', pgid='pgtrigger_insert_insert_fc7e8', table='campaign_team', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='team',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_teamevent" ("affiliation", "created_at", "generated", "id", "merged_into_id", "name", "organisers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (NEW."affiliation", NEW."created_at", NEW."generated", NEW."id", NEW."merged_into_id", NEW."name", NEW."organisers", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug"); RETURN NULL;', hash='b548d2a917c783e3a92d737f34928315d835e4af', operation='UPDATE', pgid='pgtrigger_update_update_2eb34', table='campaign_team', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='team',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_teamevent" ("affiliation", "created_at", "generated", "id", "merged_into_id", "name", "organisers", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug") VALUES (OLD."affiliation", OLD."created_at", OLD."generated", OLD."id", OLD."merged_into_id", OLD."name", OLD."organisers", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug"); RETURN NULL;', hash='56923732f3fa207c1d478bebe668655740cca1b4', operation='DELETE', pgid='pgtrigger_delete_delete_91e9d', table='campaign_team', when='AFTER')),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='campaign.team')),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='campaign.team')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('captain', 'captain'), ('member', 'member')], default='member', max_length=10)),
                ('joined_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['role', 'joined_at'],
                'constraints': [models.UniqueConstraint(fields=('team', 'user'), name='member_once'), models.CheckConstraint(condition=models.Q(('role__in', ['captain', 'member'])), name='membership_role_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_membershipevent" ("id", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "team_id", "user_id") VALUES (NEW."id", NEW."joined_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."team_id", NEW."user_id"); RETURN NULL;', hash='7306cc5b2582fa879e111d9fdfd09ae80b34f323', operation='INSERT', pgid='pgtrigger_insert_insert_98488', table='campaign_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_membershipevent" ("id", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "team_id", "user_id") VALUES (NEW."id", NEW."joined_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."team_id", NEW."user_id"); RETURN NULL;', hash='00b11a98bb83d1b0de58d4896085564ef4299751', operation='UPDATE', pgid='pgtrigger_update_update_f5220', table='campaign_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_membershipevent" ("id", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "team_id", "user_id") VALUES (OLD."id", OLD."joined_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."team_id", OLD."user_id"); RETURN NULL;', hash='12842cf6edf8300cfda66d2e0227ed9a29815e23', operation='DELETE', pgid='pgtrigger_delete_delete_72ac7', table='campaign_membership', when='AFTER')),
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.membership')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('team', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.team')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('captain', 'captain'), ('member', 'member')], default='member', max_length=10)),
                ('joined_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MergeProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ending', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals_made', to='campaign.team')),
                ('staying', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals_got', to='campaign.team')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('accepted', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-proposed_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('ending',), name='one_open_proposal_a_team', violation_error_message='Your team has another proposal that is not answered.'), models.CheckConstraint(condition=models.Q(('ending', models.F('staying')), _negated=True), name='a_team_merges_into_another', violation_error_message='A team cannot be merged into itself.'), models.CheckConstraint(condition=models.Q(('accepted', False), ('answered_at__isnull', False), _connector='OR'), name='an_accepted_proposal_is_answered')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='campaign.team')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='campaign.task')),
                ('state', models.CharField(choices=[('pending', 'waiting for approval'), ('approved', 'approved'), ('refused', 'refused')], default='pending', max_length=10)),
                ('rules_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.rulesversion')),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('accepted_at', models.DateTimeField()),
                ('extra_runs', models.PositiveSmallIntegerField(default=0)),
                ('state_reason', models.TextField(blank=True, verbose_name='reason')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='campaign.registration')),
            ],
            options={
                'ordering': ['accepted_at'],
                'constraints': [models.UniqueConstraint(fields=('team', 'task'), name='register_once', violation_error_message='This team is already registered for the task.'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'approved', 'refused'])), name='registration_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('state_reason', ''), _negated=True), _connector='OR'), name='refused_with_a_reason', violation_error_message='A refusal needs a reason: the team reads it.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='registration',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_registrationevent" ("accepted_at", "accepted_by_id", "extra_runs", "id", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rules_version_id", "state", "state_reason", "task_id", "team_id") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."extra_runs", NEW."id", NEW."merged_into_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rules_version_id", NEW."state", NEW."state_reason", NEW."task_id", NEW."team_id"); RETURN NULL;', hash='8bba972bbab484dfa86bf260b72697be45599d2e', operation='INSERT', pgid='pgtrigger_insert_insert_9667d', table='campaign_registration', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='registration',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "campaign_registrationevent" ("accepted_at", "accepted_by_id", "extra_runs", "id", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rules_version_id", "state", "state_reason", "task_id", "team_id") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."extra_runs", NEW."id", NEW."merged_into_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rules_version_id", NEW."state", NEW."state_reason", NEW."task_id", NEW."team_id"); RETURN NULL;', hash='143e84e4c106ae82fdc93a6eb315c7a98c03fd5e', operation='UPDATE', pgid='pgtrigger_update_update_4d3c3', table='campaign_registration', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='registration',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_registrationevent" ("accepted_at", "accepted_by_id", "extra_runs", "id", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rules_version_id", "state", "state_reason", "task_id", "team_id") VALUES (OLD."accepted_at", OLD."accepted_by_id", OLD."extra_runs", OLD."id", OLD."merged_into_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rules_version_id", OLD."state", OLD."state_reason", OLD."task_id", OLD."team_id"); RETURN NULL;', hash='b18fd70ecb137597cdf4db473d4af6f7e0da2c45', operation='DELETE', pgid='pgtrigger_delete_delete_7151d', table='campaign_registration', when='AFTER')),
        ),
        migrations.CreateModel(
            name='RegistrationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.registration')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('team', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.team')),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('state', models.CharField(choices=[('pending', 'waiting for approval'), ('approved', 'approved'), ('refused', 'refused')], default='pending', max_length=10)),
                ('rules_version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.rulesversion')),
                ('accepted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('accepted_at', models.DateTimeField()),
                ('extra_runs', models.PositiveSmallIntegerField(default=0)),
                ('state_reason', models.TextField(blank=True, verbose_name='reason')),
                ('merged_into', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.registration')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='campaign.registration')),
                ('image_run_of', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='image_run', to='campaign.run')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('description', models.JSONField(blank=True, default=dict)),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('began_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('late', models.BooleanField(default=False)),
                ('accepted_in_time_reason', models.TextField(blank=True)),
                ('generated', models.BooleanField(default=False)),
                ('file_key', models.CharField(editable=False, max_length=255, unique=True)),
                ('file_name', models.CharField(max_length=255)),
                ('stored_bytes', models.PositiveBigIntegerField()),
                ('content_bytes', models.PositiveBigIntegerField()),
                ('content_sha256', models.CharField(db_index=True, max_length=64)),
                ('standing', models.CharField(choices=[('active', 'active'), ('withdrawn', 'withdrawn'), ('disqualified', 'disqualified')], default='active', max_length=12)),
                ('standing_reason', models.TextField(blank=True)),
                ('withdrawn_unseen', models.BooleanField(default=False)),
                ('seen_evaluation', models.PositiveBigIntegerField(editable=False, null=True)),
            ],
            options={
                'ordering': ['registration', 'number'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('image_run_of', None)), fields=('registration', 'number'), name='run_number_used_once'), models.CheckConstraint(condition=models.Q(('standing__in', ['active', 'withdrawn', 'disqualified'])), name='run_standing_known'), models.CheckConstraint(condition=models.Q(models.Q(('standing', 'disqualified'), _negated=True), models.Q(('standing_reason', ''), _negated=True), _connector='OR'), name='disqualified_with_a_reason', violation_error_message='A disqualification needs a reason.'), models.CheckConstraint(condition=models.Q(('withdrawn_unseen', False), ('standing', 'withdrawn'), _connector='OR'), name='only_a_withdrawn_run_gives_its_place_back'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='run_numbers_begin_at_one')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='run_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."registration_id" IS DISTINCT FROM (NEW."registration_id") OR OLD."image_run_of_id" IS DISTINCT FROM (NEW."image_run_of_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."began_at" IS DISTINCT FROM (NEW."began_at") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."late" IS DISTINCT FROM (NEW."late") OR OLD."generated" IS DISTINCT FROM (NEW."generated") OR OLD."file_key" IS DISTINCT FROM (NEW."file_key") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."stored_bytes" IS DISTINCT FROM (NEW."stored_bytes") OR OLD."content_bytes" IS DISTINCT FROM (NEW."content_bytes") OR OLD."content_sha256" IS DISTINCT FROM (NEW."content_sha256"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9a6e36ae4c60a4a34bfa64aa4bd0204b37beb6a6', operation='UPDATE', pgid='pgtrigger_run_never_changed_49b68', table='campaign_run', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='run_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='840bdfd162c67b6a75d53a381ac891e7c2868176', operation='DELETE', pgid='pgtrigger_run_kept_3d077', table='campaign_run', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_runevent" ("accepted_in_time_reason", "began_at", "content_bytes", "content_sha256", "description", "file_name", "generated", "id", "image_run_of_id", "late", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "registration_id", "seen_evaluation", "standing", "standing_reason", "stored_bytes", "submitted_by_id", "withdrawn_unseen") VALUES (NEW."accepted_in_time_reason", NEW."began_at", NEW."content_bytes", NEW."content_sha256", NEW."description", NEW."file_name", NEW."generated", NEW."id", NEW."image_run_of_id", NEW."late", NEW."name", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."received_at", NEW."registration_id", NEW."seen_evaluation", NEW."standing", NEW."standing_reason", NEW."stored_bytes", NEW."submitted_by_id", NEW."withdrawn_unseen"); RETURN NULL;', hash='24baddf035c437229e64f6f4f2c09c289c1fd130', operation='INSERT', pgid='pgtrigger_insert_insert_7dbd6', table='campaign_run', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accepted_in_time_reason" IS DISTINCT FROM (NEW."accepted_in_time_reason") OR OLD."began_at" IS DISTINCT FROM (NEW."began_at") OR OLD."content_bytes" IS DISTINCT FROM (NEW."content_bytes") OR OLD."content_sha256" IS DISTINCT FROM (NEW."content_sha256") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."generated" IS DISTINCT FROM (NEW."generated") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."image_run_of_id" IS DISTINCT FROM (NEW."image_run_of_id") OR OLD."late" IS DISTINCT FROM (NEW."late") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."registration_id" IS DISTINCT FROM (NEW."registration_id") OR OLD."seen_evaluation" IS DISTINCT FROM (NEW."seen_evaluation") OR OLD."standing" IS DISTINCT FROM (NEW."standing") OR OLD."standing_reason" IS DISTINCT FROM (NEW."standing_reason") OR OLD."stored_bytes" IS DISTINCT FROM (NEW."stored_bytes") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."withdrawn_unseen" IS DISTINCT FROM (NEW."withdrawn_unseen"))', func='INSERT INTO "campaign_runevent" ("accepted_in_time_reason", "began_at", "content_bytes", "content_sha256", "description", "file_name", "generated", "id", "image_run_of_id", "late", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "registration_id", "seen_evaluation", "standing", "standing_reason", "stored_bytes", "submitted_by_id", "withdrawn_unseen") VALUES (NEW."accepted_in_time_reason", NEW."began_at", NEW."content_bytes", NEW."content_sha256", NEW."description", NEW."file_name", NEW."generated", NEW."id", NEW."image_run_of_id", NEW."late", NEW."name", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."received_at", NEW."registration_id", NEW."seen_evaluation", NEW."standing", NEW."standing_reason", NEW."stored_bytes", NEW."submitted_by_id", NEW."withdrawn_unseen"); RETURN NULL;', hash='6855e8a81870ad9faa61ffb272a46a4851379f76', operation='UPDATE', pgid='pgtrigger_update_update_135bc', table='campaign_run', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='run',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_runevent" ("accepted_in_time_reason", "began_at", "content_bytes", "content_sha256", "description", "file_name", "generated", "id", "image_run_of_id", "late", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "registration_id", "seen_evaluation", "standing", "standing_reason", "stored_bytes", "submitted_by_id", "withdrawn_unseen") VALUES (OLD."accepted_in_time_reason", OLD."began_at", OLD."content_bytes", OLD."content_sha256", OLD."description", OLD."file_name", OLD."generated", OLD."id", OLD."image_run_of_id", OLD."late", OLD."name", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."received_at", OLD."registration_id", OLD."seen_evaluation", OLD."standing", OLD."standing_reason", OLD."stored_bytes", OLD."submitted_by_id", OLD."withdrawn_unseen"); RETURN NULL;', hash='8e64d71f72550c30e1f616e4843ee89ea05a8c67', operation='DELETE', pgid='pgtrigger_delete_delete_ca95a', table='campaign_run', when='AFTER')),
        ),
        migrations.CreateModel(
            name='BaselineTraining',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='campaign.task')),
                ('name', models.CharField(max_length=80)),
                ('config', models.TextField()),
                ('config_sha256', models.CharField(max_length=64)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('elsewhere', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10)),
                ('sent_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_asked_at', models.DateTimeField(blank=True, null=True)),
                ('progress', models.JSONField(default=dict)),
                ('log', models.TextField(blank=True)),
                ('failure', models.TextField(blank=True)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='campaign.run')),
                ('record', models.JSONField(default=dict)),
                ('card', models.TextField(blank=True)),
                ('price', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['state', 'sent_at'], name='training_unfinished')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running'])), fields=('task', 'config_sha256'), name='one_training_of_a_config_at_a_time', violation_error_message='This config is on its way for this task already.'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('lease_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_token', None), ('lease_until', None)), _connector='OR'), name='a_lease_while_training'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['waiting', 'running'])), models.Q(('ended_at__isnull', False), ('state__in', ['done', 'failed', 'cancelled'])), ('elsewhere', True), _connector='OR'), name='training_ended_in_an_end_state'), models.CheckConstraint(condition=models.Q(('elsewhere', False), models.Q(('ended_at', None), ('started_at', None), ('state', 'done')), _connector='OR'), name='trained_elsewhere_at_an_unknown_time'), models.CheckConstraint(condition=models.Q(models.Q(('run__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('run', None)), _connector='OR'), name='a_training_that_is_done_has_a_run'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='trained_with_a_reason')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinetraining',
            trigger=pgtrigger.compiler.Trigger(name='training_only_forward', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{waiting:running,waiting:cancelled,running:done,running:failed,running:cancelled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='0bbd5b8b928d025f5059af487663015dc00f3249', operation='UPDATE', pgid='pgtrigger_training_only_forward_9aefc', table='campaign_baselinetraining', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinetraining',
            trigger=pgtrigger.compiler.Trigger(name='training_asked_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."task_id" IS DISTINCT FROM (NEW."task_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."config" IS DISTINCT FROM (NEW."config") OR OLD."config_sha256" IS DISTINCT FROM (NEW."config_sha256") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."elsewhere" IS DISTINCT FROM (NEW."elsewhere"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0a2eaf5072ba1b726b6fc49310570dfa0f09939f', operation='UPDATE', pgid='pgtrigger_training_asked_once_dd149', table='campaign_baselinetraining', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinetraining',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_baselinetrainingevent" ("asked_at", "asked_by_id", "cancel_asked_at", "config_sha256", "elsewhere", "ended_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "reason", "run_id", "seen_at", "state", "task_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."cancel_asked_at", NEW."config_sha256", NEW."elsewhere", NEW."ended_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price", NEW."reason", NEW."run_id", NEW."seen_at", NEW."state", NEW."task_id"); RETURN NULL;', hash='db19b7c5746524ac21d5d5a0fe884893651449c1', operation='INSERT', pgid='pgtrigger_insert_insert_71aea', table='campaign_baselinetraining', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinetraining',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."cancel_asked_at" IS DISTINCT FROM (NEW."cancel_asked_at") OR OLD."config_sha256" IS DISTINCT FROM (NEW."config_sha256") OR OLD."elsewhere" IS DISTINCT FROM (NEW."elsewhere") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."price" IS DISTINCT FROM (NEW."price") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."seen_at" IS DISTINCT FROM (NEW."seen_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."task_id" IS DISTINCT FROM (NEW."task_id"))', func='INSERT INTO "campaign_baselinetrainingevent" ("asked_at", "asked_by_id", "cancel_asked_at", "config_sha256", "elsewhere", "ended_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "reason", "run_id", "seen_at", "state", "task_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."cancel_asked_at", NEW."config_sha256", NEW."elsewhere", NEW."ended_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price", NEW."reason", NEW."run_id", NEW."seen_at", NEW."state", NEW."task_id"); RETURN NULL;', hash='c6444d6d0746b0ca974a4956598799e2268ece2d', operation='UPDATE', pgid='pgtrigger_update_update_35844', table='campaign_baselinetraining', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinetraining',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "campaign_baselinetrainingevent" ("asked_at", "asked_by_id", "cancel_asked_at", "config_sha256", "elsewhere", "ended_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "reason", "run_id", "seen_at", "state", "task_id") VALUES (OLD."asked_at", OLD."asked_by_id", OLD."cancel_asked_at", OLD."config_sha256", OLD."elsewhere", OLD."ended_at", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."price", OLD."reason", OLD."run_id", OLD."seen_at", OLD."state", OLD."task_id"); RETURN NULL;', hash='59dc5e65776e6c78c0729a851afd7a4ab4ded535', operation='DELETE', pgid='pgtrigger_delete_delete_2e5e1', table='campaign_baselinetraining', when='AFTER')),
        ),
        migrations.CreateModel(
            name='BaselineTrainingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.baselinetraining')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.task')),
                ('name', models.CharField(max_length=80)),
                ('config_sha256', models.CharField(max_length=64)),
                ('asked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('elsewhere', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_asked_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('run', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.run')),
                ('price', models.JSONField(default=dict)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='campaign.run')),
                ('truth_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.truthversion')),
                ('scorer_version', models.CharField(max_length=20)),
                ('is_current', models.BooleanField(default=True)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('scoring', 'scoring'), ('scored', 'scored'), ('rejected', 'rejected'), ('failed', 'failed')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('queued_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('problems', models.JSONField(default=list)),
                ('warnings', models.JSONField(default=list)),
                ('report', models.JSONField(default=dict)),
                ('timings', models.JSONField(default=dict)),
                ('failure', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'scoring'])), fields=['state', 'sent_at'], name='evaluation_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('run', 'truth_version', 'scorer_version'), name='evaluated_once'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('run',), name='one_current_evaluation'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('lease_until__isnull', False), ('state', 'scoring')), models.Q(models.Q(('state', 'scoring'), _negated=True), ('lease_token', None), ('lease_until', None)), _connector='OR'), name='a_lease_while_scoring'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('state__in', ['queued', 'scoring'])), models.Q(('finished_at__isnull', False), ('state__in', ['scored', 'rejected', 'failed'])), _connector='OR'), name='finished_in_an_end_state'), models.CheckConstraint(condition=models.Q(('state', 'rejected'), ('problems', []), _connector='OR'), name='problems_reject')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='evaluation_only_forward', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{queued:scoring,queued:failed,scoring:scored,scoring:rejected,scoring:failed,failed:queued}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='daa645cf18fc0500f95416a0676cecd7b8156aa2', operation='UPDATE', pgid='pgtrigger_evaluation_only_forward_143a4', table='campaign_evaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='evaluation_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state IN ('scored', 'rejected') AND to_jsonb(OLD) - 'is_current' IS DISTINCT FROM to_jsonb(NEW) - 'is_current')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c4efa35fd2b4ed9b707c4ae971ba3bbe9f46e99e', operation='UPDATE', pgid='pgtrigger_evaluation_frozen_8c292', table='campaign_evaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='evaluation_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9a9e9fce69bc21ae650e0ab02c56f7f46475c850', operation='DELETE', pgid='pgtrigger_evaluation_kept_64201', table='campaign_evaluation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='queued_again_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" = \'queued\' AND OLD."state" = \'failed\')', func='INSERT INTO "campaign_evaluationevent" ("pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "run_id", "truth_version_id") VALUES (_pgh_attach_context(), NOW(), \'queued again\', NEW."id", NEW."run_id", NEW."truth_version_id"); RETURN NULL;', hash='548ac1c3dbf178b8e9d2b0a67556e17e68b2e669', operation='UPDATE', pgid='pgtrigger_queued_again_update_32963', table='campaign_evaluation', when='AFTER')),
        ),
        migrations.CreateModel(
            name='Breakdown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='breakdowns', to='campaign.evaluation')),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], max_length=10)),
                ('kind', models.TextField()),
                ('data', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'part', 'kind'), name='broken_down_once'), models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='breakdown_part_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='breakdown',
            trigger=pgtrigger.compiler.Trigger(name='breakdown_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d928b1f977c099a556b55ed3d9be5c1b4bac3051', operation='UPDATE', pgid='pgtrigger_breakdown_never_changed_2611f', table='campaign_breakdown', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaign.evaluation')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaign.evaluation')),
                ('metric', models.CharField(max_length=200)),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], max_length=10)),
                ('difference', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('p', models.FloatField()),
                ('adjusted', models.FloatField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('leader', 'other', 'metric', 'part'), name='compared_once'), models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='comparison_part_known'), models.CheckConstraint(condition=models.Q(('leader', models.F('other')), _negated=True), name='compared_with_another')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comparison',
            trigger=pgtrigger.compiler.Trigger(name='comparison_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."leader_id" IS DISTINCT FROM (NEW."leader_id") OR OLD."other_id" IS DISTINCT FROM (NEW."other_id") OR OLD."metric" IS DISTINCT FROM (NEW."metric") OR OLD."part" IS DISTINCT FROM (NEW."part") OR OLD."difference" IS DISTINCT FROM (NEW."difference") OR OLD."low" IS DISTINCT FROM (NEW."low") OR OLD."high" IS DISTINCT FROM (NEW."high") OR OLD."p" IS DISTINCT FROM (NEW."p"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='34c5f5887e5194dd905c416d6d9ac306161accf2', operation='UPDATE', pgid='pgtrigger_comparison_never_changed_ac9c4', table='campaign_comparison', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='ComparisonFamily',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comparison_families', to='campaign.task')),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], max_length=10)),
                ('metric', models.CharField(max_length=200)),
                ('leader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaign.evaluation')),
                ('others', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveBigIntegerField(), size=None)),
                ('n_others', models.PositiveIntegerField()),
                ('sent_at', models.DateTimeField()),
                ('n_alike', models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('task', 'part'), name='one_family_a_board'), models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='family_part_known'), models.CheckConstraint(condition=models.Q(('others__len', models.F('n_others')), models.Q(('n_others__gt', 500), ('others__len', 0)), _connector='OR'), name='every_other_is_named_or_none'), models.CheckConstraint(condition=models.Q(('made_at', None), models.Q(('lease_token', None), ('lease_until', None)), _connector='OR'), name='no_lease_on_a_family_that_is_tested')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='run_truth_version_events', to='campaign.evaluation')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('run', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.run')),
                ('truth_version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.truthversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LeaderboardRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaderboard', to='campaign.task')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaderboard_rows', to='campaign.run')),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], default='all', max_length=10)),
                ('section', models.PositiveSmallIntegerField(choices=[(0, 'ranked'), (1, 'late'), (2, 'unranked')])),
                ('rank', models.PositiveIntegerField(null=True)),
                ('position', models.PositiveIntegerField()),
                ('best_of_team', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['position'],
                'indexes': [models.Index(fields=['task', 'part', 'position'], name='leaderboard_order')],
                'constraints': [models.UniqueConstraint(fields=('run', 'part'), name='one_row_a_run'), models.CheckConstraint(condition=models.Q(('section', 0), ('rank', None), _connector='OR'), name='only_ranked_runs_have_a_rank'), models.CheckConstraint(condition=models.Q(('section', 0), ('best_of_team', False), _connector='OR'), name='only_ranked_runs_are_best'), models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='leaderboard_part_known')],
            },
        ),
        migrations.CreateModel(
            name='RunEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.run')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('registration', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.registration')),
                ('image_run_of', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.run')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('description', models.JSONField(blank=True, default=dict)),
                ('submitted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('began_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('late', models.BooleanField(default=False)),
                ('accepted_in_time_reason', models.TextField(blank=True)),
                ('generated', models.BooleanField(default=False)),
                ('file_name', models.CharField(max_length=255)),
                ('stored_bytes', models.PositiveBigIntegerField()),
                ('content_bytes', models.PositiveBigIntegerField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('standing', models.CharField(choices=[('active', 'active'), ('withdrawn', 'withdrawn'), ('disqualified', 'disqualified')], default='active', max_length=12)),
                ('standing_reason', models.TextField(blank=True)),
                ('withdrawn_unseen', models.BooleanField(default=False)),
                ('seen_evaluation', models.PositiveBigIntegerField(editable=False, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='campaign.evaluation')),
                ('metric', models.CharField(max_length=200)),
                ('part', models.CharField(choices=[('all', 'all queries'), ('public', 'public part'), ('private', 'private part')], default='all', max_length=10)),
                ('value', models.FloatField(null=True)),
                ('low', models.FloatField(null=True)),
                ('high', models.FloatField(null=True)),
                ('n', models.PositiveIntegerField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('warnings', models.JSONField(default=list)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'metric', 'part'), name='scored_once'), models.CheckConstraint(condition=models.Q(('value__isnull', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='undefined_with_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('high', None), ('low', None)), models.Q(('high__isnull', False), ('low__isnull', False), ('value__isnull', False)), _connector='OR'), name='an_interval_has_two_ends'), models.CheckConstraint(condition=models.Q(('part__in', ['all', 'public', 'private'])), name='score_part_known')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='score',
            trigger=pgtrigger.compiler.Trigger(name='score_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='aa5331290b0cf4786b118fdbcdc1e5f08a2dd18f', operation='UPDATE', pgid='pgtrigger_score_never_changed_c4929', table='campaign_score', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='TeamEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='campaign.team')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(db_index=False, max_length=100)),
                ('affiliation', models.CharField(blank=True, max_length=200, verbose_name='affiliation')),
                ('organisers', models.BooleanField(default=False)),
                ('generated', models.BooleanField(default=False)),
                ('merged_into', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='campaign.team')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evaluation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='trace', to='campaign.evaluation')),
                ('data', models.BinaryField()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trace',
            trigger=pgtrigger.compiler.Trigger(name='trace_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='be82a41edc19aefe6b7c45f70f7beebc560319b3', operation='UPDATE', pgid='pgtrigger_trace_never_changed_6bb0c', table='campaign_trace', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='task',
            name='current_truth',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaign.truthversion'),
        ),
        migrations.AddField(
            model_name='team',
            name='members',
            field=models.ManyToManyField(related_name='teams', through='campaign.Membership', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(_INDEXES, _NO_INDEXES),
    ]
