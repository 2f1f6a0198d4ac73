"""Registers: entries, their versions and confirmations, which the database refuses to change, and their clocks."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


TABLES = ("scores_entryversion", "scores_confirmation")
FORWARD = "".join(
    f"""
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION workflows_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION workflows_refuse_change();
"""
    for table in TABLES
)
BACKWARD = "".join(
    f"DROP TRIGGER refuse_change ON {table}; DROP TRIGGER refuse_truncate ON {table};" for table in TABLES
)


def load(apps: Any, schema_editor: Any) -> None:
    from scores.rule_data import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0005_integrity_and_evaluation'),
        ('scores', '0004_settings'),
        ('workflows', '0010_rule_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RegisterCase',
            fields=[
            ],
            options={
                'verbose_name': 'register entry',
                'verbose_name_plural': 'register entries',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('workflows.case',),
        ),
        migrations.CreateModel(
            name='EntryVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('happened_on', models.DateField(null=True, verbose_name='day')),
                ('trained', models.PositiveIntegerField(null=True, verbose_name='trained')),
                ('passed', models.PositiveIntegerField(null=True, verbose_name='passed')),
                ('likelihood', models.PositiveSmallIntegerField(null=True, verbose_name='likelihood')),
                ('impact', models.PositiveSmallIntegerField(null=True, verbose_name='impact')),
                ('points', models.DecimalField(decimal_places=2, max_digits=5, null=True, verbose_name='points')),
                ('indicators', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), null=True, size=None, verbose_name='indicators')),
                ('texts', models.JSONField(default=dict)),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('reviewed', models.TextField(blank=True, verbose_name='what the review found')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('files', models.ManyToManyField(related_name='+', to='workflows.attachment')),
            ],
            options={
                'verbose_name': 'version of an entry',
                'verbose_name_plural': 'versions of entries',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(db_index=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='confirmation', to='scores.entryversion')),
            ],
            options={
                'verbose_name': 'confirmation',
                'verbose_name_plural': 'confirmations',
            },
        ),
        migrations.CreateModel(
            name='RegisterEntry',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='entry', serialize=False, to='scores.registercase')),
                ('register', models.CharField(choices=[('no_gift', 'No Gift declarations'), ('training', 'Training'), ('rule', 'Policies and rules'), ('award', 'Awards'), ('moral', 'Moral districts'), ('survey', 'Survey campaigns'), ('risk', 'Risk register'), ('expansion', 'Extended surveillance'), ('ita', 'ITA results')], max_length=12, verbose_name='register')),
                ('fiscal_year', models.PositiveSmallIntegerField(help_text='Buddhist Era.', verbose_name='fiscal year')),
                ('struck_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'register entry',
                'verbose_name_plural': 'register entries',
            },
        ),
        migrations.AddField(
            model_name='entryversion',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='scores.registerentry'),
        ),
        migrations.AddIndex(
            model_name='registerentry',
            index=models.Index(fields=['register', 'fiscal_year', 'unit'], name='entries_of_year'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(('register__in', ['no_gift', 'training', 'rule', 'award', 'moral', 'survey', 'risk', 'expansion', 'ita'])), name='register_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.UniqueConstraint(condition=models.Q(('register__in', ['no_gift', 'moral', 'ita']), ('struck_on__isnull', True)), fields=('unit', 'register', 'fiscal_year'), name='one_entry_a_year'),
        ),
        migrations.AddIndex(
            model_name='entryversion',
            index=models.Index(fields=['entry', '-id'], name='versions_of_entry'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(('passed__isnull', True), models.Q(('passed__lte', models.F('trained')), ('trained__isnull', False)), _connector='OR'), name='nobody_passes_untrained'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('impact__isnull', True), ('likelihood__isnull', True)), models.Q(('impact__isnull', False), ('impact__range', (1, 3)), ('likelihood__isnull', False), ('likelihood__range', (1, 3))), _connector='OR'), name='risk_is_three_by_three'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points__range', (0, 100)), _connector='OR'), name='points_of_a_hundred'),
        ),
        migrations.AddConstraint(
            model_name='entryversion',
            constraint=models.CheckConstraint(condition=models.Q(('indicators__isnull', True), ('indicators__contained_by', [1, 2, 3, 4, 5, 6, 7, 8, 9]), _connector='OR'), name='nine_indicators'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
