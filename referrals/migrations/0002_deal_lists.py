"""Lets lists of deals start at once in every order, and be searched by any part of a word."""

import datetime
import django.db.models.functions.comparison
from django.db import migrations, models

from portal.names import key

# The company leads, so that one partner's search never walks through everybody's words.
SEARCH = (
    "CREATE INDEX referral_search ON referrals_referral USING gin"
    " (company_id, search_key gin_trgm_ops, customer_key gin_trgm_ops, customer_country)"
)


def make_search(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
        schema_editor.execute(SEARCH)


def unmake_search(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX referral_search")


def copy_customers(apps, schema_editor):
    """Deals that were there before take over their customer's name and country."""
    referrals = apps.get_model("referrals", "Referral").objects
    customers = referrals.values_list("deal__customer", "deal__customer__name")
    for pk, name in customers.distinct().order_by().iterator():
        country = apps.get_model("portal", "Account").objects.get(pk=pk).country
        rows = referrals.filter(deal__customer=pk)
        rows.update(customer_key=key(name)[:300], customer_country=country)


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0002_account_search'),
        ('referrals', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='referral',
            name='customer_country',
            field=models.CharField(default='', editable=False, max_length=2),
        ),
        migrations.AddField(
            model_name='referral',
            name='customer_key',
            field=models.CharField(default='', editable=False, max_length=300),
        ),
        migrations.RunPython(copy_customers, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['company', 'customer_key', 'id'], name='referral_by_customer'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['company', 'status', 'id'], name='referral_in_status'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['company', 'value', 'id'], name='referral_by_value'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['company', 'close_on', 'id'], name='referral_by_close'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(models.F('company'), django.db.models.functions.comparison.Coalesce('due_at', models.Value(datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc), output_field=models.DateTimeField())), models.F('id'), name='referral_by_time_left'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('sender__isnull', False)), fields=['company', 'created_at', 'id', 'status'], name='referral_newest_inbound'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('sender', None)), fields=['company', 'created_at', 'id', 'status'], name='referral_newest_outbound'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('sender__isnull', False)), fields=['sender', 'created_at', 'id'], name='referral_newest_sent'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['created_at', 'id'], name='referral_newest_of_all'),
        ),
        migrations.RunPython(make_search, unmake_search),
    ]
