"""Which unit a complaint is about, who of its respondents is an executive, and which kinds are grievances under s. 122.

Of what came in before, a complaint that is not protected is about the unit in which it lies. A protected one lies above
the unit it is about: that is known where it was reclassified (its old number says in which unit it stood), or where all
its respondents are of one unit. Of others it stays unknown until somebody puts it in.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE complaints_complaint SET about_unit_id = known.unit_id
FROM (
    SELECT complaint.case_id, CASE WHEN matter.protected THEN coalesce(
        (SELECT series.unit_id FROM workflows_unitnumber number
         JOIN workflows_numberseries series ON series.id = number.series_id
         WHERE number.case_id = matter.id AND series.code = '' ORDER BY number.id LIMIT 1),
        (SELECT min(unit_id) FROM complaints_respondent
         WHERE case_id = matter.id AND removed_at IS NULL AND unit_id IS NOT NULL
         HAVING min(unit_id) = max(unit_id))
    ) ELSE matter.unit_id END AS unit_id
    FROM complaints_complaint complaint JOIN workflows_case matter ON matter.id = complaint.case_id
) known
WHERE known.case_id = complaints_complaint.case_id AND known.unit_id IS NOT NULL
"""


def mark_grievances(apps: Any, schema_editor: Any) -> None:
    apps.get_model("complaints", "ComplaintKind").objects.filter(code="internal").update(section_122=True)



class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0016_questions_kept_and_committees'),
        ('organisations', '0005_integrity_and_evaluation'),
        ("workflows", "0010_rule_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='about_unit',
            field=models.ForeignKey(blank=True, help_text='Empty: not known.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit', verbose_name='unit it is about'),
        ),
        migrations.AddField(
            model_name='complaintkind',
            name='section_122',
            field=models.BooleanField(default=False, help_text='Of an official against his superior. It and its parts are counted so in scores (S4:313).', verbose_name='grievance under section 122'),
        ),
        migrations.AddField(
            model_name='respondent',
            name='executive',
            field=models.BooleanField(db_default=False, default=False, help_text='When it happened (S4:314).', verbose_name='an executive'),
        ),
        migrations.AddConstraint(
            model_name='respondent',
            constraint=models.CheckConstraint(condition=models.Q(('executive', False), ('official', True), _connector='OR'), name='executive_is_an_official'),
        ),
        migrations.RunPython(mark_grievances, migrations.RunPython.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
