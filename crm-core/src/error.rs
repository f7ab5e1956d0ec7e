//! The one error of the library: few stable kinds, a dotted code, the fields at fault, a message in two languages.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Language,
    access::action_label,
    matching::{DuplicateMatch, in_words},
    model::{CustomerKind, CustomerNumber, RequestState, TaskState, UserId, field_label},
};

/// What every fallible call answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Declares the codes with their messages; `{}` stands for the rejected value.
macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal; )+) => {
        /// What went wrong, stable across releases and languages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Code {
            $( $(#[$meta])* #[doc = $en] #[serde(rename = $code)] $variant ),+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];

            /// The dotted code.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $code ),+ }
            }

            const fn template(self, language: Language) -> &'static str {
                match (self, language) {
                    $( (Self::$variant, Language::Zh) => $zh, (Self::$variant, Language::En) => $en ),+
                }
            }
        }

        impl fmt::Display for Code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codes! {
    FieldMissing = "field.missing", "必填", "is required";
    FieldTooLong = "field.too_long", "内容过长", "is too long";
    FieldNul = "field.nul", "含有不允许的空字符", "contains a NUL character";
    FieldAutomatic = "field.automatic", "由系统生成，不能填写", "is made by the system and cannot be given";
    TextNotExpected = "choice.detail_unexpected", "只有“其他”可以另填说明", "takes free text only with \"other\"";
    ChoiceUnknown = "choice.unknown", "“{}”不在选项中", "\"{}\" is not one of the choices";
    ChoiceRetired = "choice.retired", "选项“{}”已停用", "\"{}\" is retired";
    ChoiceDetailMissing = "choice.detail_missing", "请补充说明", "should have a detail";
    ChoiceInUse = "choice.in_use", "“{}”不能删除，只能停用", "\"{}\" always exists and cannot be retired";
    PhoneMissing = "phone.missing", "至少填写一个电话", "needs at least one number";
    PhoneInvalid = "phone.invalid", "“{}”不是有效的电话号码", "\"{}\" is not a telephone number";
    PhoneNoAreaCode = "phone.no_area_code", "“{}”缺少区号", "\"{}\" lacks its area code";
    PhoneTwoPrimary = "phone.two_primary", "只能有一个主联系电话", "has two primary numbers";
    PhoneAssumed = "phone.assumed", "区号由地址推定：{}", "took its area code from the address: {}";
    PhoneUnverified = "phone.unverified", "“{}”无法识别，原样保留", "\"{}\" could not be read and is kept as typed";
    PhoneNotMobile = "phone.not_mobile", "“{}”不是手机号，座机请填入联系人座机", "\"{}\" is not a mobile number; a landline goes into the contact's phone";
    EmailInvalid = "email.invalid", "“{}”不是有效的邮箱", "\"{}\" is not an e-mail address";
    AddressIncomplete = "address.incomplete", "地址须填写省、市、区、街道", "needs province, city, district and street";
    AddressUnstructured = "address.unstructured", "地址未分级，原样保留", "is kept as one line";
    DateInvalid = "date.invalid", "“{}”不是有效的日期", "\"{}\" is not a date";
    DateInFuture = "date.in_future", "“{}”晚于今天", "{} is in the future";
    DateAssumed = "date.assumed", "以录入日代替", "was missing: the day of entry stands for it";
    NumberInvalid = "number.invalid", "“{}”不是客户编号", "\"{}\" is not a customer number";
    NumberTaken = "number.taken", "编号{}已被使用", "{} is in use";
    NumberKeptAsAlias = "number.alias", "编号“{}”保留为别名", "\"{}\" is kept as an alias";
    ExternalIdTaken = "external_id.taken", "外部编号“{}”已被使用", "\"{}\" is in use";
    LoginTaken = "login.taken", "登录名“{}”已被使用", "\"{}\" is in use";
    OwnerUnknown = "owner.unknown", "没有“{}”这个用户", "there is no user \"{}\"";
    OwnerAmbiguous = "owner.ambiguous", "不止一个用户叫“{}”，请用登录名", "more than one user is called \"{}\": give the login";
    OwnerInactive = "owner.inactive", "用户“{}”已停用", "\"{}\" is not active";
    OwnerNotAllowed = "owner.not_allowed", "不能把客户交给“{}”", "a customer cannot be given to \"{}\" by you";
    TeamUnknown = "team.unknown", "没有“{}”这个团队", "there is no team \"{}\"";
    TeamHead = "team.head", "负责人必须是本团队的主管", "the head must be one of the team's supervisors";
    LastAdmin = "people.last_admin", "至少要有一名有效的管理员", "there must be an active admin";
    KindAssumed = "kind.assumed", "由名称推定：{}", "was taken from the name: {}";
    SizeInvalid = "size.invalid", "“{}”不是企业规模", "\"{}\" is not a size";
    PageInvalid = "page.invalid", "分页参数无效", "is not a page of this list";
    RowBrokenEncoding = "row.broken_encoding", "本行编码损坏", "the row's encoding is broken";
    RowTooFewColumns = "row.too_few_columns", "列数不足：{}", "the row has too few columns: {}";
    RowTooManyColumns = "row.too_many_columns", "列数过多：{}", "the row has too many columns: {}";
    RowCellTooLong = "row.cell_too_long", "单元格过长：{}", "a cell is too long: {}";
    RowRepeated = "row.repeated", "此行此前已导入", "the row has come in before";
    RowDuplicate = "row.duplicate", "可能已存在：{}", "may be there already: {}";
    MappingUnknownField = "mapping.unknown_field", "没有“{}”这个字段", "there is no field \"{}\"";
    MappingUnknownHeading = "mapping.unknown_heading", "表中没有“{}”这一列", "the list has no column \"{}\"";
    MappingTwice = "mapping.twice", "有两列对应字段“{}”", "two columns stand for \"{}\"";
    MappingNoName = "mapping.no_name", "未找到客户名称列（可识别的列名 ≠ 读到的列名）：{}", "no column holds the customers' names (headings that are known ≠ those that were read): {}";
    SourceMissing = "source.missing", "找不到文件：{}", "there is no file {}";
    SourceEmpty = "source.empty", "文件是空的", "the file is empty";
    SourceWrongKind = "source.wrong_kind", "文件不是可读的名单（应为 ≠ 实为）：{}", "the file is no list that can be read (expected ≠ found): {}";
    SourceEncrypted = "source.encrypted", "文件已加密", "the file is encrypted";
    SourceBroken = "source.broken", "文件已损坏：{}", "the file is broken: {}";
    SourceEncoding = "source.encoding", "未知编码：{}", "unknown encoding: {}";
    SourceNoSheet = "source.no_sheet", "没有工作表“{}”", "there is no sheet \"{}\"";
    SourceIo = "source.io", "读取失败：{}", "reading failed: {}";
    SourceChanged = "source.changed", "文件自上次导入后已改变", "the file has changed since the import began";
    OutcomeIo = "file.outcome", "无法写入结果文件：{}", "the outcome cannot be written: {}";
    ImportUndone = "import.undone", "该导入已撤销", "the import has been undone";
    CustomerDuplicate = "customer.duplicate", "该客户可能已存在，请确认是否合并", "the customer may exist already: merge?";
    CustomerDuplicateHidden = "customer.duplicate_hidden", "该客户已存在，跟进人：{}", "exists, with {}";
    NotFound = "not_found", "找不到：{}", "not found: {}";
    RevisionStale = "revision.stale", "数据已被他人修改：{}", "has been changed meanwhile: {}";
    ContactPrimaryNeeded = "contact.primary_needed", "请先指定其他主要对接人", "make another contact primary instead";
    AccessDenied = "access.denied", "没有权限：{}", "not allowed: {}";
    UserInactive = "access.inactive", "用户已停用", "the user is not active";
    SetupNeeded = "setup.needed", "请先完成初始设置", "set_up has not been called yet";
    SetupDone = "setup.done", "初始设置已完成", "set_up has been called already";
    SettingInvalid = "setting.invalid", "设置“{}”无效", "\"{}\" is not a value of this setting";
    SettingDiffers = "setting.differs", "与数据库的设置不同：{}", "is not as the database has it: {}";
    UndoErased = "undo.erased", "内容已删除，无法撤销", "what it changed has been erased and cannot be put back";
    UndoNever = "undo.never", "此类操作不能撤销", "an operation of this kind is not undone";
    StorageBusy = "storage.busy", "数据库正忙，请重试", "the database is locked by another program";
    StoragePaused = "storage.paused", "数据库已暂停", "the store is paused";
    StorageNested = "storage.nested", "不能在事务中再次调用", "called from within a transaction";
    StorageForked = "storage.forked", "进程分叉后不能继续使用，请重新打开数据库", "used after a fork: open the database again";
    StorageReadOnly = "storage.read_only", "数据库只读", "the database is read-only";
    StorageFull = "storage.full", "磁盘已满", "the disk is full";
    StorageCorrupt = "storage.corrupt", "数据库文件已损坏", "the database file is corrupt";
    StorageNewer = "storage.newer", "数据库由更新的版本创建", "the database is from a newer version";
    StorageNotOurs = "storage.not_ours", "不是 crmkit 数据库", "the file is not a crmkit database";
    StorageIo = "storage.io", "读写数据库失败", "the database could not be read or written";
    StorageInterrupted = "storage.interrupted", "读取被中断", "the read was interrupted";
    Internal = "internal", "内部错误", "internal error";
    NumberDayFull = "number.day_full", "当天编号已用完：{}", "no number is left of {}";
    NumberInFuture = "number.future", "编号{}的日期晚于今天", "{} is of a later day than today";
    NumberTooHigh = "number.too_high", "编号{}远高于当天已用的编号", "{} is far above the numbers of its day";
    StorageReplaced = "storage.replaced", "数据库文件已被移动、删除或替换，请放回原处后重新打开", "the database file was moved, deleted or replaced while open: put it back, and open it again";
    PathInvalid = "path.invalid", "“{}”不是数据库文件的路径", "\"{}\" is not the path of a database file";
    SqlNone = "sql.none", "此存储不能用SQL查询", "this store answers no SQL";
    SqlRefused = "sql.refused", "只回答一条针对视图的SELECT：{}", "only one SELECT over the views is answered: {}";
    SqlInvalid = "sql.invalid", "查询有误：{}", "makes no sense: {}";
    SqlTooLong = "sql.too_long", "查询超过{}秒", "took more than {} seconds";
    FieldTooMany = "field.too_many", "数量过多：{}", "has too many: {}";
    SourceTooLarge = "source.too_large", "文件过大：{}", "the file is too large: {}";
    SourceDevice = "source.device", "不是普通文件（设备或管道）", "is a device or a pipe, not a file";
    OutcomeInUse = "file.outcome_in_use", "不能写入名单或数据库本身", "is the list or a database itself";
    ImportElsewhere = "import.elsewhere", "另一任务正在继续此导入", "another job is going on with this import";
    PageLimit = "page.limit", "“{}”应为1到1000", "is {}: it must be from 1 to 1,000";
    FieldType = "field.type", "类型不符：{}", "cannot be of the type {}";
    FieldRange = "field.range", "“{}”超出可用范围", "is out of range: {}";
    FieldSurrogate = "field.surrogate", "含有不成对的代理字符，不是有效文本", "contains a lone surrogate, which is no text";
    DateNoZone = "date.no_zone", "“{}”缺少时区", "\"{}\" lacks its time zone";
    ClockInvalid = "clock.invalid", "时钟显示的时间不可用：{}", "shows a time that cannot be: {}";
    StorageClosed = "storage.closed", "数据库已关闭", "the database has been closed: open it again";
    TeamAmbiguous = "team.ambiguous", "不止一个团队叫“{}”，请用标识", "more than one team is called \"{}\": give the identifier";
    PhoneNoCountryCode = "phone.no_country_code", "“{}”缺少国家代码，应如+1 415 555 2671", "\"{}\" needs its country code, as in +1 415 555 2671";
    JsonInvalid = "json.invalid", "不是此类记录的数据，位于{}", "is no JSON of such a record, at {}";
    RecordArchived = "record.archived", "“{}”已归档，请先恢复", "{} is archived: restore it first";
    TimeInvalid = "time.invalid", "“{}”不是有效的时刻，应如14:00", "\"{}\" is no time of the day, as in 14:00";
    DateBefore = "date.before", "“{}”早于本次跟进", "{} is before this follow-up";
    UserSeesNot = "user.sees_not", "用户“{}”看不到此客户", "\"{}\" does not see this customer";
    TaskNotOpen = "task.not_open", "任务已结束：{}", "is over: {}";
    SettingOff = "setting.off", "该设置未开启", "is switched off";
    DateNotLater = "date.not_later", "“{}”早于原定时间", "{} is before it was due";
    OwnerNotYours = "owner.not_yours", "不能移交“{}”的客户", "customers of \"{}\" cannot be handed over by you";
    AmountInvalid = "amount.invalid", "“{}”不是有效的金额", "\"{}\" is not an amount of money";
    AmountNegative = "amount.negative", "金额不能为负：{}", "cannot be negative: {}";
    AmountDecimals = "amount.decimals", "金额最多两位小数：{}", "has at most two decimals: {}";
    AmountOrder = "amount.order", "须满足最低 ≤ 预计 ≤ 最高：{}", "must keep lowest ≤ expected ≤ highest: {}";
    StageByClosing = "stage.by_closing", "成交或失败须通过关闭机会：{}", "is reached only by closing the opportunity: {}";
    OpportunityClosed = "opportunity.closed", "该销售机会已关闭", "is closed";
    OpportunityOpen = "opportunity.open", "该销售机会未关闭", "is not closed";
    OpportunityLost = "opportunity.lost", "该销售机会不再跟进", "is lost, and is not followed up any more";
    OpportunityUnknown = "opportunity.unknown", "该客户没有这个销售机会", "is none of this customer's";
    ContractNumberTaken = "contract_number.taken", "合同编号“{}”已被使用", "\"{}\" is in use";
    ContractUnknown = "contract.unknown", "该客户没有这份合同", "is none of this customer's";
    ContractVoid = "contract.void", "合同已作废", "is void";
    LoginRefused = "login.refused", "登录名或密码不对；连续五次错误后，账户休息15分钟", "the login or the password is wrong; after five wrong tries in a row an account rests for 15 minutes";
    SessionEnded = "session.ended", "会话已结束，请重新登录", "the session has ended: log in again";
    AccountSuspended = "account.suspended", "账户已暂停", "the account is suspended";
    PasswordTemporary = "password.temporary", "密码是临时的，请先设置新密码", "the password is temporary: set another one first";
    PasswordExpired = "password.expired", "密码已过期，请先设置新密码", "the password has expired: set another one first";
    PasswordShort = "password.short", "至少要有{}个字符", "needs at least {} characters";
    PasswordSimple = "password.simple", "须有大写字母、小写字母、数字和符号", "needs an upper-case letter, a lower-case letter, a digit and a symbol";
    PasswordPersonal = "password.personal", "不能含有电话号码、登录名、姓名或生日", "contains a telephone number, the login, the name or the birthday";
    PasswordWellKnown = "password.well_known", "是众所周知的密码", "is well known";
    PasswordUsed = "password.used", "最近五次用过的密码不能再用", "is one of the last five";
    PasswordWrong = "password.wrong", "不正确；连续五次错误后，账户休息15分钟", "is wrong; after five wrong tries in a row an account rests for 15 minutes";
    PasswordNone = "password.none", "该用户还没有密码", "the user has no password yet";
    FieldUnexpected = "field.unexpected", "此处不适用", "does not apply here";
    DateInPast = "date.in_past", "“{}”已经过去", "{} is past";
    CustomerUnknown = "customer.unknown", "没有“{}”这个客户", "there is no customer \"{}\"";
    CustomerAmbiguous = "customer.ambiguous", "不止一个客户叫“{}”，请用编号", "more than one customer is called \"{}\": give the number";
    RequestOwn = "request.own", "不能审批自己的申请", "nobody approves their own request";
    RequestTwice = "request.twice", "同一人不能审批两次，须由另一名管理员审批", "the same person does not approve twice: another admin does";
    RequestHeadFirst = "request.head_first", "须先由部门负责人审批", "the team's head approves first";
    RequestAdminNext = "request.admin_next", "负责人已审批，须由管理员审批", "an admin approves next";
    RequestExpired = "request.expired", "申请的期限已过", "the time that was asked for is over";
    RequestOver = "request.over", "申请已结束：{}", "the request is over: {}";
    MergeSelf = "merge.self", "不能与自身合并：{}", "is the same customer: {}";
    MergeMerged = "merge.merged", "已合并到其他客户：{}", "has been merged into another customer: {}";
    MergeFixed = "merge.fixed", "此字段不能选择：{}", "cannot be chosen in a merge: {}";
    AttachmentTooLarge = "attachment.too_large", "不能超过10兆字节", "is larger than 10 megabytes";
    AttachmentName = "attachment.name", "“{}”不能作为文件名", "\"{}\" cannot be the name of a file";
    AttachmentDamaged = "attachment.damaged", "附件内容已损坏", "the bytes of the attachment are damaged";
    MediaTypeInvalid = "media_type.invalid", "“{}”不是媒体类型", "\"{}\" is no media type, as in application/pdf";
    TopicAssumed = "topic.assumed", "由内容推定：{}", "was taken from the content: {}";
    ByAssumed = "by.assumed", "以导入人代替", "was missing: who brings the list stands for it";
    FieldUntold = "field.untold", "名单未注明，留空", "is not told by the list, and left blank";
    DateTaken = "date.taken", "由另一日期推定：{}", "was taken from another date: {}";
    AttachmentNamed = "attachment.named", "仅保留名称：{}", "only its name is kept: {}";
    FollowUpUnknown = "follow_up.unknown", "该客户没有这条跟进记录", "is none of this customer's";
    SourceEncodingUnclear = "source.encoding_unclear", "无法确定文件编码，请指明：{}", "may be in several encodings, name one: {}";
    ContactAdded = "contact.added", "已添加联系人“{}”", "contact \"{}\" added";
    ChoiceAssumed = "choice.assumed", "以“其他”代替", "was missing: \"other\" stands for it";
    DateOrder = "date.order", "“{}”无法判定日月先后，请说明日期的写法", "\"{}\" does not tell whether its day or its month comes first: say how dates are written";
    DateSerial = "date.serial", "由电子表格的日期序列值换算：{}", "was a spreadsheet's serial number: {}";
    DigitsLost = "digits.lost", "“{}”的末几位数字已在电子表格中丢失", "\"{}\" has lost its last digits in a spreadsheet";
    OwnerAssumed = "owner.assumed", "没有“{}”这个用户，由导入人负责", "there is no user \"{}\": who brings the list stands for them";
    RowTotal = "row.total", "是合计行，不是客户", "is a row of totals, no customer";
    MappingNoColumn = "mapping.no_column", "名单中没有这一列，也没有默认值（可识别的列名 ≠ 读到的列名）：{}", "is in no column of the list, and has no default (headings that are known ≠ those that were read): {}";
    CellUnreadable = "cell.unreadable", "单元格读不出：{}", "a cell could not be read: {}";
    FieldNotTaken = "field.not_taken", "此行的内容未采用：{}", "of this row was not taken: {}";
    RowHeadings = "row.headings", "是重复的表头，不是客户", "repeats the headings, and is no customer";
    NameAssumed = "name.assumed", "没有公司，以联系人为客户：{}", "no company: the person is the customer: {}";
    PeriodInvalid = "period.invalid", "“{}”不是统计期间，例如可写2024-05、2024、2024-05-01..2024-05-15", "\"{}\" is not a period: write 2024-05, 2024Q2, 2024 or 2024-05-01..2024-05-15";
    TargetTwice = "target.twice", "同一人员同一月份（{}）的目标重复", "the same person's target of {} stands twice";
    PeriodOrder = "period.order", "统计期间{}的结束早于开始", "{} ends before it starts";
    ExportFormat = "export.format", "“{}”不是此处可用的导出格式", "\"{}\" is no form in which this goes out here";
    ExportFonts = "export.fonts", "没有字体能显示“{}”，请安装中文字体，或指定字体文件", "no font has \"{}\": install one that does, or give a font file";
    ExportOneReport = "export.one_report", "图片和文本表格一次只能导出一个报表", "goes out one report at a time";
    RegistrationInvalid = "registration.invalid", "“{}”不是该类型的有效号码", "\"{}\" is not a number of its scheme and country";
    RowShort = "row.short", "列数不足，缺少的按空白处理：{}", "has fewer cells than there are headings, the others are blank: {}";
    RowSection = "row.section", "是分区标题，不是客户", "is the heading of a section, no customer";
}

/// Between the headings that are known and those that were read.
pub(crate) const NOT_THOSE: &str = " ≠ ";
/// Between headings.
pub(crate) const BESIDE: &str = " | ";

/// Which headings are known, those of the reader's language, and which were read.
fn headings_in(told: &str, language: Language) -> Option<String> {
    let (known, read) = told.split_once(NOT_THOSE)?;
    let is_theirs = |heading: &&str| heading.is_ascii() == (language == Language::En);
    let known: Vec<&str> = known.split(BESIDE).filter(is_theirs).collect();
    Some(format!("{}{NOT_THOSE}{read}", known.join(BESIDE)))
}

/// What is to be done about a file of vCards, which is no list.
fn exported(told: &str, language: Language) -> Option<String> {
    let advice = match language {
        Language::Zh => "，请从通讯录导出为CSV后再导入",
        Language::En => ": export the contacts as CSV",
    };
    told.ends_with("vcard").then(|| format!("{told}{advice}"))
}

impl Code {
    /// The rejected value as a person reads it: what the library itself put there comes as codes and names of fields, which
    /// stand for words in each language.
    fn in_words(self, rejected: &str, language: Language) -> Cow<'_, str> {
        let words = match self {
            Self::KindAssumed => CustomerKind::from_code(rejected).map(|kind| kind.label(language).into()),
            Self::RowDuplicate => in_words(rejected, language).map(Cow::Owned),
            Self::MappingTwice => Some(field_label(rejected, language).into()),
            Self::TaskNotOpen => TaskState::from_code(rejected).map(|state| state.label(language).into()),
            Self::RequestOver => RequestState::from_code(rejected).map(|state| state.label(language).into()),
            Self::AccessDenied => Some(action_label(rejected, language).into()),
            Self::SourceWrongKind => exported(rejected, language).map(Cow::Owned),
            Self::MappingNoName | Self::MappingNoColumn => headings_in(rejected, language).map(Cow::Owned),
            _ => None,
        };
        words.unwrap_or(Cow::Borrowed(rejected))
    }

    /// Whether the rejected value is never a person's, a customer's or what was typed about one: a count, a limit, a type.
    const fn tells_no_data(self) -> bool {
        matches!(
            self,
            Self::FieldTooMany
                | Self::FieldType
                | Self::JsonInvalid
                | Self::KindAssumed
                | Self::MappingTwice
                | Self::NumberDayFull
                | Self::PageLimit
                | Self::PasswordShort
                | Self::RequestOver
                | Self::RowShort
                | Self::RowTooFewColumns
                | Self::RowTooManyColumns
                | Self::SqlTooLong
                | Self::TaskNotOpen
        )
    }

    /// What a person reads, with the rejected value in its place.
    pub fn message(self, language: Language, rejected: &str) -> String {
        self.template(language).replace("{}", rejected)
    }
}

record! {
    /// One thing that is wrong, or worth a warning, with one field (R2.4).
    pub struct Problem {
        /// The field's name, the same in every language; empty when it is no single field's.
        pub field: String,
        /// What is wrong with it.
        pub code: Code,
        /// What was typed, where something was; cut off behind 300 characters.
        pub rejected: Option<String>,
    }
}

/// Characters that are kept of a rejected value: a list may bring a megabyte where a word belongs.
const REJECTED: usize = 300;

/// Stands in a message for what was typed.
const LEFT_OUT: &str = "…";

impl Problem {
    /// A problem of a field that was left out.
    pub fn missing(field: &str) -> Self {
        Self::new(field, Code::FieldMissing)
    }

    /// A problem without a rejected value.
    pub fn new(field: &str, code: Code) -> Self {
        Self {
            field: field.to_owned(),
            code,
            rejected: None,
        }
    }

    /// A problem with the value that was rejected, of which its beginning is enough.
    pub fn with(field: &str, code: Code, rejected: impl Into<String>) -> Self {
        let mut rejected = rejected.into();
        if let Some((end, _)) = rejected.char_indices().nth(REJECTED) {
            rejected.truncate(end);
            rejected.push('…');
            rejected.shrink_to_fit();
        }
        Self {
            field: field.to_owned(),
            code,
            rejected: Some(rejected),
        }
    }

    /// What a person reads: the field, what is wrong with it, and what was typed. It may be personal data.
    pub fn message(&self, language: Language) -> String {
        self.saying(self.rejected.as_deref().unwrap_or_default(), language)
    }

    /// [`message`](Self::message), fit for a log: what was typed is left out.
    fn detail(&self, language: Language) -> String {
        match &self.rejected {
            Some(rejected) if self.code.tells_no_data() => self.saying(rejected, language),
            Some(_) => self.saying(LEFT_OUT, language),
            None => self.saying("", language),
        }
    }

    fn saying(&self, rejected: &str, language: Language) -> String {
        let text = self
            .code
            .message(language, &self.code.in_words(rejected, language));
        match (self.field.as_str(), language) {
            ("", _) => text,
            (field, Language::Zh) => format!("{}：{text}", field_label(field, language)),
            (field, Language::En) => format!("{} {text}", field_label(field, language)),
        }
    }

    fn is_missing(&self) -> bool {
        matches!(
            self.code,
            Code::FieldMissing | Code::PhoneMissing | Code::MappingNoColumn
        )
    }
}

/// Why a call failed. Nothing was stored, but for `storage.replaced`, where that cannot be told: the file is gone from its
/// place.
///
/// What is logged by habit, [`Display`](fmt::Display) and [`Debug`](fmt::Debug), is the code and the English
/// [`message`](Self::message), without a customer's data: that stands in the fields.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The input is wrong: every field at fault at once (R2.4).
    Invalid {
        /// What is wrong, in the order of the fields.
        problems: Vec<Problem>,
    },
    /// There is no such thing, or the caller may not see it, which is the same (R8.2).
    NotFound {
        /// What was asked for.
        key: String,
    },
    /// The customer may be there already (R6.1).
    Duplicate {
        /// The likely ones that the caller may see, best first.
        matches: Vec<DuplicateMatch>,
        /// The owners' names of likely ones that the caller may not see.
        hidden_owners: Vec<String>,
    },
    /// The record has been changed since the caller saw it.
    Conflict {
        /// The fields that changed since.
        fields: Vec<String>,
        /// The revision that it has now.
        revision: u64,
    },
    /// A rule forbids it, though the input is well formed.
    Rule {
        /// Which, and for which field.
        problem: Problem,
    },
    /// The caller may not do this.
    Denied {
        /// Why.
        code: Code,
        /// What was attempted.
        action: String,
    },
    /// The store failed; no personal data in `detail`.
    Storage {
        /// What happened.
        code: Code,
        /// For a developer.
        detail: String,
        /// Whether the same call may succeed later.
        retryable: bool,
    },
    /// A defect of the library.
    Internal {
        /// For a bug report; no personal data.
        detail: String,
    },
}

labelled! {
    /// The kinds of [`Error`], for a host that branches on them.
    pub enum ErrorKind {
        /// The input is wrong.
        Invalid = "invalid", "输入有误", "invalid";
        /// There is no such thing, as far as the caller may see.
        NotFound = "not_found", "找不到", "not found";
        /// The customer may be there already.
        Duplicate = "duplicate", "可能重复", "duplicate";
        /// Changed since the caller saw it.
        Conflict = "conflict", "已被修改", "conflict";
        /// A rule forbids it.
        Rule = "rule", "不符合规则", "against a rule";
        /// The caller may not.
        Denied = "denied", "没有权限", "denied";
        /// The store failed.
        Storage = "storage", "存储错误", "storage";
        /// A defect of the library.
        Internal = "internal", "内部错误", "internal";
    }
}

impl Error {
    /// One wrong field.
    pub fn invalid(problem: Problem) -> Self {
        Self::Invalid {
            problems: vec![problem],
        }
    }

    /// Refused by a rule.
    pub fn rule(problem: Problem) -> Self {
        Self::Rule { problem }
    }

    /// Nothing there under `key`.
    pub fn not_found(key: impl ToString) -> Self {
        Self::NotFound { key: key.to_string() }
    }

    /// A store's failure that will not go away by itself.
    pub fn storage(code: Code, detail: impl ToString) -> Self {
        Self::Storage {
            code,
            detail: detail.to_string(),
            retryable: false,
        }
    }

    /// A store's failure after which the same call may succeed.
    pub fn retryable(code: Code, detail: impl ToString) -> Self {
        Self::Storage {
            code,
            detail: detail.to_string(),
            retryable: true,
        }
    }

    /// A defect.
    pub fn internal(detail: impl ToString) -> Self {
        Self::Internal {
            detail: detail.to_string(),
        }
    }

    /// The kind.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Duplicate { .. } => ErrorKind::Duplicate,
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::Rule { .. } => ErrorKind::Rule,
            Self::Denied { .. } => ErrorKind::Denied,
            Self::Storage { .. } => ErrorKind::Storage,
            Self::Internal { .. } => ErrorKind::Internal,
        }
    }

    /// The stable code; of invalid input, the first problem's.
    pub fn code(&self) -> Code {
        match self {
            Self::Invalid { problems } => problems.first().map_or(Code::FieldMissing, |p| p.code),
            Self::NotFound { .. } => Code::NotFound,
            Self::Duplicate { matches, .. } if matches.is_empty() => Code::CustomerDuplicateHidden,
            Self::Duplicate { .. } => Code::CustomerDuplicate,
            Self::Conflict { .. } => Code::RevisionStale,
            Self::Rule { problem } => problem.code,
            Self::Denied { code, .. } | Self::Storage { code, .. } => *code,
            Self::Internal { .. } => Code::Internal,
        }
    }

    /// The fields at fault, each once, in the order of the problems.
    pub fn fields(&self) -> Vec<String> {
        match self {
            Self::Invalid { problems } => {
                let mut fields: Vec<String> = problems.iter().map(|p| p.field.clone()).collect();
                fields.dedup();
                fields
            }
            Self::Conflict { fields, .. } => fields.clone(),
            Self::Rule { problem } => vec![problem.field.clone()],
            _ => Vec::new(),
        }
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Storage { retryable: true, .. })
    }

    /// What is wrong with which field; empty for kinds that are not about fields.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid { problems } => problems,
            Self::Rule { problem } => std::slice::from_ref(problem),
            _ => &[],
        }
    }

    /// What a person reads. Invalid input has the manual's headline first (R2.4).
    ///
    /// It is fit for a log: an ellipsis stands for what was typed, and customers are named by their numbers. What was typed is
    /// in [`Problem::message`], the customers' names are in `matches`. The owner of a customer out of sight is named (R6.1).
    pub fn message(&self, language: Language) -> String {
        let and = match language {
            Language::Zh => "、",
            Language::En => ", ",
        };
        let with = |code: Code, detail: &str| match (detail, language) {
            ("", _) => code.message(language, ""),
            (detail, Language::Zh) => format!("{}（{detail}）", code.message(language, "")),
            (detail, Language::En) => format!("{} ({detail})", code.message(language, "")),
        };
        match self {
            Self::Invalid { problems } => {
                let details: Vec<String> = problems.iter().map(|p| p.detail(language)).collect();
                match language {
                    Language::Zh => format!("{}：{}", headline(problems, language), details.join("；")),
                    Language::En => format!("{}: {}", headline(problems, language), details.join("; ")),
                }
            }
            Self::Duplicate {
                matches,
                hidden_owners,
            } if matches.is_empty() => self.code().message(language, &hidden_owners.join(and)),
            Self::Duplicate { matches, .. } => {
                let found: Vec<String> = matches.iter().map(|m| m.number.to_string()).collect();
                with(self.code(), &found.join(and))
            }
            Self::NotFound { key } => {
                let shown = if is_identifier(key) { key } else { LEFT_OUT };
                self.code().message(language, shown)
            }
            Self::Conflict { fields, .. } => {
                let fields: Vec<&str> = fields.iter().map(|field| field_label(field, language)).collect();
                self.code().message(language, &fields.join(and))
            }
            Self::Rule { problem } => problem.detail(language),
            Self::Denied { code, action } => code.message(language, &code.in_words(action, language)),
            Self::Storage { code, detail, .. } => with(*code, detail),
            Self::Internal { detail } => with(Code::Internal, detail),
        }
    }
}

/// The manual's headline over a list of problems (R2.4).
pub fn headline(problems: &[Problem], language: Language) -> &'static str {
    match (problems.iter().any(Problem::is_missing), language) {
        (true, Language::Zh) => "请补充信息",
        (true, Language::En) => "Please complete the information",
        (false, Language::Zh) => "信息有误，请更正",
        (false, Language::En) => "Please correct the information",
    }
}

/// Whether a text is an identifier that the library gave, and not what somebody calls a customer or a user.
fn is_identifier(text: &str) -> bool {
    text.parse::<CustomerNumber>().is_ok() || text.parse::<UserId>().is_ok()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message(Language::En))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({self})", self.kind())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_4_headline_tells_missing_from_wrong() {
        let missing = Problem::missing("name");
        let wrong = Problem::with("phones", Code::PhoneInvalid, "abc");
        assert_eq!(headline(&[wrong.clone(), missing], Language::Zh), "请补充信息");
        assert_eq!(headline(&[wrong], Language::Zh), "信息有误，请更正");
    }

    #[test]
    fn r2_4_a_problem_names_its_field_and_the_rejected_value() {
        let problem = Problem::with("phones", Code::PhoneNoAreaCode, "55550199");
        assert_eq!(problem.message(Language::Zh), "主联系电话：“55550199”缺少区号");
        assert_eq!(
            problem.message(Language::En),
            "phones \"55550199\" lacks its area code"
        );
    }

    #[test]
    fn what_is_logged_by_habit_has_no_data_of_customers() {
        let world = crate::doc_example::desk().unwrap();
        let named = crate::doc_example::company("张三示例有限公司", "021-5555 0199");
        let secrets = ["张三示例有限公司", "5555 0199"];
        let entered = world
            .customers()
            .create(&named, crate::service::DuplicateCheck::Refuse)
            .unwrap();
        let duplicate = world
            .customers()
            .create(&named, crate::service::DuplicateCheck::Refuse)
            .unwrap_err();
        assert!(matches!(&duplicate, Error::Duplicate { matches, .. } if matches[0].name == named.name));
        assert!(
            duplicate
                .message(Language::Zh)
                .contains(&entered.number.to_string())
        );
        let mut errors = vec![duplicate];
        for secret in secrets {
            errors.push(Error::not_found(secret));
            for code in Code::ALL.iter().copied().filter(|code| !code.tells_no_data()) {
                let problem = Problem::with("phones", code, secret);
                assert!(
                    problem.message(Language::Zh).contains(secret)
                        || !code.template(Language::Zh).contains("{}")
                );
                errors.push(Error::invalid(problem.clone()));
                errors.push(Error::rule(problem));
            }
        }
        for error in errors {
            let (zh, en) = (error.message(Language::Zh), error.message(Language::En));
            assert_eq!(error.to_string(), format!("{}: {en}", error.code()));
            let logged = format!("{error} {error:?} {error:#?} {zh} {en}");
            for secret in secrets {
                assert!(!logged.contains(secret), "{logged}");
            }
        }
        assert_eq!(
            Error::invalid(Problem::with("phones", Code::PhoneNoAreaCode, "55550199")).message(Language::Zh),
            "信息有误，请更正：主联系电话：“…”缺少区号"
        );
        let number = Error::not_found(entered.number);
        assert_eq!(
            number.message(Language::En),
            format!("not found: {}", entered.number)
        );
    }

    /// Names that stand in both languages.
    const NAMES: &[&str] = &["crmkit", "SQL", "SELECT", "IT"];

    /// Whether a text has a letter of the other language.
    fn is_mixed(text: &str, language: Language) -> bool {
        let text = NAMES
            .iter()
            .fold(text.to_owned(), |text, name| text.replace(name, ""));
        match language {
            Language::Zh => text.chars().any(|c| c.is_ascii_alphabetic()),
            // Chinese punctuation and wide forms, too.
            Language::En => text
                .chars()
                .any(|c| ('\u{2e80}'..='\u{ffef}').contains(&c) || "“”".contains(c)),
        }
    }

    #[test]
    fn no_message_has_a_letter_of_the_other_language() {
        for language in [Language::Zh, Language::En] {
            let whole = |error: Error| {
                let message = error.message(language);
                assert!(!is_mixed(&message, language), "{message}");
            };
            for code in Code::ALL.iter().copied() {
                for field in ["", "name"] {
                    let problem = Problem::with(field, code, "123");
                    whole(Error::rule(problem.clone()));
                    whole(Error::Invalid {
                        problems: vec![problem.clone(), problem],
                    });
                }
                whole(Error::storage(code, "123"));
            }
            for (field, ..) in crate::model::fields::LABELS {
                whole(Error::invalid(Problem::missing(field)));
                whole(Error::invalid(Problem::with("", Code::MappingTwice, *field)));
                whole(Error::Conflict {
                    fields: vec![(*field).to_owned(), "name".into()],
                    revision: 2,
                });
            }
            for (action, _) in crate::access::ACTIONS {
                whole(Error::Denied {
                    code: Code::AccessDenied,
                    action: (*action).to_owned(),
                });
            }
            for kind in CustomerKind::ALL {
                whole(Error::invalid(Problem::with("", Code::KindAssumed, kind.code())));
            }
            let reasons: Vec<&str> = crate::MatchReason::ALL
                .iter()
                .map(|reason| reason.code())
                .collect();
            let row = format!("123 456 ({})", reasons.join(", "));
            whole(Error::invalid(Problem::with("", Code::RowDuplicate, row)));
            let hidden_owners = vec!["1".to_owned(), "2".to_owned()];
            whole(Error::Duplicate {
                matches: Vec::new(),
                hidden_owners,
            });
            whole(Error::internal("123"));
            for states in crate::describe::states() {
                for state in states.states {
                    let label = match language {
                        Language::Zh => state.zh,
                        Language::En => state.en,
                    };
                    assert!(!is_mixed(label, language), "{}: {label}", states.name);
                }
            }
            for entry in crate::model::built_in_entries() {
                assert!(!is_mixed(entry.label(language), language), "{entry:?}");
            }
        }
    }

    #[test]
    fn codes_are_frozen() {
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let frozen: Vec<&str> = include_str!("codes.txt").lines().collect();
        assert_eq!(
            codes, frozen,
            "codes are part of the contract: add at the end of the list, never change one"
        );
    }
}
