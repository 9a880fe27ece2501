"""What the verbs write, as one statement each: the limits of `verbs`.

They check what the life-cycle checks of the row itself, and leave out who asks.
"""

EVENT = """
    INSERT INTO portal_event (id, record_type, record_id, version, verb, before, after, changes,
        note, at, actor_kind, actor_label, company_id, person_id)
"""
MESSAGE = """
    INSERT INTO notifications_message (id, key, kind, address, language, record_type, record_id,
        url, context, sender, subject, body, html, state, due_at, attempts, last_error,
        message_id, created_at, person_id)
"""
TOLD = """
    '', '', '', '', 'queued', now(), 0, '', '<' || gen_random_uuid() || '@localhost>', now(), p.id
"""
CONTEXT = """
    jsonb_build_object('deal', m.name, 'customer', m.customer_key, 'company', %(vendor_name)s::text,
        'sender', %(partner_name)s::text, 'value', m.value::text, 'currency', m.currency,
        'due_at', m.due_at, 'reason', '')
"""
REFERRAL = """
    INSERT INTO referrals_referral (id, version, created_at, updated_at, status, stage, due_at,
        accepted_at, reason, reason_note, name, value, currency, close_on, notes, crm_id,
        campaign_id, partner_role, solution_area, solution_play, intent, help, ask, search_key,
        customer_country, customer_key, company_id, deal_id, location_id, sender_id, wire)
"""
SOLUTION = "INSERT INTO referrals_referralsolution (referral_id, solution_id)"
MEMBER = "INSERT INTO referrals_teammember (referral_id, company_id, person_id, name, phone, email)"

OPEN = f"""
    WITH deal AS (
        INSERT INTO referrals_deal (id, version, created_at, updated_at, motion, contact_name,
            contact_title, contact_phone, contact_email, visible_to_vendor, customer_id)
        VALUES (%(deal)s, 0, now(), now(), 'ip', 'Nora Wind', 'CIO', '+351211111111',
            'nora@northwind.example', true, %(customer)s)
    ), own AS (
        {REFERRAL}
        VALUES (%(own)s, 1, now(), now(), 'accepted', 10, NULL, now(), '', '', %(name)s, %(value)s,
            'USD', %(close_on)s, %(notes)s, '', '', '', '', '', 'yes', '', '', %(search_key)s, 'PT',
            %(customer_key)s, %(partner)s, %(deal)s, %(place)s, NULL, '{{}}')
    ), opened AS (
        {EVENT}
        VALUES (gen_random_uuid(), 'referral', %(own)s, 1, 'open', '', 'accepted', '{{}}', '',
            now(), 'person', 'Ana Admin', %(partner)s, %(admin)s)
    ), brought AS (
        {SOLUTION} VALUES (%(own)s, %(solution)s), (%(asked)s, %(solution)s)
    ), member AS (
        {MEMBER}
        VALUES (%(own)s, %(partner)s, %(admin)s, 'Ana Admin', '+351210000000', %(admin_mail)s)
    ), m AS (
        {REFERRAL}
        VALUES (%(asked)s, 1, now(), now(), 'pending', 10, now() + interval '14 days', NULL, '', '',
            %(name)s, %(value)s, 'USD', %(close_on)s, '', '', '', '', '', '', '', 'proof', %(ask)s,
            %(search_key)s, 'PT', %(customer_key)s, %(vendor)s, %(deal)s, NULL, %(partner)s, '{{}}')
        RETURNING *
    ), sent AS (
        {EVENT}
        VALUES (gen_random_uuid(), 'referral', %(asked)s, 1, 'send', '', 'pending', '{{}}', '',
            now(), 'person', 'Ana Admin', %(partner)s, %(admin)s)
    )
    {MESSAGE}
    SELECT gen_random_uuid(), md5(m.id || ':' || m.version || p.email)::uuid,
        'referrals/help_requested', p.email, p.language, 'referral', m.id, '/deals/' || m.id || '/',
        {CONTEXT}, {TOLD}
    FROM m JOIN portal_person p ON p.company_id = m.company_id AND p.is_active
    JOIN portal_membership w ON w.person_id = p.id AND w.role = 'seller'
"""
ACCEPT = f"""
    WITH m AS (
        UPDATE referrals_referral
        SET status = 'accepted', accepted_at = now(), due_at = NULL, updated_at = now(),
            version = version + 1, name = %(name)s, value = %(value)s, close_on = %(close_on)s
        WHERE id = %(leg)s AND status = 'pending' AND due_at > now()
        RETURNING *
    ), written AS (
        {EVENT}
        SELECT gen_random_uuid(), 'referral', id, version, 'accept', 'pending', 'accepted',
            jsonb_build_object('name', jsonb_build_array('', name), 'value',
                jsonb_build_array('', value), 'close_on', jsonb_build_array('', close_on),
                'accepted_at', jsonb_build_array(NULL, accepted_at)),
            '', now(), 'person', 'Sam Seller', company_id, %(seller)s
        FROM m
    ), member AS (
        {MEMBER}
        SELECT id, company_id, %(seller)s, 'Sam Seller', '+351210000000', %(seller_mail)s FROM m
    )
    {MESSAGE}
    SELECT gen_random_uuid(), md5(m.id || ':' || m.version || p.email)::uuid,
        'referrals/help_answered', p.email, p.language, 'referral', own.id,
        '/deals/' || own.id || '/',
        {CONTEXT}, {TOLD}
    FROM m JOIN referrals_referral own ON own.deal_id = m.deal_id AND own.company_id = m.sender_id
    JOIN referrals_teammember t ON t.referral_id = own.id AND t.company_id = own.company_id
    JOIN portal_person p ON p.id = t.person_id AND p.is_active
"""
MOVE = f"""
    WITH m AS (
        UPDATE referrals_referral
        SET stage = %(stage)s, updated_at = now(), version = version + 1
        WHERE id = %(leg)s AND status = 'accepted'
        RETURNING *
    )
    {EVENT}
    SELECT gen_random_uuid(), 'referral', id, version, 'move_stage', status, status,
        jsonb_build_object('stage', jsonb_build_array(10, stage)),
        '', now(), 'person', 'Ana Admin', company_id, %(admin)s
    FROM m
"""
