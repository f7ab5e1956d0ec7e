-- The numbers under which a customer is registered (R2.2).
CREATE TABLE customer_registration (
    customer    INTEGER NOT NULL REFERENCES customer (number),
    position    INTEGER NOT NULL,
    country     TEXT    NOT NULL,
    scheme      TEXT    NOT NULL,
    -- In its normal form where the scheme has a check, else as typed.
    number      TEXT    NOT NULL,
    PRIMARY KEY (customer, position)
) STRICT, WITHOUT ROWID;

DROP VIEW "客户基本信息表";
CREATE VIEW "客户基本信息表" AS
SELECT
    'CRM' || format('%08d', c.number / 10000000000) || format('%04d', c.number % 10000000000) AS "客户编号",
    c.name AS "客户名称",
    coalesce((SELECT p.label_zh FROM pick_entry p WHERE p.list = 'industry' AND p.code = c.industry), c.industry)
        || coalesce('（' || c.industry_detail || '）', '') AS "所属行业",
    CASE c.size_scale || '/' || c.size_band
        WHEN 'headcount/small' THEN '50人以下'
        WHEN 'headcount/medium' THEN '50至200人'
        WHEN 'headcount/large' THEN '200人及以上'
        WHEN 'revenue/small' THEN '1000万元以下'
        WHEN 'revenue/medium' THEN '1000万至5000万元'
        WHEN 'revenue/large' THEN '5000万元及以上'
    END AS "企业规模",
    CASE c.kind
        WHEN 'enterprise' THEN '企业客户'
        WHEN 'individual' THEN '个人客户'
        WHEN 'institution' THEN '政府/事业单位'
        ELSE c.kind
    END AS "客户类型",
    (SELECT group_concat(coalesce(a.province, '') || coalesce(a.city, '') || coalesce(a.district, '')
            || coalesce(a.street, '') || coalesce(a.line, ''), '；')
        FROM customer_address a WHERE a.customer = c.number) AS "注册地址/经营地址",
    (SELECT p.typed FROM customer_phone p WHERE p.customer = c.number AND p.is_primary = 1) AS "主联系电话",
    coalesce((SELECT p.label_zh FROM pick_entry p WHERE p.list = 'source' AND p.code = c.source), c.source)
        || coalesce('（' || c.source_detail || '）', '') AS "客户来源",
    c.first_contact AS "首次接触时间",
    CASE c.status
        WHEN 'potential' THEN '潜在'
        WHEN 'interested' THEN '意向'
        WHEN 'negotiating' THEN '谈判中'
        WHEN 'won' THEN '成交'
        WHEN 'lost' THEN '流失'
        ELSE c.status
    END AS "客户状态",
    (SELECT u.name FROM user u WHERE u.id = c.owner) AS "跟进人",
    strftime('%Y-%m-%d %H:%M:%S', c.created_at / 1000, 'unixepoch', '+8 hours') AS "创建时间",
    (SELECT group_concat(r.number, '；')
        FROM customer_registration r WHERE r.customer = c.number) AS "统一社会信用代码/税号",
    (SELECT group_concat(t.tag, '，') FROM customer_tag t WHERE t.customer = c.number) AS "标签",
    c.note AS "备注"
FROM customer c
WHERE c.archived_at IS NULL;
