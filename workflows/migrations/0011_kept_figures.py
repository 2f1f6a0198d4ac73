"""Figures kept as cases move, and the marks that say which of them do no longer hold (`workflows.figures`)."""

import django.db.models.deletion
from django.db import migrations, models

# By triggers, so that nothing that writes a case or a clock can forget it. For each row: an edge writes one case and a
# few clocks, and of the two kinds of triggers only one for the statement, with its transition tables, could be measured.
FORWARD = """
CREATE FUNCTION workflows_case_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO workflows_casechange (kind, unit_id) VALUES (OLD.kind, OLD.unit_id);
        IF TG_OP = 'DELETE' OR (OLD.kind, OLD.unit_id) = (NEW.kind, NEW.unit_id) THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO workflows_casechange (kind, unit_id) VALUES (NEW.kind, NEW.unit_id);
    RETURN NULL;
END
$$;

CREATE FUNCTION workflows_clock_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO workflows_casechange (kind, unit_id) SELECT kind, unit_id FROM workflows_case
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.case_id ELSE NEW.case_id END;
    RETURN NULL;
END
$$;

CREATE TRIGGER figures_follow AFTER INSERT OR UPDATE OR DELETE ON workflows_case
    FOR EACH ROW EXECUTE FUNCTION workflows_case_changed();
CREATE TRIGGER figures_follow_new AFTER INSERT OR DELETE ON workflows_clock
    FOR EACH ROW EXECUTE FUNCTION workflows_clock_changed();
-- A warning that was given decides no figure.
CREATE TRIGGER figures_follow AFTER UPDATE ON workflows_clock
    FOR EACH ROW WHEN (
        (OLD.code, OLD.duty, OLD.silent, OLD.started_on, OLD.stopped_on, OLD.due_on, OLD.extension)
        IS DISTINCT FROM
        (NEW.code, NEW.duty, NEW.silent, NEW.started_on, NEW.stopped_on, NEW.due_on, NEW.extension)
    ) EXECUTE FUNCTION workflows_clock_changed();
"""
BACKWARD = """
DROP TRIGGER figures_follow ON workflows_case;
DROP TRIGGER figures_follow_new ON workflows_clock;
DROP TRIGGER figures_follow ON workflows_clock;
DROP FUNCTION workflows_case_changed();
DROP FUNCTION workflows_clock_changed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_integrity_and_evaluation"),
        ("workflows", "0010_rule_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["unit", "kind"], name="changes_of_figures")]},
        ),
        migrations.CreateModel(
            name="KeptFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=20)),
                ("part", models.PositiveIntegerField()),
                ("whole", models.PositiveIntegerField()),
                ("as_of", models.DateField()),
                ("holds_until", models.DateField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["fiscal_year", "code", "unit"], name="one_figure_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(("part__lte", models.F("whole"))), name="part_within_whole"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
