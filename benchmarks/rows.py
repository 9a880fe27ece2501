"""The statements that fill a scratch database with deals numbered from `first` to `last`."""


def _id(kind: str) -> str:
    """Ids in the order of the numbers, as time-ordered ones are."""
    return f"('{kind}000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"


NUMBERED = """
    FROM (
        SELECT n, %(base)s::timestamptz + n * interval '10 seconds' AS born,
            (%(customers)s::uuid[])[1 + n %% cardinality(%(customers)s::uuid[])] AS customer,
            (%(places)s::uuid[])[1 + n %% cardinality(%(places)s::uuid[])] AS place,
            (ARRAY['Data platform', 'Cloud migration', 'Security review', 'Modern work'])
                [1 + n %% 4] || ' ' || n AS title,
            CASE n %% 7 WHEN 3 THEN 'won' WHEN 4 THEN 'lost' ELSE 'accepted' END AS outcome
        FROM generate_series(%(first)s, %(last)s) AS n
    ) d JOIN portal_account a ON a.id = d.customer
"""
COLUMNS = """
    id, version, created_at, updated_at, status, stage, due_at, accepted_at, closed_at, reason,
    reason_note, name, value, currency, close_on, notes, crm_id, campaign_id, partner_role,
    solution_area, solution_play, intent, help, ask, search_key, customer_country, customer_key,
    company_id, deal_id, location_id, sender_id, wire
"""
COMMON = """
    title, 1000 + n %% 90000, 'USD', date '2027-01-01' + (n %% 360)::int
"""
FOUND = """
    lower(title || ' ' || a.name || ' the customer wants one platform ' || n), a.country, a.name_key
"""
DEALS = f"""
    INSERT INTO referrals_deal (id, version, created_at, updated_at, motion, contact_name,
        contact_title, contact_phone, contact_email, visible_to_vendor, customer_id)
    SELECT {_id("d0")}, 0, born, born, 'ip', 'Nora Wind', 'CIO', '+351211111111',
        'nora@northwind.example', true, customer
    {NUMBERED}
"""
OWN = f"""
    INSERT INTO referrals_referral ({COLUMNS})
    SELECT {_id("e0")}, 1, born, born, outcome, 10, NULL, born,
        CASE WHEN outcome <> 'accepted' THEN born END,
        CASE outcome WHEN 'lost' THEN 'budget' ELSE '' END, '',
        {COMMON}, 'The customer wants one platform.', 'CRM-' || n, '', '', '', '', 'yes', '', '',
        {FOUND}, %(partner)s, {_id("d0")}, place, NULL, '{{}}'
    {NUMBERED}
"""
# Every fifth asked for help and got no answer in time, every twentieth may still get one.
ASKED = f"""
    INSERT INTO referrals_referral ({COLUMNS})
    SELECT {_id("f0")}, 1, born, born, 'pending', 10,
        CASE n %% 5 WHEN 0 THEN born + interval '14 days' ELSE now() + interval '13 days' END,
        NULL, NULL, '', '', {COMMON}, '', '', '', '', '', '', '', 'proof', 'We need help.',
        {FOUND}, %(vendor)s, {_id("d0")}, NULL, %(partner)s, '{{}}'
    {NUMBERED} WHERE n %% 5 = 0 OR n %% 20 = 1
"""
TEAM = f"""
    INSERT INTO referrals_teammember (referral_id, company_id, person_id, name, phone, email)
    SELECT {_id("e0")}, %(partner)s, %(admin)s, 'Ana Admin', '+351210000000', %(email)s
    FROM generate_series(%(first)s, %(last)s) AS n WHERE n %% 5 = 0 OR n %% 20 = 1
"""
