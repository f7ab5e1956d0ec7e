//! The database that is open, and whoever is at it.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal},
    path::{Path, PathBuf},
};

use crmkit::{
    BusinessZone, Code, Crm, DateTime, Error, ErrorKind, Language, OpenOptions, PickEntry, PickList, Problem,
    Session, SettingsEdit, User, UserId, Utc, model::fields,
};

use crate::{
    cli::Asked,
    place::{self, Named},
    screen::Stop,
};

/// What the log calls the device of those who log in here.
const DEVICE: &str = "crmkit";

/// A session, and how to show what comes of it.
pub(crate) struct Desk {
    pub(crate) me: Session,
    /// Whose it is, as they are named.
    pub(crate) login: String,
    pub(crate) language: Language,
    pub(crate) json: bool,
    /// The password that opened the session, if one did.
    pub(crate) password: Option<String>,
    zone: BusinessZone,
}

/// Where the database is.
pub(crate) fn database(asked: &Asked, language: Language) -> Result<PathBuf, Stop> {
    place::database(asked.db.as_deref()).ok_or_else(|| {
        Stop::Usage(say!(
            language,
            "没有用户数据文件夹，请用 --db 指明数据库",
            "there is no folder for your data: --db says where the database is"
        ))
    })
}

/// Opens a database, which `init` alone makes.
pub(crate) fn open(path: &Path, settings: Vec<SettingsEdit>, language: Language) -> crmkit::Result<Crm> {
    let options = OpenOptions {
        settings,
        language,
        ..OpenOptions::default()
    };
    crmkit::open(path, options)
}

impl Desk {
    /// Opens the database as whoever asks.
    pub(crate) fn open(asked: &Asked, language: Language) -> Result<Self, Stop> {
        let path = database(asked, language)?;
        if !path.exists() {
            return Err(Error::not_found(path.display()).into());
        }
        let crm = open(&path, Vec::new(), language)?;
        let (login, named) = place::login(asked.user.as_deref()).ok_or_else(|| who(language))?;
        let me = match crm.session(&login) {
            Err(error) if error.kind() == ErrorKind::NotFound && named == Named::BySystem => {
                return Err(who(language));
            }
            session => session?,
        };
        let account = me.account().get()?;
        let needed = account.is_some_and(|account| account.set_at.is_some());
        let password = needed
            .then(|| old_password(asked, &login, language))
            .transpose()?;
        let me = match &password {
            Some(password) => crm.login(&login, password, DEVICE)?,
            None => me,
        };
        // Who may do nothing but set a password may not ask for the settings either.
        let zone = match me.settings().get() {
            Ok(settings) => BusinessZone::named(&settings.time_zone).unwrap_or_default(),
            Err(_) => BusinessZone::default(),
        };
        Ok(Self {
            me,
            login,
            language,
            json: asked.json,
            password,
            zone,
        })
    }

    /// The same desk, with an assistant at it who acts for the user.
    #[cfg(feature = "mcp")]
    pub(crate) fn by_assistant(&self) -> Self {
        Self {
            me: self.me.by_assistant(),
            login: self.login.clone(),
            language: self.language,
            json: true,
            password: None,
            zone: self.zone,
        }
    }

    /// Closes the session, if a password opened it.
    pub(crate) fn leave(&self) {
        if self.password.is_some() {
            // It ends by itself, too.
            let _ = self.me.account().log_out();
        }
    }

    /// The business's time zone.
    pub(crate) fn zone(&self) -> BusinessZone {
        self.zone
    }

    /// An instant on the business's clocks.
    pub(crate) fn time(&self, at: DateTime<Utc>) -> String {
        self.zone.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    /// The instant that was typed: `2024-05-01 14:00` on the business's clocks, a day alone, or with a zone.
    pub(crate) fn instant(&self, field: &str, text: &str) -> crmkit::Result<DateTime<Utc>> {
        let refused = || Error::invalid(Problem::with(field, Code::DateInvalid, text));
        if let Ok(instant) = text.parse::<DateTime<Utc>>() {
            return Ok(instant);
        }
        let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
        let day: crmkit::NaiveDate = day.parse().map_err(|_| refused())?;
        let (hour, minute) = time.split_once(':').ok_or_else(refused)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| refused());
        let local = day.and_hms_opt(number(hour)?, number(minute)?, 0);
        local
            .and_then(|local| self.zone.instant(local))
            .ok_or_else(refused)
    }

    /// What pick lists call their entries.
    pub(crate) fn labels(&self, list: PickList) -> crmkit::Result<Labels> {
        Ok(Labels {
            entries: self.me.pick_lists().list(list)?,
            language: self.language,
        })
    }

    /// What users are called.
    pub(crate) fn names(&self) -> crmkit::Result<Names> {
        Ok(Names(self.me.users().list()?))
    }
}

/// The entries of a pick list, by code.
pub(crate) struct Labels {
    entries: Vec<PickEntry>,
    language: Language,
}

impl Labels {
    pub(crate) fn of(&self, code: &str) -> String {
        let entry = self.entries.iter().find(|entry| entry.code == code);
        entry.map_or(code, |entry| entry.label(self.language)).to_owned()
    }
}

/// Users, by identifier.
pub(crate) struct Names(Vec<User>);

impl Names {
    pub(crate) fn of(&self, id: UserId) -> String {
        let user = self.0.iter().find(|user| user.id == id);
        user.map(|user| user.name.clone()).unwrap_or_default()
    }
}

fn who(language: Language) -> Stop {
    Stop::Usage(say!(
        language,
        "请用 --user 指明您是谁",
        "--user says who you are"
    ))
}

fn old_password(asked: &Asked, login: &str, language: Language) -> Result<String, Stop> {
    let prompt = say!(language, "{login} 的密码：", "Password of {login}: ");
    password(
        asked.password_file.as_deref(),
        "--password-file",
        &prompt,
        language,
    )
}

/// A password: of a file or the input, else asked for without being shown.
pub(crate) fn password(
    file: Option<&Path>,
    option: &str,
    prompt: &str,
    language: Language,
) -> Result<String, Stop> {
    let Some(path) = file else {
        if !io::stdin().is_terminal() {
            return Err(Stop::Usage(say!(
                language,
                "需要密码：{option}",
                "a password is needed: {option}"
            )));
        }
        return Ok(rpassword::prompt_password(prompt)?);
    };
    let mut first = String::new();
    let read = match path == Path::new("-") {
        true => io::stdin().lock().read_line(&mut first),
        false => File::open(path).and_then(|file| BufReader::new(file).read_line(&mut first)),
    };
    if let Err(error) = read {
        let told = format!("{}: {error}", path.display());
        return Err(Error::invalid(Problem::with(fields::PASSWORD, Code::SourceIo, told)).into());
    }
    Ok(first.trim_end_matches(['\r', '\n']).to_owned())
}
