import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Standings are derived: what was kept of them is forgotten, and computed anew by who reads it next."""

    dependencies = [
        ('organisations', '0002_procurement_officer'),
        ('procurement', '0003_importing'),
    ]

    operations = [
        migrations.RunSQL('DELETE FROM procurement_standing', migrations.RunSQL.noop),
        migrations.DeleteModel(name='StandingChange'),
        migrations.CreateModel(
            name='StandingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('origin', models.ForeignKey(db_index=False, help_text='Where the fact belongs.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['fiscal_year', 'unit'], name='changes_of_standing')],
            },
        ),
        migrations.CreateModel(
            name='StandingPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('as_of', models.DateField()),
                ('counted', models.PositiveIntegerField()),
                ('covered', models.PositiveIntegerField()),
                ('missing', models.PositiveIntegerField()),
                ('missing_covered', models.PositiveIntegerField()),
                ('highest', models.JSONField(help_text='A list for each budget: it as text, how many have it, how many covered.')),
                ('published', models.BooleanField()),
                ('education', models.PositiveIntegerField()),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'fiscal_year'), name='one_part_a_year')],
            },
        ),
    ]
