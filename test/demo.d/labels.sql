-- Whose data each row is, and what each column may serve, by the agreement.
CREATE TABLE users_open AS SELECT * FROM users;   -- to compare with, later
CREATE EXTENSION wdd_privacy;
SELECT wdd.install_agreement();

SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.real_name IS 'category=identity; purposes=registration, service, security; mask=name';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS
    'category=contact; purposes=registration, service, security, service_notice, sms_push; mask=phone; if_not_permitted=hide_row';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS
    'category=identity; purposes=registration, identity_verification, security; mask=id_card; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.email IS
    'category=contact; purposes=registration, service, email_push, ads; mask=email; if_not_permitted=hide_row';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.city IS
    'category=preference; purposes=registration, service, personalization, ads; if_not_permitted=mask';

SECURITY LABEL FOR wdd_privacy ON TABLE devices IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN devices.model IS 'category=device; purposes=security, software_management, troubleshooting';
SECURITY LABEL FOR wdd_privacy ON COLUMN devices.browser IS 'category=software; purposes=security, software_management, troubleshooting';

SECURITY LABEL FOR wdd_privacy ON TABLE messages IS 'subject=sender_id, receiver_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN messages.body IS 'category=communication; purposes=authority_request, court_disclosure';

SECURITY LABEL FOR wdd_privacy ON TABLE posts IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN posts.body IS 'category=content; purposes=service, personalization';

SECURITY LABEL FOR wdd_privacy ON TABLE photos IS 'subject=user_id, pictured_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN photos.path IS 'category=content; purposes=service, ads';

SECURITY LABEL FOR wdd_privacy ON TABLE orders IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.item IS 'category=order; purposes=service, personalization, ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.amount IS 'category=order; purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN orders.address IS 'category=address; purposes=service';

SECURITY LABEL FOR wdd_privacy ON TABLE surveys IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN surveys.name IS 'category=survey; purposes=survey; consent_by=provision; mask=name; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN surveys.phone IS 'category=survey; purposes=survey; consent_by=provision; mask=phone; if_not_listed=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN surveys.address IS 'category=survey; purposes=survey; consent_by=provision; if_not_listed=mask';

SECURITY LABEL FOR wdd_privacy ON TABLE search_log IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN search_log.words IS 'category=search_log; purposes=troubleshooting, personalization';

SECURITY LABEL FOR wdd_privacy ON TABLE fault_log IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN fault_log.trace IS 'category=fault_log; purposes=troubleshooting, improvement';

SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.ip IS 'category=network_address; purposes=visit_statistics';
