//! The settings of a business (R8.7): what is a value of each, and what two programs must agree on.

use crate::{
    BusinessZone,
    error::{Code, Problem},
    matching::{Rules, Thresholds, Weights},
    model::{Region, Settings, SettingsEdit, fields},
};

/// What a database is opened with; what is not given is as the database has it, or by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GivenSettings {
    /// The business's own time zone by its IANA name; by default `Asia/Shanghai`.
    pub time_zone: Option<String>,
    /// Where numbers without a country code, and addresses, are from; by default the mainland.
    pub region: Option<Region>,
    /// From which score on two are likely duplicates (R6.1); by default 0.9.
    pub likely: Option<f64>,
    /// From which score on two are similar (R6.1); by default 0.6.
    pub similar: Option<f64>,
    /// What evidence weighs (R6.1), as [`Weights::to_text`] writes it; by default, and where the text is silent, what the
    /// library ships.
    pub weights: Option<String>,
    /// Whether saving over a likely duplicate that the caller may not see is refused with its owner's name (R6.1); by
    /// default it is.
    pub tell_hidden_owner: Option<bool>,
}

/// The settings made ready for use.
#[derive(Clone, Debug, PartialEq)]
pub struct Conventions {
    /// The business's own time zone.
    pub zone: BusinessZone,
    /// Where numbers without a country code, and addresses, are from.
    pub region: Region,
    /// From which score on two are likely duplicates, and similar.
    pub thresholds: Thresholds,
    /// What evidence weighs.
    pub weights: Weights,
    /// Whether a likely duplicate out of sight is refused with its owner's name.
    pub tell_hidden_owner: bool,
}

impl Default for Conventions {
    fn default() -> Self {
        Self {
            zone: BusinessZone::default(),
            region: Region::default(),
            thresholds: Thresholds::default(),
            weights: Weights::default(),
            tell_hidden_owner: true,
        }
    }
}

impl Conventions {
    /// What a comparison goes by.
    pub fn rules(&self) -> Rules<'_> {
        Rules {
            thresholds: self.thresholds,
            weights: &self.weights,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let Thresholds { likely, similar } = Thresholds::default();
        Self {
            revision: 1,
            time_zone: BusinessZone::default().name().to_owned(),
            region: Region::default(),
            likely,
            similar,
            weights: None,
            tell_hidden_owner: true,
        }
    }
}

/// The settings of a new database.
pub fn settings_of(given: &GivenSettings) -> Settings {
    let default = Settings::default();
    Settings {
        time_zone: given.time_zone.clone().unwrap_or(default.time_zone),
        region: given.region.unwrap_or_default(),
        likely: given.likely.unwrap_or(default.likely),
        similar: given.similar.unwrap_or(default.similar),
        weights: given.weights.clone(),
        tell_hidden_owner: given.tell_hidden_owner.unwrap_or(default.tell_hidden_owner),
        ..Settings::default()
    }
}

/// Reads settings, and names every one that has no such value.
pub fn conventions_of(settings: &Settings) -> Result<Conventions, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut invalid = |field, value: String| problems.push(Problem::with(field, Code::SettingInvalid, value));
    let zone = BusinessZone::named(&settings.time_zone);
    if zone.is_none() {
        invalid(fields::TIME_ZONE, settings.time_zone.clone());
    }
    let &Settings { likely, similar, .. } = settings;
    if !(0.0 < similar && similar <= likely && likely < 1.0) {
        invalid(fields::THRESHOLDS, format!("{likely}, {similar}"));
    }
    let weights = settings.weights.as_deref().map(Weights::parse).transpose();
    let weights = weights.unwrap_or_else(|bad| {
        invalid(fields::WEIGHTS, bad.to_string());
        None
    });
    match (zone, problems.is_empty()) {
        (Some(zone), true) => Ok(Conventions {
            zone,
            region: settings.region,
            thresholds: Thresholds { likely, similar },
            weights: weights.map(|weights| weights.within_rules()).unwrap_or_default(),
            tell_hidden_owner: settings.tell_hidden_owner,
        }),
        _ => Err(problems),
    }
}

/// What is given and is not as the database has it: two programs must not number or judge differently.
pub fn differing(given: &GivenSettings, there: &Settings) -> Vec<Problem> {
    let wanted = settings_of(given);
    let differs = [
        (
            fields::TIME_ZONE,
            given.time_zone.is_some() && wanted.time_zone != there.time_zone,
            &there.time_zone,
        ),
        (
            fields::REGION,
            given.region.is_some() && wanted.region != there.region,
            &there.region.to_string(),
        ),
        (
            fields::THRESHOLDS,
            given.likely.is_some_and(|likely| likely != there.likely)
                || given.similar.is_some_and(|similar| similar != there.similar),
            &format!("{}, {}", there.likely, there.similar),
        ),
        (
            fields::WEIGHTS,
            given.weights.is_some() && wanted.weights != there.weights,
            &String::new(),
        ),
        (
            fields::TELL_HIDDEN_OWNER,
            given.tell_hidden_owner.is_some() && wanted.tell_hidden_owner != there.tell_hidden_owner,
            &there.tell_hidden_owner.to_string(),
        ),
    ];
    let differs = differs.into_iter().filter(|(_, differs, _)| *differs);
    differs
        .map(|(field, _, there)| Problem::with(field, Code::SettingDiffers, there))
        .collect()
}

/// The settings with these fields set anew.
///
/// # Errors
/// Every one that has no such value.
pub fn edit_settings(before: &Settings, edits: &[SettingsEdit]) -> Result<Settings, Vec<Problem>> {
    let mut after = before.clone();
    for edit in edits {
        match edit.clone() {
            SettingsEdit::TimeZone { value } => after.time_zone = value,
            SettingsEdit::Region { value } => after.region = value,
            SettingsEdit::Likely { value } => after.likely = value,
            SettingsEdit::Similar { value } => after.similar = value,
            SettingsEdit::Weights { value } => after.weights = value,
            SettingsEdit::TellHiddenOwner { value } => after.tell_hidden_owner = value,
        }
    }
    conventions_of(&after).map(|_| after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_7_what_is_given_later_must_be_as_the_database_has_it() {
        let there = Settings {
            time_zone: "Asia/Taipei".into(),
            ..Settings::default()
        };
        let given = |time_zone: &str| GivenSettings {
            time_zone: Some(time_zone.into()),
            ..GivenSettings::default()
        };
        assert_eq!(differing(&GivenSettings::default(), &there), []);
        assert_eq!(differing(&given("Asia/Taipei"), &there), []);
        let problem = Problem::with(fields::TIME_ZONE, Code::SettingDiffers, "Asia/Taipei");
        assert_eq!(differing(&given("Asia/Shanghai"), &there), [problem]);
        let all = GivenSettings {
            region: Some(Region::TW),
            likely: Some(0.95),
            weights: Some("same_phone 9".into()),
            tell_hidden_owner: Some(false),
            ..GivenSettings::default()
        };
        let found: Vec<String> = differing(&all, &there)
            .into_iter()
            .map(|problem| problem.field)
            .collect();
        let four = [
            fields::REGION,
            fields::THRESHOLDS,
            fields::WEIGHTS,
            fields::TELL_HIDDEN_OWNER,
        ];
        assert_eq!(found, four);
    }

    #[test]
    fn r8_7_every_setting_without_such_a_value_is_named() {
        let bad = Settings {
            time_zone: "Asia/Nowhere".into(),
            likely: 0.5,
            weights: Some("no such thing".into()),
            ..Settings::default()
        };
        let problems = conventions_of(&bad).unwrap_err();
        let found: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(found, [fields::TIME_ZONE, fields::THRESHOLDS, fields::WEIGHTS]);
        assert_eq!(conventions_of(&Settings::default()), Ok(Conventions::default()));
    }
}
