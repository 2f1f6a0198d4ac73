"""Search in the subjects of cases: pieces of three letters, kept by a trigger."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION sodsong_grams(subject text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_to_tsvector(array_agg(DISTINCT substr(folded, place, 3))), ''::tsvector)
    FROM (SELECT lower(subject) AS folded) AS text, generate_series(1, length(folded) - 2) AS place
$$;

CREATE FUNCTION workflows_case_keep_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF length(NEW.subject) < 3 THEN
        DELETE FROM workflows_casesearch WHERE case_id = NEW.id;
    ELSE
        INSERT INTO workflows_casesearch (case_id, grams) VALUES (NEW.id, sodsong_grams(NEW.subject))
        ON CONFLICT (case_id) DO UPDATE SET grams = EXCLUDED.grams;
    END IF;
    RETURN NULL;
END
$$;

-- Most cases get their subject by the update that ends their first edge.
CREATE TRIGGER keep_search_of_new AFTER INSERT ON workflows_case
    FOR EACH ROW WHEN (NEW.subject <> '') EXECUTE FUNCTION workflows_case_keep_search();
CREATE TRIGGER keep_search AFTER UPDATE OF subject ON workflows_case
    FOR EACH ROW WHEN (NEW.subject IS DISTINCT FROM OLD.subject) EXECUTE FUNCTION workflows_case_keep_search();

INSERT INTO workflows_casesearch (case_id, grams)
SELECT id, sodsong_grams(subject) FROM workflows_case WHERE length(subject) >= 3;
"""

BACK = """
DROP TRIGGER keep_search ON workflows_case;
DROP TRIGGER keep_search_of_new ON workflows_case;
DROP FUNCTION workflows_case_keep_search();
DROP FUNCTION sodsong_grams(text);
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0002_ledger_is_append_only")]

    operations = [
        migrations.CreateModel(
            name="CaseSearch",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="workflows.case",
                    ),
                ),
                ("grams", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="search_by_grams")],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
