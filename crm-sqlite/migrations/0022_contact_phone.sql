-- A contact's other number, beside their mobile (R3.1).
ALTER TABLE contact ADD COLUMN phone TEXT;
ALTER TABLE contact ADD COLUMN phone_e164 TEXT;

DROP VIEW "联系人信息表";
CREATE VIEW "联系人信息表" AS
SELECT
    'CRM' || format('%08d', k.customer / 10000000000) || format('%04d', k.customer % 10000000000) AS "客户编号",
    (SELECT c.name FROM customer c WHERE c.number = k.customer) AS "客户名称",
    k.name AS "姓名",
    k.title AS "职位",
    k.mobile AS "手机号",
    k.phone AS "联系人座机",
    k.email AS "邮箱",
    k.wechat AS "微信号",
    CASE k.is_primary WHEN 1 THEN '是' ELSE '否' END AS "是否主要对接人",
    k.role AS "对接内容",
    strftime('%Y-%m-%d %H:%M:%S', k.created_at / 1000, 'unixepoch', '+8 hours') AS "添加时间"
FROM contact k
WHERE k.archived_at IS NULL;
