"""Search in the names of plan activities: pieces of three letters, as in the subjects of cases."""

from django.db import migrations

FORWARD = "CREATE INDEX activity_by_grams ON procurement_activity USING gin (sodsong_grams(name))"
BACK = "DROP INDEX activity_by_grams"


class Migration(migrations.Migration):
    dependencies = [("procurement", "0010_news_by_the_relay"), ("workflows", "0003_case_search")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
