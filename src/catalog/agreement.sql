-- The catalog of the WeiDanDan (微单单) privacy agreement of 2024-11-26, in one
-- call: services, subject kinds, categories and the closed list of purposes of
-- its chapters 1, 2, 3, 5, 6, 7 and 10.  A clause "2 middle" is the part of
-- chapter 2 after its list, "2 end" its last paragraph, "1.3 end" likewise.
--
-- How the bases were chosen.  The agreement names none, but says what a person
-- can do about a use, and the basis is what makes the database do the same:
--
--   contract             what was asked for cannot be done without it (2.1), or
--                        it would fail its aim if it could be refused (security:
--                        a fraudster would); where the agreement gives it for a
--                        single occasion (6.3, 6.5), a case must be named
--   legitimate_interest  done unless the person says no: the agreement offers an
--                        unsubscription (7.1), a switch (3), or a setting (2.2),
--                        or the use is no part of what was asked for (2.3, 2.8);
--                        statistics without identity (1.3, 6.4) are of this kind
--   consent              the agreement says so (1.3 end, 2 middle, 6.1), it is
--                        advertising (2.5, 2.6, 10), or the person gives it by
--                        providing the value for it (1.2: surveys, events)
--   service_notice       7.2, 6.3: cannot be unsubscribed
--   legal_obligation     a law asks for it, of us (6.5) or for the person (5):
--                        the case is the person's request or the legal demand
--   authority            a court's or an authority's word (6.5)
--   vital_interest       6.5: life and property of persons

CREATE FUNCTION wdd.install_agreement() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    item record;
BEGIN
    LOCK TABLE wdd.service, wdd.subject_kind, wdd.category, wdd.purpose IN SHARE ROW EXCLUSIVE MODE;

    FOR item IN
        SELECT * FROM (VALUES
            ('platform',          NULL,       '11',      '微单单平台', 'The platform as a whole; the agreement holds for all services'),
            ('social',            'platform', '1.2, 4',  '发布与社交', 'Posts, photos, messages and what persons share'),
            ('shop',              'platform', '1.2, 2.1', '商城', 'Orders and payments'),
            ('survey',            'platform', '2.8',     '用户调查', 'Surveys about services and products'),
            ('customer_service',  'platform', '1.2',     '客服系统', 'The customer service system'),
            ('event',             'platform', '1.2',     '线上活动', 'Events that persons take part in'),
            ('location_service',  'platform', '5.1',     '地理位置服务', 'Services that use the location'),
            ('security_software', 'platform', '2.4',     '安全软件', 'Software against malware and fraud'),
            ('partner_sign_on',   'platform', '1.5',     '合作伙伴帐户登录', 'Signing on to partners with the platform''s account'),
            ('advertising',       'platform', '10',      '广告', 'Advertising'))
            AS s (name, parent, clause, zh, en)
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM wdd.service e WHERE e.name = item.name);
        PERFORM wdd.add_service(item.name, item.parent, item.zh, item.en, item.clause);
    END LOOP;

    FOR item IN
        SELECT * FROM (VALUES
            ('participant', '1.2', '活动或问卷参与者', 'A person known by taking part in an event or survey only'),
            ('third_person', '1.4', '其他用户分享中涉及的个人', 'A person known only by what other users share'))
            AS k (name, clause, zh, en)
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM wdd.subject_kind e WHERE e.name = item.name);
        PERFORM wdd.add_subject_kind(item.name, item.zh, item.en, item.clause);
    END LOOP;

    FOR item IN
        SELECT * FROM (VALUES
            ('contact',          false, '1.2',     '联系方式（手机号码、电子邮件）', 'Mobile number, telephone, e-mail'),
            ('address',          false, '1.2',     '通讯地址', 'Postal address'),
            ('identity',         true,  '1.2',     '真实姓名、身份证号', 'Real name and identity card number'),
            ('account',          false, '1.2',     '帐户信息', 'The account: its name, picture and dates'),
            ('content',          false, '1.2',     '上传的照片与发布的信息', 'Photos and posts that a person uploads'),
            ('other_person',     true,  '1.4',     '其他用户分享中含有的您的信息', 'What one person''s posts and photos hold of another person'),
            ('communication',    true,  '9.1',     '通信内容', 'What persons write to each other; under secrecy of communications'),
            ('customer_service', false, '1.2',     '客服记录', 'What a person submits to customer service'),
            ('survey',           false, '1.2, 2.8', '调查问卷', 'Answers to surveys'),
            ('event',            false, '1.2',     '活动信息', 'What a person submits at events'),
            ('network_address',  false, '1.3.1',   'IP 地址', 'IP addresses'),
            ('search_log',       false, '1.3.2',   '搜索、查看的信息', 'What a person searched for and viewed'),
            ('referrer',         false, '1.3.2',   '引荐网址', 'The page that a visit came from'),
            ('fault_log',        false, '1.3.2',   '服务故障信息', 'Faults of the service'),
            ('software',         false, '1.3.3',   '软件信息（版本号、浏览器类型）', 'Versions of software, type of browser'),
            ('device',           false, '1.3.3',   '设备信息', 'The device'),
            ('partner',          false, '1.3.4, 1.5', '第三方合作伙伴提供的信息', 'What partners and other parties supply, such as sign-ons'),
            ('preference',       false, '2.2',     '个性化设置（语言、位置设定）', 'Settings, such as language and place'),
            ('usage',            false, '2 end',   '使用频率、性能数据、平台来源', 'How often the platform is used, performance, where users come from'),
            ('cookie',           false, '3',       'Cookie 及相关技术', 'Cookies and the like'),
            ('location',         true,  '5.1',     '地理位置', 'Where a person is'),
            ('order',            false, '2.1',     '订单', 'Orders'),
            ('payment',          true,  '2.1',     '支付信息', 'Payments and accounts of money'),
            ('advertising',      false, '10',      '广告相关信息', 'What advertising is chosen by'))
            AS c (name, sensitive, clause, zh, en)
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM wdd.category e WHERE e.name = item.name);
        PERFORM wdd.add_category(item.name, item.sensitive, item.zh, item.en, item.clause);
    END LOOP;

    FOR item IN
        SELECT p.*, e.purpose_id IS NOT NULL AS exists, e.basis AS existing_basis,
               e.basis = p.basis AND e.aggregate_only >= p.aggregate_only
               AND e.case_reference_required >= p.case_reference_required AS keeps_the_agreement
        FROM wdd.agreement_purposes() WITH ORDINALITY p LEFT JOIN wdd.purpose e USING (name)
        ORDER BY p.ordinality
    LOOP
        IF NOT item.exists THEN
            PERFORM wdd.add_purpose(item.name, item.basis, aggregate_only => item.aggregate_only,
                                    case_reference_required => item.case_reference_required,
                                    description_zh => item.zh, description_en => item.en, clause => item.clause);
        ELSIF NOT item.keeps_the_agreement THEN
            RAISE EXCEPTION 'purpose "%" already exists, but does not keep what the agreement promises', item.name
                USING ERRCODE = 'duplicate_object',
                      DETAIL = CASE WHEN item.existing_basis <> item.basis
                               THEN format('Its basis is %s; the agreement''s is %s.', item.existing_basis, item.basis)
                               ELSE 'The agreement''s is for aggregates only, or needs a case reference.' END,
                      HINT = 'Drop it with wdd.drop_purpose(), or add the agreement''s purposes one by one under names of your own.';
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION wdd.install_agreement() IS
    'Adds the services, subject kinds, categories and purposes of the WeiDanDan (微单单) privacy agreement of 2024-11-26. What exists by name is left as it is, so it may be called again. 42710: a purpose of that name has another basis, or lets more through (not for aggregates only, no case reference); then nothing is added. Duty administer.';

CREATE FUNCTION wdd.agreement_purposes()
RETURNS TABLE (name text, basis text, aggregate_only boolean, case_reference_required boolean,
               clause text, zh text, en text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    VALUES
    -- 1: what is collected for
    ('registration',         'contract', false, false, '1.2', '注册与管理帐户', 'Registering and keeping the account'),
    ('publication',          'contract', false, false, '1.2, 4', '展示您上传和发布的内容', 'Showing what a person uploads and publishes'),
    ('customer_service',     'contract', false, false, '1.2', '客服处理', 'Dealing with what a person asks customer service'),
    ('event_participation',  'consent',  false, false, '1.2', '参加活动', 'Holding the events that a person takes part in'),
    ('visit_statistics',     'legitimate_interest', true, false, '1.3.1', '统计用户访问次数', 'Counting visits by IP address; numbers only'),
    ('troubleshooting',      'contract', false, false, '1.3.2', '排查产品问题', 'Finding faults of the service, so that it runs'),
    ('service_information',  'contract', false, false, '1.3.2', '提供相应的服务信息', 'Giving the information that belongs to a service'),
    ('sign_on_management',   'contract', false, false, '1.5', '合作伙伴登录授权管理', 'Managing a person''s sign-ons at partners'),
    -- 2: what it is used for
    ('service',              'contract', false, false, '2.1', '向您提供服务', 'Providing the services'),
    ('personalization',      'legitimate_interest', false, false, '2.2', '满足您的个性化需求', 'Language, place, help that fits the person'),
    ('improvement',          'legitimate_interest', false, false, '2.3', '产品开发和优化', 'Developing and improving products'),
    ('security',             'contract', false, false, '1.3.3, 2.4', '安全保障', 'Security, prevention of fraud, safe operation'),
    ('identity_verification', 'contract', false, false, '2.4, 5.3', '身份验证', 'Verifying who a person is'),
    ('ads',                  'consent',  false, false, '2.5, 10', '推荐广告', 'Choosing advertisements that may interest a person'),
    ('content_recommendation', 'consent', false, false, '2.5', '推荐资讯', 'Choosing news that may interest a person'),
    ('ad_measurement',       'consent',  false, false, '2.6', '评估、改善广告和推广效果', 'Measuring and improving advertising and promotion'),
    ('software_management',  'contract', false, false, '2.7', '管理软件', 'Certifying and upgrading software'),
    ('survey_invitation',    'legitimate_interest', false, false, '2.8', '邀请您参与调查', 'Inviting to surveys about services and products'),
    ('survey',               'consent',  false, false, '1.2, 2.8', '调查问卷的分析', 'Evaluating the answers that a person gives in a survey'),
    ('other_use',            'consent',  false, false, '1.3 end, 2', '超出约定用途的使用', 'A use beyond those listed, explained to the person before'),
    ('cross_service_use',    'consent',  false, false, '2 middle', '将某项服务的信息用于其他服务', 'Using what one service collected for another one'),
    ('cross_service_ads',    'consent',  false, false, '2 middle', '在另一项服务中展示个性化内容或广告', 'Personalised content or advertising in another service'),
    ('research',             'consent',  false, false, '1.3 end, 2 middle', '用户研究', 'Research about users'),
    ('statistics',           'legitimate_interest', true, false, '2 middle', '统计分析', 'Statistics; numbers only'),
    ('usage_analytics',      'legitimate_interest', false, false, '2 end', '了解平台运行情况', 'How the platform runs and is used; never combined with identity'),
    -- 3: cookies
    ('cookies_own',          'legitimate_interest', false, false, '3', '自有 Cookie', 'Own cookies; a person may switch them off'),
    ('cookies_third_party',  'consent',  false, false, '3, 6.1', '第三方 Cookie', 'Cookies of partners, who receive what they collect'),
    -- 5: what persons may ask for; the case is the request
    ('access_request',       'legal_obligation', false, true, '5.1', '响应访问请求', 'Answering a person''s request for access'),
    ('correction_request',   'legal_obligation', false, true, '5.1, 5.2', '响应更正请求', 'Answering a person''s request for correction'),
    ('deletion_request',     'legal_obligation', false, true, '5.1, 5.2', '响应删除请求', 'Answering a person''s request for deletion'),
    -- 6: what is shared
    ('sharing_third_party',  'consent',  false, false, '6.1', '与第三方分享', 'Sharing with third parties'),
    ('processing_on_behalf', 'contract', false, false, '6.2', '委托第三方处理', 'Processing by others on our instructions'),
    ('merger_notice',        'service_notice', false, false, '6.3', '合并、收购、资产转让的告知', 'Telling persons of a merger or transfer'),
    ('merger_transfer',      'contract', false, true, '6.3', '合并、收购、资产转让', 'Handing data over in a merger or transfer; the case is its notice'),
    ('big_data_analysis',    'legitimate_interest', true, false, '6.4', '大数据分析', 'Analyses without personal data, such as heat maps of cities; numbers only'),
    ('public_statistics',    'legitimate_interest', true, false, '6.4', '公开统计信息', 'Publishing and sharing statistics without identity; numbers only'),
    ('legal_disclosure',     'legal_obligation', false, true, '6.5', '遵守法律法规的披露', 'Disclosure that a law asks for'),
    ('court_disclosure',     'authority', false, true, '6.5', '遵守法院判决、裁定的披露', 'Disclosure that a court''s judgment or process asks for'),
    ('authority_request',    'authority', false, true, '6.5', '遵守政府机关要求的披露', 'Disclosure that an authority asks for'),
    ('agreement_enforcement', 'contract', false, true, '6.5', '执行服务协议', 'Enforcing the agreements; the case is the dispute'),
    ('public_interest',      'legal_obligation', false, true, '6.5', '维护社会公共利益', 'Protecting the interest of the public'),
    ('vital_interest',       'vital_interest', false, true, '6.5', '保护人身财产安全', 'Protecting life, property and rights of persons'),
    -- 7: what is sent
    ('in_site_push',         'legitimate_interest', false, false, '7.1', '站内通知', 'Notices within the platform, until unsubscribed'),
    ('email_push',           'legitimate_interest', false, false, '7.1', '电子邮件推送', 'E-mail, until unsubscribed'),
    ('sms_push',             'legitimate_interest', false, false, '7.1', '短信推送', 'Short messages, until unsubscribed'),
    ('news_push',            'legitimate_interest', false, false, '7.1', '资讯推送', 'News, until unsubscribed'),
    ('app_push',             'legitimate_interest', false, false, '7.1', '推送通知', 'Push notifications of the app, until unsubscribed'),
    ('service_notice',       'service_notice', false, false, '7.2', '与服务有关的公告', 'Notices about the service; not advertising'),
    -- 10: advertising elsewhere
    ('external_ads',         'consent',  false, false, '10', '在其他网站、应用及渠道展示广告', 'Advertising on other sites, apps and channels')
$$;
REVOKE EXECUTE ON FUNCTION wdd.agreement_purposes() FROM PUBLIC;
COMMENT ON FUNCTION wdd.agreement_purposes() IS 'The purposes that wdd.install_agreement() adds. Internal.';
