//! The names of the fields, the same in every layer and language, with what a person calls them (R2.2, R3.1).

use super::PickList;
use crate::Language;

/// The fields' names, so that a misspelt one does not compile.
pub mod fields {
    /// Declares the constants, and the table of labels beside them.
    macro_rules! fields {
        ($( $constant:ident = $name:literal, $zh:literal, $en:literal; )+) => {
            $( #[doc = $en] pub const $constant: &str = $name; )+

            pub(crate) const LABELS: &[(&str, &str, &str)] = &[ $( ($name, $zh, $en) ),+ ];
        };
    }

    fields! {
        NUMBER = "number", "客户编号", "number";
        NAME = "name", "客户名称", "name";
        KIND = "kind", "客户类型", "kind";
        INDUSTRY = "industry", "所属行业", "industry";
        SIZE = "size", "企业规模", "size";
        PHONES = "phones", "主联系电话", "phones";
        ADDRESSES = "addresses", "地址", "addresses";
        REGISTRATIONS = "registrations", "统一社会信用代码/税号", "registration numbers";
        SOURCE = "source", "客户来源", "source";
        FIRST_CONTACT = "first_contact", "首次接触时间", "first contact";
        LEAD_AT = "lead_at", "线索时间", "lead time";
        STATUS = "status", "客户状态", "status";
        OWNER = "owner", "跟进人", "owner";
        CREATED_AT = "created_at", "创建时间", "created at";
        CREATED_BY = "created_by", "创建人", "created by";
        LATE = "late", "迟录", "entered late";
        TAGS = "tags", "标签", "tags";
        NOTE = "note", "备注", "note";
        ALIASES = "aliases", "其他编号", "aliases";
        EXTERNAL_ID = "external_id", "外部编号", "external id";
        EXTRA = "extra", "扩展字段", "extra fields";
        REVISION = "revision", "版本", "revision";
        CONTACT_NAME = "contact.name", "联系人姓名", "contact's name";
        CONTACT_TITLE = "contact.title", "职位", "contact's title";
        CONTACT_MOBILE = "contact.mobile", "联系人手机号", "contact's mobile";
        CONTACT_PHONE = "contact.phone", "联系人座机", "contact's phone";
        CONTACT_EMAIL = "contact.email", "联系人邮箱", "contact's e-mail";
        CONTACT_WECHAT = "contact.wechat", "联系人微信号", "contact's WeChat";
        CONTACT_PRIMARY = "contact.primary", "是否主要对接人", "primary contact";
        CONTACT_ROLE = "contact.role", "对接内容", "contact's role";
        LOGIN = "login", "登录名", "login";
        ROLE = "role", "角色", "role";
        TEAM = "team", "团队", "team";
        HEAD = "head", "部门负责人", "head";
        PHONE = "phone", "电话", "phone";
        BIRTHDAY = "birthday", "生日", "birthday";
        ACTIVE = "active", "启用", "active";
        CODE = "code", "代码", "code";
        LABEL_ZH = "label_zh", "中文名称", "Chinese label";
        LABEL_EN = "label_en", "英文名称", "English label";
        AFTER = "after", "分页", "page";
        LIMIT = "limit", "每页行数", "limit";
        FILE = "file", "文件", "file";
        QUERY = "query", "查询", "query";
        OUTCOME = "outcome", "结果文件", "outcome";
        MAPPING = "mapping", "列对应", "mapping";
        AT = "at", "时间", "time";
        BY = "by", "经手人", "who did it";
        TEXT = "text", "内容", "text";
        METHOD = "method", "跟进方式", "follow-up method";
        TOPIC = "topic", "跟进主题", "topic";
        CONTENT = "content", "跟进内容", "content";
        NEEDS = "needs", "客户需求与反馈", "needs and feedback";
        OBJECTIONS = "objections", "异议与答复", "objections and answers";
        NEXT_STEPS = "next_steps", "下一步安排", "next steps";
        OTHER = "other", "其他", "anything else";
        NEXT_FOLLOW_UP = "next_follow_up", "下次跟进时间", "next follow-up";
        NEXT_TIME = "next_time", "下次跟进时刻", "time of the next follow-up";
        NEXT_PLAN = "next_plan", "下次跟进计划", "plan of the next follow-up";
        DONE = "done", "是否完成", "done";
        COMPLETES = "completes", "完成的任务", "tasks done";
        FOLLOW_UP = "follow_up", "跟进记录", "follow-up";
        TASK = "task", "任务", "task";
        DUE = "due", "到期日", "due day";
        DUE_TIME = "due_time", "到期时刻", "time of the due day";
        HOLDER = "holder", "任务负责人", "holder";
        EVERYBODY = "everybody", "所有人", "everybody";
        LIST = "list", "任务列表", "list";
        SINCE = "since", "起始时间", "since";
        UNTIL = "until", "截止时间", "until";
        REASON = "reason", "原因", "reason";
        FROM_OWNER = "from_owner", "原跟进人", "former owner";
        TO = "to", "新跟进人", "new owner";
        ADD = "add", "添加的标签", "labels to add";
        REMOVE = "remove", "去掉的标签", "labels to remove";
        MODE = "mode", "处理方式", "mode";
        CUSTOMERS = "customers", "客户", "customers";
        TIME_ZONE = "time_zone", "时区", "time zone";
        REGION = "region", "地区", "region";
        LANGUAGE = "language", "语言", "language";
        THRESHOLDS = "thresholds", "查重阈值", "thresholds";
        CUSTOMER = "customer", "客户", "customer";
        CONTACT = "contact", "联系人", "contact";
        USER = "user", "用户", "user";
        RECORD = "record", "服务记录", "record";
        KEY = "key", "客户编号", "key";
        IMPORT_ID = "import_id", "导入", "import";
        OPERATION = "operation", "操作", "operation";
        BEFORE = "before", "位置", "position";
        KEPT = "kept", "日志末端", "kept end";
        SEQ = "seq", "序号", "position";
        HASH = "hash", "摘要", "hash";
        STEP = "step", "每步行数", "step";
        STEP_MILLIS = "step_millis", "每步毫秒数", "milliseconds of a step";
        LEARN = "learn", "学习权重", "learning";
        LIKELY = "likely", "疑似重复阈值", "threshold of likely ones";
        SIMILAR = "similar", "相似阈值", "threshold of similar ones";
        ENCODING = "encoding", "编码", "encoding";
        DELIMITER = "delimiter", "分隔符", "delimiter";
        SHEET = "sheet", "工作表", "sheet";
        POSITION = "position", "位置", "position";
        RETIRED = "retired", "停用", "retired";
        ON_DUPLICATE = "on_duplicate", "重复时", "on a duplicate";
        CHECK = "check", "查重", "check";
        CHOICES = "choices", "合并选择", "choices";
        INTO = "into", "合并到", "the survivor";
        LOSER = "loser", "被合并的客户", "the one that is merged";
        LOSERS = "losers", "被合并的客户", "those that are merged";
        SORT = "sort", "排序", "sort";
        PATH = "path", "路径", "path";
        CLOCK = "clock", "时钟", "clock";
        DETAIL = "detail", "说明", "detail";
        PRIMARY = "primary", "首选", "primary";
        WEIGHTS = "weights", "查重权重", "weights";
        QUIET_MARKS_LOST = "quiet_marks_lost", "沉默客户自动标记流失", "marking quiet customers lost";
        REMINDER_LEAD = "reminder_lead", "提醒提前分钟数", "minutes that reminders come before";
        SILENT = "silent", "静音", "silent";
        DRY_RUN = "dry_run", "试运行", "dry run";
        OPPORTUNITY = "opportunity", "销售机会", "opportunity";
        EXPECTED_AMOUNT = "expected_amount", "预计成交金额", "expected amount";
        LOWEST = "lowest", "最低金额", "lowest amount";
        HIGHEST = "highest", "最高金额", "highest amount";
        EXPECTED_CLOSE = "expected_close", "预计成交日期", "expected close";
        STAGE = "stage", "销售阶段", "stage";
        STAGE_NOTE = "stage_note", "阶段备注", "stage note";
        COMPETITORS = "competitors", "竞争对手", "competitors";
        OPEN = "open", "未关闭", "open";
        CONTRACT = "contract", "合同", "contract";
        CONTRACT_NUMBER = "contract_number", "合同编号", "contract number";
        AMOUNT = "amount", "金额", "amount";
        SIGNED_ON = "signed_on", "签约日期", "signing date";
        START = "start", "合同开始日期", "first day of the contract";
        END = "end", "合同结束日期", "last day of the contract";
        RENEWS = "renews", "续签的合同", "renewed contract";
        ON = "on", "回款日期", "day of payment";
        PAID = "paid", "已付清", "paid";
        PAID_REASON = "paid_reason", "付清说明", "why it is paid";
        PURCHASE_CYCLE = "purchase_cycle", "复购周期（天）", "purchase cycle in days";
        RENEWAL_DAYS = "renewal_days", "续约提前天数", "days that renewals come before";
        NO_FOLLOW_UP = "no_follow_up", "尚无跟进", "no follow-up yet";
        NO_OPEN_TASK = "no_open_task", "无待办任务", "no open task";
        ACTION = "action", "操作", "action";
        CURSOR = "cursor", "游标", "cursor";
        NOUN = "noun", "名词", "noun";
        EVERY = "every", "间隔（秒）", "seconds between two questions";
        CREDITED_TO = "credited_to", "业绩归属", "credited to";
        VOID = "void", "已作废", "void";
        INITIAL_CONTACT_PERCENT = "initial_contact_percent", "初步接洽成交概率", "probability of the initial contact, in per cent";
        NEEDS_ANALYSIS_PERCENT = "needs_analysis_percent", "需求分析成交概率", "probability of the needs analysis, in per cent";
        PROPOSAL_PERCENT = "proposal_percent", "方案提交成交概率", "probability of the proposal, in per cent";
        NEGOTIATION_PERCENT = "negotiation_percent", "商务谈判成交概率", "probability of the negotiation, in per cent";
        PASSWORD = "password", "密码", "password";
        OLD_PASSWORD = "old_password", "原密码", "old password";
        WANTED = "wanted", "申请内容", "what is asked for";
        REQUEST = "request", "权限申请", "request";
        WAITING = "waiting", "待审批", "waiting";
        DEVICE = "device", "设备", "device";
        PASSWORD_LENGTH = "password_length", "密码最短位数", "least length of passwords";
        PASSWORD_MEMORY = "password_memory", "密码散列内存", "memory for hashing passwords";
        RECORD_OPENINGS = "record_openings", "记录查看客户", "recording who opens customers";
        PASSWORD_PASSES = "password_passes", "密码散列次数", "passes for hashing passwords";
        ATTACHMENT = "attachment", "附件", "attachment";
        ATTACHMENT_NAME = "attachment.name", "附件名称", "attachment's name";
        ATTACHMENT_CONTENT = "attachment.content", "附件内容", "attachment's content";
        MEDIA_TYPE = "media_type", "媒体类型", "media type";
        TELL_HIDDEN_OWNER = "tell_hidden_owner", "提示他人客户的跟进人", "tell hidden owner";
        ID = "id", "标识", "identifier";
        IMPORT = "import", "导入批次", "import";
        ARCHIVED_AT = "archived_at", "归档时间", "archived at";
        CONTACT_E164 = "contact.mobile_e164", "联系人手机号（规范格式）", "contact's mobile in its normal form";
        CONTACT_PHONE_E164 = "contact.phone_e164", "联系人座机（规范格式）", "contact's phone in its normal form";
        PLAN = "plan", "任务内容", "what is to be done";
        PLANNED = "planned", "原到期日", "due day before it was put off";
        PLANNED_TIME = "planned_time", "原到期时刻", "time before it was put off";
        STATE = "state", "进度", "state";
        DONE_AT = "done_at", "完成时间", "done at";
        TASK_KIND = "task.kind", "任务类型", "kind of task";
        STAGE_CHANGED_AT = "stage_changed_at", "阶段更新时间", "in this stage since";
        CLOSED_AT = "closed_at", "关闭时间", "closed at";
        OPPORTUNITY_NAME = "opportunity.name", "机会名称", "opportunity's name";
        OPPORTUNITY_OWNER = "opportunity.owner", "负责人", "owner of the opportunity";
        OPPORTUNITY_REASON = "opportunity.reason", "赢单/输单原因", "win or loss reason";
        PAYMENTS = "payments", "回款记录", "payments";
        PAYMENT = "payment", "回款", "payment";
        VOIDED_AT = "voided_at", "作废时间", "void since";
        FOLLOW_UP_AT = "follow_up.at", "跟进时间", "time of the follow-up";
        FOLLOW_UP_BY = "follow_up.by", "跟进人", "who held it";
        USER_NAME = "user.name", "姓名", "user's name";
        TEAM_NAME = "team.name", "团队名称", "team's name";
        REQUEST_BY = "request.by", "申请人", "who asks";
        GRANTED = "granted", "获准的客户", "customers granted";
        FIRST_BY = "first_by", "初审人", "approved first by";
        FIRST_AT = "first_at", "初审时间", "approved first at";
        GRANTED_BY = "granted_by", "批准人", "granted by";
        GRANTED_AT = "granted_at", "批准时间", "granted at";
        ALONE = "alone", "单人批准", "granted by one alone";
        ENDED_BY = "ended_by", "终止人", "ended by";
        ANSWER = "answer", "答复", "answer";
        TYPED = "typed", "号码", "number as typed";
        E164 = "e164", "规范号码", "normal form";
        EXTENSION = "extension", "分机", "extension";
        ADDRESS = "address", "地址", "address";
        ADDRESS_KIND = "address.kind", "地址类型", "kind of address";
        PROVINCE = "province", "省", "province";
        CITY = "city", "市", "city";
        DISTRICT = "district", "区县", "district";
        STREET = "street", "街道门牌", "street";
        LINE = "line", "完整地址", "address in one line";
        REGISTRATION = "registration", "统一社会信用代码/税号", "registration number";
        COUNTRY = "country", "国家/地区", "country";
        SCHEME = "scheme", "号码类型", "scheme";
        REGISTRATION_NUMBER = "registration.number", "号码", "number";
        SCALE = "scale", "衡量方式", "scale";
        BAND = "band", "区间", "band";
        PHONE_CHECK = "phone.check", "识别情况", "how far it can be relied on";
        PERIOD = "period", "统计期间", "period";
        PERSON = "person", "人员", "person";
        MONTH = "month", "月份", "month";
        TARGET = "target", "业绩目标", "target";
        FONT = "font", "字体", "font";
        FORMAT = "format", "格式", "form";
        REPORT_RIGHT = "report_right", "报表权限", "right to a report";
        REPORT = "report", "报表", "report";
        VIEW = "view", "可查看的角色", "who may look at it";
        EXPORT = "export", "可导出的角色", "who may export it";
        REPORT_RIGHTS = "report_rights", "报表权限", "who may look at and export reports";
        LIST_EXPORTERS = "list_exporters", "可导出列表的角色", "who may export lists";
        FISCAL_YEAR_START = "fiscal_year_start", "财年起始月", "month in which the fiscal year starts";
    }
}

/// What a person calls the field with this name: a pick list is called as its field; the name itself for a field of the
/// host's own.
pub fn field_label(name: &str, language: Language) -> &str {
    match fields::LABELS.iter().find(|(field, ..)| *field == name) {
        Some((_, zh, _)) if language == Language::Zh => zh,
        Some((_, _, en)) => en,
        None => PickList::from_code(name).map_or(name, |list| list.label(language)),
    }
}
