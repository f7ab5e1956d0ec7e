//! The headings by which columns are recognised, in Chinese and English. A line per field.

use super::Column;
use crate::{model::AddressKind, rules::country::COUNTRY};

/// The field of the host's own in which the number stands under which a customer is registered.
pub(crate) const REGISTRATION: &str = "tax_number";

/// The names by which a column is mapped, and the headings by which it is recognised. Headings are folded, so that one
/// script form and one case are enough.
#[rustfmt::skip]
pub(super) const HEADINGS: &[(Column, &str, &[&str])] = &[
    (Column::Number, "number", &["客户编号", "客户编码", "客户代码", "编号", "customer number", "customer no", "customer id", "公司代号", "公司代码", "厂商编号", "客户号"]),
    (Column::Alias, "alias", &["其他编号", "旧编号", "原编号", "alias", "legacy id"]),
    (Column::Name, "name", &["客户名称", "客户名", "客户姓名", "客户", "公司名称", "公司名", "公司", "企业名称", "单位名称", "单位", "名称", "厂商名称", "customer name", "customer", "company name", "company", "name", "account name", "organisation", "organization", "姓名/公司"]),
    (Column::Kind, "kind", &["客户类型", "客户性质", "类型", "customer type", "type", "kind"]),
    (Column::Industry, "industry", &["所属行业", "行业", "产业", "产业类别", "产业别", "行业类别", "industry", "sector"]),
    (Column::Size, "size", &["企业规模", "公司规模", "规模", "人员规模", "人数", "员工人数", "size", "employees", "headcount", "company size"]),
    (Column::Phones, "phones", &["主联系电话", "联系电话", "电话", "电话号码", "联络电话", "总机电话", "总机", "公司电话", "固定电话", "座机", "手机", "手机号", "手机号码", "行动电话", "移动电话", "联系方式", "phone", "phone number", "telephone", "tel", "mobile", "mobile phone", "main phone", "phones", "电话2", "备用电话", "其他电话"]),
    (Column::Address(AddressKind::Registered), "registered_address", &["注册地址", "注册地", "登记地址", "registered address"]),
    (Column::Address(AddressKind::Business), "business_address", &["经营地址", "注册地址/经营地址", "地址", "住址", "公司地址", "联系地址", "详细地址", "营业地址", "通讯地址", "address", "business address"]),
    (Column::Address(AddressKind::Office), "office_address", &["办公地址", "办公地", "office address"]),
    (Column::Province, "province", &["省", "省份", "province", "state", "state/province", "state or province", "province/state", "county/state", "billing state", "billing state/province", "billing province", "mailing state", "mailing state/province", "business state"]),
    (Column::City, "city", &["市", "城市", "县市", "city", "town", "town/city", "billing city", "mailing city", "business city"]),
    (Column::District, "district", &["区", "区县", "区/县", "district", "county"]),
    (Column::Street, "street", &["街道", "路", "门牌", "street", "street address", "address line 1", "billing street", "billing address", "billing address line 1", "mailing street", "business street"]),
    (Column::Source, "source", &["客户来源", "来源", "来源渠道", "渠道", "source", "lead source", "channel"]),
    (Column::SourceDetail, "source_detail", &["来源说明", "来源详情", "来源明细", "来源备注", "source detail", "campaign"]),
    (Column::FirstContact, "first_contact", &["首次接触时间", "首次接触日期", "首次接触", "首次联系时间", "首次联系日期", "first contact", "first contact date", "first contacted"]),
    (Column::LeadAt, "lead_at", &["线索时间", "获取线索时间", "线索获取时间", "lead time", "lead at", "lead date"]),
    (Column::Status, "status", &["客户状态", "客户阶段", "状态", "status", "customer status", "stage"]),
    (Column::Owner, "owner", &["跟进人", "负责人", "业务员", "业务", "销售", "销售员", "销售负责人", "归属人", "owner", "account owner", "sales rep", "assigned to"]),
    (Column::CreatedAt, "created_at", &["创建时间", "创建日期", "录入时间", "录入日期", "建档日期", "建立日期", "created at", "created", "created date", "created time"]),
    (Column::CreatedBy, "created_by", &["创建人", "录入人", "建档人", "created by", "author"]),
    (Column::Tags, "tags", &["标签", "客户标签", "tags", "labels"]),
    (Column::Note, "note", &["备注", "说明", "附注", "客户备注", "note", "notes", "remark", "remarks", "comment", "comments", "description"]),
    (Column::ExternalId, "external_id", &["外部编号", "外部id", "external id"]),
    (Column::ContactName, "contact.name", &["联系人", "联系人姓名", "主要联系人", "主联系人", "联络人", "联络人姓名", "对接人", "主要对接人", "姓名", "contact", "contact name", "contact person", "full name"]),
    (Column::ContactTitle, "contact.title", &["职位", "职务", "联系人职位", "职称", "title", "job title", "position"]),
    (Column::ContactMobile, "contact.mobile", &["联系人手机", "联系人手机号", "联系人手机号码", "联系人电话", "联络人电话", "contact mobile", "contact phone"]),
    (Column::ContactEmail, "contact.email", &["联系人邮箱", "联系人email", "contact email"]),
    (Column::ContactWechat, "contact.wechat", &["微信", "微信号", "联系人微信", "wechat", "wechat id"]),
    (Column::ContactPrimary, "contact.primary", &["是否主要对接人", "是否主要联系人", "主要", "primary", "is primary"]),
    (Column::ContactRole, "contact.role", &["对接内容", "负责事项", "角色", "role"]),
];

/// Columns that lists have and the manual does not: kept as extra fields under one name.
#[rustfmt::skip]
pub(super) const EXTRAS: &[(&str, &[&str])] = &[
    ("email", &["电子邮件", "电子邮件信箱", "电子信箱", "电子邮箱", "邮箱", "邮件", "email", "e-mail", "mail", "email address"]),
    ("fax", &["传真", "传真号码", "传真机号码", "fax", "fax number"]),
    ("website", &["网址", "网站", "公司网址", "官网", "website", "web", "url", "homepage"]),
    (REGISTRATION, &["统一社会信用代码", "税号", "纳税人识别号", "营利事业统一编号", "统一编号", "统编", "tax number", "tax id", "vat number"]),
    ("short_name", &["公司简称", "简称", "客户简称", "short name", "abbreviation"]),
    ("english_name", &["英文名称", "英文简称", "英文名", "english name", "english short name"]),
    (COUNTRY, &["国家", "国家/地区", "国家或地区", "国家地区", "国别", "所在国家", "country", "country/region", "country or region", "country name", "nation", "billing country", "mailing country", "business country/region"]),
    ("postcode", &["邮编", "邮政编码", "邮政编号", "邮递区号", "postcode", "postal code", "post code", "zip", "zip code", "zip/postal code", "postal/zip code", "billing zip", "billing postcode", "billing postal code", "billing zip/postal code", "mailing zip", "mailing postal code", "mailing zip/postal code", "business postal code"]),
    ("english_address", &["英文地址", "英文通讯地址", "english address"]),
];
