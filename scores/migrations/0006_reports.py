"""Reports: their texts, figures and signed versions are appended, and the database itself refuses to change them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = ("scores_sectiontext", "scores_filling", "scores_signedreport")
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


def load(apps, schema_editor):
    """The clocks of reports; what an administrator has changed stays."""
    from scores.rule_data import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0005_integrity_and_evaluation'),
        ('scores', '0005_registers'),
        ('workflows', '0010_rule_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportCase',
            fields=[
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('workflows.case',),
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='report', serialize=False, to='scores.reportcase')),
                ('form', models.CharField(max_length=10, verbose_name='form')),
                ('period', models.CharField(max_length=30, verbose_name='period')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('correcting', models.TextField(blank=True, help_text='Why what was signed is being corrected.')),
                ('ended', models.BooleanField(default=False, help_text='Withdrawn: another one may begin.')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
            },
        ),
        migrations.CreateModel(
            name='SignedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(help_text='From 1; a correction is the next one.')),
                ('content', models.TextField(help_text='As canonical JSON: the documents can be made of it again.')),
                ('digest', models.CharField(help_text='SHA-256 of the content.', max_length=64)),
                ('pdf', models.BinaryField()),
                ('pdf_digest', models.CharField(max_length=64)),
                ('docx', models.BinaryField()),
                ('docx_digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_versions', to='scores.report')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SectionText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(max_length=20)),
                ('version', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts_written', to='scores.report')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Filling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('figures', models.JSONField()),
                ('digest', models.CharField(help_text='SHA-256 of the figures as canonical JSON.', max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fillings', to='scores.report')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.TextField()),
                ('pdf', models.BinaryField()),
                ('docx', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='scores.signedreport')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('signed',), name='one_publication_at_a_time')],
            },
        ),
        migrations.AddConstraint(
            model_name='signedreport',
            constraint=models.UniqueConstraint(fields=('report', 'version'), name='one_signed_report_a_version'),
        ),
        migrations.AddConstraint(
            model_name='sectiontext',
            constraint=models.UniqueConstraint(fields=('report', 'section', 'version'), name='one_text_a_version'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('ended', False)), fields=('unit', 'period'), name='one_written_report_a_period'),
        ),
        migrations.AddConstraint(
            model_name='filling',
            constraint=models.UniqueConstraint(fields=('report', 'number'), name='one_filling_a_number'),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
