from django.db import migrations


class Migration(migrations.Migration):
    """Citizens are told by the roads of `notifications`, as everybody else is."""

    dependencies = [("procurement", "0009_news_by_mail")]
    operations = [migrations.RemoveField("citizen", "mailed_up_to")]
