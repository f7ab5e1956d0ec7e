-- Conversations with customers (R4.1), and what is due (R4.5).
CREATE TABLE follow_up (
    id             INTEGER PRIMARY KEY,
    uuid           BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    customer       INTEGER NOT NULL REFERENCES customer (number),
    revision       INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    method         TEXT    NOT NULL,
    method_detail  TEXT,
    by             INTEGER NOT NULL REFERENCES user (id),
    topic          TEXT    NOT NULL,
    content        TEXT,
    needs          TEXT,
    objections     TEXT,
    next_steps     TEXT,
    other          TEXT,
    next_follow_up TEXT,
    next_time      TEXT,
    next_plan      TEXT,
    done           INTEGER,
    late           INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    created_by     INTEGER REFERENCES user (id),
    archived_at    INTEGER
) STRICT;

CREATE INDEX follow_up_customer ON follow_up (customer, at);
CREATE INDEX follow_up_by ON follow_up (by, at);
CREATE INDEX follow_up_at ON follow_up (at);

CREATE TABLE task (
    id           INTEGER PRIMARY KEY,
    uuid         BLOB    NOT NULL UNIQUE CHECK (length(uuid) = 16),
    customer     INTEGER NOT NULL REFERENCES customer (number),
    revision     INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    follow_up    INTEGER REFERENCES follow_up (id),
    holder       INTEGER NOT NULL REFERENCES user (id),
    plan         TEXT    NOT NULL,
    due          TEXT    NOT NULL,
    due_time     TEXT,
    planned      TEXT,
    planned_time TEXT,
    state        TEXT    NOT NULL,
    done_at      INTEGER,
    created_at   INTEGER NOT NULL,
    -- The first moment at which it is overdue, as the business's clock shows it, in milliseconds since 1970.
    overdue_from INTEGER NOT NULL
) STRICT;

CREATE INDEX task_customer ON task (customer, created_at);
CREATE INDEX task_follow_up ON task (follow_up) WHERE follow_up IS NOT NULL;
-- What is over is not looked for among what is due.
CREATE INDEX task_open_holder ON task (holder, overdue_from) WHERE state = 'open';
CREATE INDEX task_open ON task (overdue_from) WHERE state = 'open';
CREATE INDEX task_open_customer ON task (customer, overdue_from) WHERE state = 'open';

-- For a person with a SQL tool, as the others: times are those of China.
CREATE VIEW "跟进记录表" AS
SELECT
    'CRM' || format('%08d', f.customer / 10000000000) || format('%04d', f.customer % 10000000000) AS "客户编号",
    (SELECT c.name FROM customer c WHERE c.number = f.customer) AS "客户名称",
    strftime('%Y-%m-%d %H:%M:%S', f.at / 1000, 'unixepoch', '+8 hours') AS "跟进时间",
    coalesce((SELECT p.label_zh FROM pick_entry p WHERE p.list = 'method' AND p.code = f.method), f.method)
        || coalesce('（' || f.method_detail || '）', '') AS "跟进方式",
    (SELECT u.name FROM user u WHERE u.id = f.by) AS "跟进人",
    f.topic AS "跟进主题",
    concat_ws(char(10), f.content, f.needs, f.objections, f.next_steps, f.other) AS "跟进内容",
    f.next_follow_up || coalesce(' ' || f.next_time, '') AS "下次跟进时间",
    f.next_plan AS "下次跟进计划",
    CASE f.done WHEN 1 THEN '是' WHEN 0 THEN '否' END AS "是否完成",
    strftime('%Y-%m-%d %H:%M:%S', f.created_at / 1000, 'unixepoch', '+8 hours') AS "创建时间"
FROM follow_up f
WHERE f.archived_at IS NULL;
