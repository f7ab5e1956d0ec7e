-- The first schema. Once released it is never changed: what comes later is a migration of its own.
--
-- Instants are milliseconds since 1970 in UTC, days are ISO dates, closed sets are stored by their codes. A customer's
-- key is its number as one integer, YYYYMMDD and ten digits of lane and serial, so that rows and indexes grow at their end.
-- What a host names by a UUID has an integer of its own inside: `id`.

-- What is known of the file itself: one row.
CREATE TABLE meta (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    -- By which rules its match keys were made (R6.1); 0 before there are any.
    keys_version INTEGER NOT NULL
) STRICT;

INSERT INTO meta (id, keys_version) VALUES (1, 0);

-- What the business set (R8.7): one row.
CREATE TABLE settings (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    revision    INTEGER NOT NULL,
    time_zone   TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    likely      REAL    NOT NULL,
    similar     REAL    NOT NULL,
    weights     TEXT
) STRICT;

CREATE TABLE team (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    revision    INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    head        INTEGER REFERENCES user (id)
) STRICT;

CREATE TABLE user (
    id           INTEGER PRIMARY KEY,
    uuid         BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    revision     INTEGER NOT NULL,
    login        TEXT    NOT NULL,
    login_folded TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    team         INTEGER REFERENCES team (id),
    phone        TEXT,
    birthday     TEXT,
    active       INTEGER NOT NULL
) STRICT;

CREATE INDEX user_team ON user (team, uuid) WHERE team IS NOT NULL;

CREATE TABLE pick_entry (
    list        TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    label_zh    TEXT    NOT NULL,
    label_en    TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    retired     INTEGER NOT NULL,
    PRIMARY KEY (list, code)
) STRICT, WITHOUT ROWID;

-- The last serial of each day and lane that was handed out, or brought by a list (R2.1): YYYYMMDD and three digits of lane.
CREATE TABLE day_serial (
    day_lane    INTEGER PRIMARY KEY,
    last        INTEGER NOT NULL
) STRICT;

CREATE TABLE customer (
    number          INTEGER PRIMARY KEY,
    revision        INTEGER NOT NULL,
    owner           INTEGER NOT NULL REFERENCES user (id),
    status          TEXT    NOT NULL,
    archived_at     INTEGER,
    name            TEXT    NOT NULL,
    -- As it is looked for; NULL where that is the name itself.
    name_folded     TEXT,
    kind            TEXT    NOT NULL,
    industry        TEXT    NOT NULL,
    industry_detail TEXT,
    size_scale      TEXT,
    size_band       TEXT,
    source          TEXT    NOT NULL,
    source_detail   TEXT,
    first_contact   TEXT    NOT NULL,
    lead_at         INTEGER,
    created_at      INTEGER NOT NULL,
    created_by      INTEGER REFERENCES user (id),
    external_id     TEXT,
    import          INTEGER REFERENCES import (id),
    extra           TEXT,
    note            TEXT
) STRICT;

CREATE INDEX customer_owner ON customer (owner) WHERE archived_at IS NULL;
CREATE INDEX customer_owner_status ON customer (owner, status) WHERE archived_at IS NULL;
CREATE INDEX customer_archived ON customer (owner) WHERE archived_at IS NOT NULL;
CREATE UNIQUE INDEX customer_external_id ON customer (external_id) WHERE external_id IS NOT NULL;

CREATE TABLE customer_phone (
    customer    INTEGER NOT NULL REFERENCES customer (number),
    position    INTEGER NOT NULL,
    typed       TEXT    NOT NULL,
    e164        TEXT,
    extension   TEXT,
    is_primary  INTEGER NOT NULL,
    checked     TEXT    NOT NULL,
    -- Its digits, for finding a part of it; NULL where they are those of e164.
    digits      TEXT,
    PRIMARY KEY (customer, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_address (
    customer    INTEGER NOT NULL REFERENCES customer (number),
    position    INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    province    TEXT,
    city        TEXT,
    district    TEXT,
    street      TEXT,
    line        TEXT,
    PRIMARY KEY (customer, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_tag (
    customer    INTEGER NOT NULL REFERENCES customer (number),
    position    INTEGER NOT NULL,
    tag         TEXT    NOT NULL,
    PRIMARY KEY (customer, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_tag_tag ON customer_tag (tag, customer);

CREATE TABLE customer_alias (
    customer    INTEGER NOT NULL REFERENCES customer (number),
    position    INTEGER NOT NULL,
    alias       TEXT    NOT NULL,
    folded      TEXT    NOT NULL,
    PRIMARY KEY (customer, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_alias_folded ON customer_alias (folded, customer);

CREATE TABLE contact (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    customer    INTEGER NOT NULL REFERENCES customer (number),
    revision    INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    title       TEXT,
    mobile      TEXT    NOT NULL,
    mobile_e164 TEXT,
    email       TEXT,
    wechat      TEXT,
    is_primary  INTEGER NOT NULL,
    role        TEXT,
    created_at  INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE INDEX contact_customer ON contact (customer);

-- Match keys (R6.1) in sorted runs, see docs/adr/0003-match-keys-in-sorted-runs.md.
CREATE TABLE key_run (
    run         INTEGER PRIMARY KEY,
    pairs       INTEGER NOT NULL,
    -- Pairs that were taken out since.
    removed     INTEGER NOT NULL,
    -- Its blocks follow one another.
    first_block INTEGER NOT NULL,
    -- The first key of each block, eight bytes each.
    fences      BLOB    NOT NULL,
    -- A Bloom filter of its keys but those of parts of names; empty for a small run.
    filter      BLOB    NOT NULL
) STRICT;

-- Sorted keys with their customers, 64 to a block.
CREATE TABLE key_block (
    id          INTEGER PRIMARY KEY,
    pairs       BLOB    NOT NULL
) STRICT;

-- The keys of the latest transactions that had few, until they become a run.
CREATE TABLE new_key (
    id          INTEGER PRIMARY KEY,
    pairs       BLOB    NOT NULL
) STRICT;

-- Customers that were said to be different (R6.1), the lower number first.
CREATE TABLE distinct_pair (
    low         INTEGER NOT NULL REFERENCES customer (number),
    high        INTEGER NOT NULL REFERENCES customer (number),
    PRIMARY KEY (low, high),
    CHECK (low < high)
) STRICT, WITHOUT ROWID;

CREATE INDEX distinct_pair_high ON distinct_pair (high, low);

CREATE TABLE import (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    fingerprint TEXT    NOT NULL,
    by          INTEGER REFERENCES user (id),
    started_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    rows        INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    filled      INTEGER NOT NULL,
    skipped     INTEGER NOT NULL,
    refused     INTEGER NOT NULL,
    contacts    INTEGER NOT NULL
) STRICT;

CREATE INDEX import_fingerprint ON import (fingerprint);

-- What import rows have to say, each text once.
CREATE TABLE import_problem (
    id          INTEGER PRIMARY KEY,
    text        TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE import_row (
    import      INTEGER NOT NULL REFERENCES import (id),
    line        INTEGER NOT NULL,
    -- The first letter of the outcome's code.
    outcome     TEXT    NOT NULL,
    customer    INTEGER,
    -- The contact's row; its UUID where it has none.
    contact     ANY,
    problems    INTEGER REFERENCES import_problem (id),
    PRIMARY KEY (import, line)
) STRICT, WITHOUT ROWID;

-- The log (R8.5), append-only. Payload and salt are emptied by erasing (R9.3). It names what need not be there any
-- longer, so that nothing of it is a foreign key. Users are told by their rows, or by their UUID where they have none.
CREATE TABLE log (
    seq          INTEGER PRIMARY KEY,
    -- The operation's first entry, which holds what is the operation's own; NULL where it is this one.
    operation    INTEGER,
    at           INTEGER,
    actor        ANY,
    kind         TEXT,
    fact_at      INTEGER,
    origin       INTEGER,
    entity       TEXT    NOT NULL,
    -- A number, a UUID or a text; NULL for a customer, whose number stands beside.
    key          ANY,
    customer     INTEGER,
    owner_before ANY,
    owner_after  ANY,
    undoes       INTEGER,
    hash         BLOB    NOT NULL,
    salt         BLOB,
    -- H(salt || payload), once these are gone.
    digest       BLOB,
    payload      BLOB
) STRICT;

CREATE INDEX log_customer ON log (customer) WHERE customer IS NOT NULL;
CREATE INDEX log_about ON log (entity, key) WHERE key IS NOT NULL;

-- For a person with a SQL tool. The business's time zone is not known here: times are those of China, UTC+8.
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
    (SELECT group_concat(t.tag, '，') FROM customer_tag t WHERE t.customer = c.number) AS "标签",
    c.note AS "备注"
FROM customer c
WHERE c.archived_at IS NULL;

CREATE VIEW "联系人信息表" AS
SELECT
    'CRM' || format('%08d', k.customer / 10000000000) || format('%04d', k.customer % 10000000000) AS "客户编号",
    (SELECT c.name FROM customer c WHERE c.number = k.customer) AS "客户名称",
    k.name AS "姓名",
    k.title AS "职位",
    k.mobile AS "手机号",
    k.email AS "邮箱",
    k.wechat AS "微信号",
    CASE k.is_primary WHEN 1 THEN '是' ELSE '否' END AS "是否主要对接人",
    k.role AS "对接内容",
    strftime('%Y-%m-%d %H:%M:%S', k.created_at / 1000, 'unixepoch', '+8 hours') AS "添加时间"
FROM contact k
WHERE k.archived_at IS NULL;
