//! What names are made of: places, trades and legal forms are real, brands and persons are put together by chance.

/// A place that companies are named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Without its suffix.
    pub name: &'static str,
    /// 省, 市, 县.
    pub suffix: &'static str,
    /// The province that it is in; empty for one that is in none.
    pub province: &'static str,
    /// The code of its landlines; empty for a province.
    pub area: &'static str,
    /// How many digits follow the code.
    pub digits: usize,
}

const fn place(
    name: &'static str,
    suffix: &'static str,
    province: &'static str,
    area: &'static str,
    digits: usize,
) -> Place {
    Place {
        name,
        suffix,
        province,
        area,
        digits,
    }
}

pub(super) const PLACES: [Place; 42] = [
    place("北京", "市", "", "010", 8),
    place("上海", "市", "", "021", 8),
    place("天津", "市", "", "022", 8),
    place("重庆", "市", "", "023", 8),
    place("广州", "市", "广东", "020", 8),
    place("深圳", "市", "广东", "0755", 8),
    place("东莞", "市", "广东", "0769", 8),
    place("佛山", "市", "广东", "0757", 8),
    place("珠海", "市", "广东", "0756", 7),
    place("南京", "市", "江苏", "025", 8),
    place("苏州", "市", "江苏", "0512", 8),
    place("无锡", "市", "江苏", "0510", 8),
    place("常州", "市", "江苏", "0519", 8),
    place("南通", "市", "江苏", "0513", 8),
    place("江阴", "市", "江苏", "0510", 8),
    place("常熟", "市", "江苏", "0512", 8),
    place("杭州", "市", "浙江", "0571", 8),
    place("宁波", "市", "浙江", "0574", 8),
    place("温州", "市", "浙江", "0577", 8),
    place("义乌", "市", "浙江", "0579", 8),
    place("武汉", "市", "湖北", "027", 8),
    place("宜昌", "市", "湖北", "0717", 7),
    place("长沙", "市", "湖南", "0731", 8),
    place("株洲", "市", "湖南", "0731", 8),
    place("成都", "市", "四川", "028", 8),
    place("绵阳", "市", "四川", "0816", 7),
    place("西安", "市", "陕西", "029", 8),
    place("郑州", "市", "河南", "0371", 8),
    place("洛阳", "市", "河南", "0379", 8),
    place("济南", "市", "山东", "0531", 8),
    place("青岛", "市", "山东", "0532", 8),
    place("烟台", "市", "山东", "0535", 7),
    place("沈阳", "市", "辽宁", "024", 8),
    place("大连", "市", "辽宁", "0411", 8),
    place("合肥", "市", "安徽", "0551", 8),
    place("福州", "市", "福建", "0591", 8),
    place("厦门", "市", "福建", "0592", 7),
    place("南昌", "市", "江西", "0791", 8),
    place("昆明", "市", "云南", "0871", 8),
    place("石家庄", "市", "河北", "0311", 8),
    place("江苏", "省", "", "", 0),
    place("浙江", "省", "", "", 0),
];

/// Parts of cities that branches are in.
pub(super) const QUARTERS: [&str; 12] = [
    "城东",
    "城西",
    "新区",
    "高新",
    "中山路",
    "人民路",
    "解放路",
    "滨江",
    "开发区",
    "火车站",
    "东门",
    "北湖",
];

/// Characters that brands are made of.
pub(super) const BRAND: &str = "安邦宝博昌超辰诚创春达德鼎敦恩尔泛方飞丰峰福富冠光涵豪浩和恒宏鸿华汇惠佳嘉坚建杰金锦晋景久聚君俊凯康坤来朗乐力立利联良亮灵隆绿迈美铭明能诺欧鹏普奇启千谦强勤青庆泉仁荣瑞森善尚胜盛石世舒顺思松泰腾田通同万维伟文祥翔欣新信星兴雄旭轩雅业义亿益银盈永优友宇玉云泽智中众卓紫拓沐禾";

/// Trades, and the shorter word that is used for one now and then.
pub(super) const TRADES: [(&str, &str); 32] = [
    ("科技", "科技"),
    ("网络科技", "网络"),
    ("信息技术", "信息"),
    ("软件开发", "软件"),
    ("机械制造", "机械"),
    ("机械设备", "机械"),
    ("电子科技", "电子"),
    ("电气设备", "电气"),
    ("食品", "食品"),
    ("生物科技", "生物"),
    ("制药", "制药"),
    ("医疗器械", "医疗"),
    ("国际贸易", "贸易"),
    ("进出口贸易", "进出口"),
    ("商贸", "商贸"),
    ("建筑工程", "建筑"),
    ("建设工程", "建设"),
    ("房地产开发", "房地产"),
    ("物业管理", "物业"),
    ("装饰设计", "装饰"),
    ("投资咨询", "咨询"),
    ("投资管理", "投资"),
    ("企业管理", "管理"),
    ("文化传媒", "传媒"),
    ("广告", "广告"),
    ("物流", "物流"),
    ("国际货运代理", "货运"),
    ("汽车配件", "汽配"),
    ("服装", "服装"),
    ("化工", "化工"),
    ("环保科技", "环保"),
    ("新能源", "新能源"),
];

/// Trades that a firm of the same group has, and that make another company of it.
pub(super) const SUBSIDIARIES: [&str; 8] = [
    "融资租赁",
    "小额贷款",
    "供应链管理",
    "资产管理",
    "教育咨询",
    "酒店管理",
    "人力资源",
    "财务",
];

/// Legal forms by their frequency; the last is none.
pub(super) const FORMS: [(&str, usize); 4] = [
    ("有限公司", 70),
    ("有限责任公司", 12),
    ("股份有限公司", 14),
    ("厂", 4),
];

/// What is written for a legal form instead.
pub(super) const OTHER_FORMS: [(&str, &[&str]); 3] = [
    ("有限公司", &["有限责任公司", "有限公司。", "公司"]),
    ("有限责任公司", &["有限公司", "公司"]),
    ("股份有限公司", &["股份公司", "有限公司", "股份有限责任公司"]),
];

/// Houses with branches.
pub(super) const HOUSES: [(&str, &str); 4] = [
    ("银行", "支行"),
    ("证券", "营业部"),
    ("保险", "支公司"),
    ("连锁超市", "分店"),
];

pub(super) const INSTITUTIONS: [&str; 8] = [
    "中学",
    "小学",
    "人民医院",
    "幼儿园",
    "粮食储备库",
    "建筑设计院",
    "自来水厂",
    "福利院",
];

pub(super) const ORDINALS: [&str; 8] = ["一", "二", "三", "四", "五", "六", "七", "八"];

/// Characters that sound the same, each set apart by a space.
pub(super) const SAME_SOUND: &str = "博搏铂 诚城承程成 华骅桦 鑫欣新馨昕心 宏鸿弘泓洪 瑞锐睿 恒衡横 元源园圆 泰钛 盛胜晟圣 佳嘉加家 利立力丽 辉晖徽 永咏勇 达答 康糠 安氨 维唯惟 祥翔详 义易益亿溢 轩宣萱 宇羽雨玉钰 泽择 智志致 中忠钟 众仲 金今锦 明铭鸣 启起奇 凯铠楷 丰峰锋枫 同通桐 伟玮炜 荣容融蓉 松淞 青清 信芯 旭绪 福富 惠汇慧 建健 顺舜 兴星 科柯 技计 贸茂 易意 李理 张章 陈晨 王汪 刘留 杨扬 赵照 伟纬 静靖 敏闽 强墙 军君俊 涛滔 文闻 婷亭 玲铃 超钞 霞侠 娟捐 勇泳 艳燕雁";

/// Characters that look alike, each set apart by a space.
pub(super) const SAME_SHAPE: &str = "拓柘 未末 天夭 千干 日曰 己已 士土 人入 大太 王玉 中申 田由甲 明朋 泰秦 晋普 冶治 洲州 贸贺 设没 汽气 建健 技枝 利和 松柏 杰木 沐沭 祥详 瑞端 鼎鼏 宇字 达迖 迈边 凯剀 康庚 荣菜 思恩 云去 友反 众从 尔你 朗郎 君若 辰唇 力刀 伟纬 海悔 李季 陈陆 刘列 赵起 周同 徐除 孙孔 静净 敏繁 霞露 婷停 涛祷 丽厉";

/// Simplified characters and the Traditional ones for them.
pub(super) const TRADITIONAL: &str = "宝寶 达達 创創 尔爾 飞飛 丰豐 华華 汇匯 坚堅 杰傑 锦錦 晋晉 来來 乐樂 联聯 灵靈 绿綠 迈邁 铭銘 诺諾 欧歐 鹏鵬 启啟 谦謙 强強 庆慶 荣榮 胜勝 顺順 腾騰 万萬 维維 伟偉 兴興 轩軒 业業 义義 亿億 银銀 优優 云雲 泽澤 众眾 国國 际際 贸貿 软軟 开開 发發 电電 气氣 设設 备備 机機 械械 网網 络絡 术術 药藥 医醫 疗療 进進 筑築 装裝 饰飾 询詢 资資 财財 传傳 广廣 货貨 运運 汽汽 车車 环環 限限 责責 团團 东東 苏蘇 无無 宁寧 义義 乌烏 长長 宜宜 汉漢 绵綿 郑鄭 阳陽 济濟 岛島 烟煙 连連 庄莊 险險 证證 券券 锁鎖 学學 张張 刘劉 陈陳 杨楊 赵趙 黄黃 吴吳 孙孫 马馬 罗羅 郭郭 郑鄭 韩韓 许許 邓鄧 冯馮 叶葉 军軍 丽麗 静靜 艳艷 涛濤 娟娟 刚剛 鑫鑫 梦夢 凤鳳 红紅 兰蘭 莹瑩 贤賢 泾涇 汤湯 处處 产產 龙龍 创創 冯馮";

/// Characters and variants of them.
pub(super) const VARIANTS: &str = "药葯 峰峯 汇滙 强彊 群羣 泛汎 里裡 众衆 线綫 卫衞 床牀 岳嶽 采採 升昇 启啓 户戶 德徳 吴呉 和龢 喜囍 铺舖 器噐 杯盃 略畧";

/// The beginnings and endings of invented Western brands.
pub(super) const WESTERN_HEADS: [&str; 30] = [
    "Nor", "Brix", "Alt", "Vel", "Kor", "Hal", "Mer", "Tan", "Sol", "Fen", "Grau", "Lin", "Ost", "Quen",
    "Rav", "Stel", "Thur", "Ul", "Vor", "Wex", "Zan", "Bel", "Cas", "Dor", "Eck", "Fjor", "Gri", "Hol",
    "Jar", "Löw",
];
pub(super) const WESTERN_TAILS: [&str; 20] = [
    "velta", "holm", "mark", "tera", "dane", "wick", "sson", "bach", "ford", "lund", "ström", "vane", "ique",
    "ora", "etto", "müller", "brandt", "ley", "gård", "zen",
];
/// Trades in Western names.
pub(super) const WESTERN_TRADES: [&str; 16] = [
    "Logistics",
    "Food & Drink",
    "Chemicals",
    "Software",
    "Machine Tools",
    "Trading",
    "Textiles and Yarn",
    "Pharma",
    "Engineering",
    "Packaging",
    "Automotive",
    "Consulting",
    "Electronics",
    "Steel",
    "Shipping & Storage",
    "Paper and Pulp",
];
/// Legal forms in Western names, each with other spellings of it.
pub(super) const WESTERN_FORMS: [&[&str]; 8] = [
    &["Ltd", "Limited", "Ltd.", "LTD"],
    &["Co., Ltd.", "Co Ltd", "Company Limited", "Co.,Ltd"],
    &["Inc.", "Inc", "Incorporated"],
    &["GmbH", "Gesellschaft mbH", "gmbh"],
    &["AG", "A.G."],
    &["LLC", "L.L.C."],
    &["S.A.", "SA"],
    &["Corp.", "Corporation", "Corp"],
];
pub(super) const WESTERN_PLACES: [&str; 8] = [
    "London",
    "Hamburg",
    "New York",
    "Singapore",
    "Shanghai",
    "Hong Kong",
    "Paris",
    "Toronto",
];

/// Chinese family names, the frequent ones more than once.
pub(super) const FAMILY: &str = "王王王李李李张张张刘刘陈陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤";
pub(super) const GIVEN: &str = "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建文志国梅云海波宁鑫玲婷宇浩凯健俊帆雪晨倩思雨佳琪欣怡子涵梓轩博然一诺晓东春燕丹丽萍鹏飞辉颖庆";
pub(super) const TITLES: [&str; 5] = ["先生", "女士", "小姐", "老师", "博士"];

pub(super) const WESTERN_GIVEN: [&str; 36] = [
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "John",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Elizabeth",
    "William",
    "Barbara",
    "Richard",
    "Susan",
    "Joseph",
    "Jessica",
    "Thomas",
    "Sarah",
    "Charles",
    "Karen",
    "Hans",
    "Jürgen",
    "Zoë",
    "François",
    "José",
    "Søren",
    "Katarzyna",
    "Giulia",
    "Matteo",
    "Ingrid",
    "Anna",
    "Pierre",
    "Elena",
    "Marek",
    "Sofía",
    "Oliver",
];
pub(super) const WESTERN_FAMILY: [&str; 40] = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Garcia",
    "Miller",
    "Davis",
    "Wilson",
    "Anderson",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Thompson",
    "White",
    "Harris",
    "Clark",
    "Lewis",
    "Walker",
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Núñez",
    "Dubois",
    "Lefèvre",
    "Rossi",
    "Bianchi",
    "Kowalski",
    "Nowak",
    "Svensson",
    "Jørgensen",
    "O'Brien",
    "MacDonald",
    "Van Dijk",
    "Fernández",
    "Ivanova",
    "Novák",
];
pub(super) const WESTERN_TITLES: [&str; 5] = ["Mr.", "Mrs.", "Ms.", "Dr.", "Prof."];

// --- shops and companies abroad ---------------------------------------------------------------------------------

/// What a shop is, and how else that is said.
pub(super) const SHOP_TRADES: [[&str; 2]; 12] = [
    ["Restaurant", "Ristorante"],
    ["Delicatessen", "Deli"],
    ["Grill", "Grille"],
    ["Cafe", "Café"],
    ["Test Labs", "Test Laboratories"],
    ["Elementary School", "Elem. School"],
    ["Theatre", "Theater"],
    ["Dental Center", "Dental Centre"],
    ["Jewellers", "Jewelers"],
    ["Auto Service", "Auto Svc"],
    ["BBQ", "Barbecue"],
    ["Medical Centre", "Medical Ctr."],
];
/// Towns and their area codes.
pub(super) const SHOP_TOWNS: [(&str, &str); 10] = [
    ("New York", "212"),
    ("Los Angeles", "213"),
    ("San Francisco", "415"),
    ("Chicago", "312"),
    ("Atlanta", "404"),
    ("Las Vegas", "702"),
    ("Boston", "617"),
    ("Seattle", "206"),
    ("Toronto", "416"),
    ("Denver", "303"),
];
/// What a company abroad does, and how that is shortened.
pub(super) const ABROAD_TRADES: [[&str; 2]; 16] = [
    ["International", "Int'l"],
    ["Manufacturing", "Mfg"],
    ["Services", "Svcs."],
    ["Laboratories", "Labs"],
    ["Engineering", "Eng."],
    ["Industries", "Ind."],
    ["Technologies", "Technology"],
    ["Construction", "Constr."],
    ["Systems", "Systems"],
    ["Logistics", "Logistics"],
    ["Pharmaceuticals", "Pharma"],
    ["Development", "Dev."],
    ["Insurance", "Ins."],
    ["Shipping", "Shipping"],
    ["Brothers", "Bros."],
    ["Capital", "Capital"],
];
/// Legal forms of several countries, each in its spellings.
pub(super) const ABROAD_FORMS: [&[&str]; 14] = [
    &["Ltd", "Limited", "Ltd."],
    &["Inc.", "Incorporated", "Inc"],
    &["LLC", "L.L.C.", "Limited Liability Company"],
    &["plc", "p.l.c.", "Public Limited Company"],
    &["GmbH", "G.m.b.H.", "Gesellschaft mit beschränkter Haftung"],
    &["AG", "A.G.", "Aktiengesellschaft"],
    &["N.V.", "NV", "N. V.", "Naamloze Vennootschap"],
    &["B.V.", "BV", "Besloten Vennootschap"],
    &["S.p.A.", "SpA", "Società per Azioni"],
    &["S.r.l.", "SRL", "Società a responsabilità limitata"],
    &["SARL", "S.A.R.L.", "Société à responsabilité limitée"],
    &["Sp. z o.o.", "Spółka z o.o.", "sp.z o.o."],
    &["A/S", "AS", "Aktieselskab"],
    &["Oy", "OY", "Osakeyhtiö"],
];
pub(super) const ABROAD_PLACES: [&str; 8] = [
    "London",
    "Boston, MA",
    "Hamburg, Germany",
    "Paris",
    "Toronto, Canada",
    "Milano",
    "Chicago, IL",
    "USA",
];
