//! The settings (R8.7).

use crm_core::{Region, Settings};

use crate::{
    Make,
    fixture::{add, assert_refused, commit, edit, get, remove, settings},
};

/// What is read of the settings is what was written, when entered and when changed.
pub fn keeps_settings(make: Make<'_>) {
    let store = make();
    assert_eq!(get::<Settings>(&*store, ()), None);
    commit(&*store, [add(settings())]);
    assert_eq!(get(&*store, ()), Some(settings()));
    let mut before = settings();
    // Scores come back to the last bit.
    let scores = [0.0, 1.0, 0.1 + 0.2, f64::MIN_POSITIVE, 1.0 / 3.0];
    for (score, region) in scores.into_iter().zip(
        [Region::TW, Region::HK, Region::MO, Region::CN]
            .into_iter()
            .cycle(),
    ) {
        let after = Settings {
            revision: before.revision + 1,
            time_zone: "America/Argentina/Buenos_Aires".to_owned(),
            region,
            likely: score,
            similar: 1.0 - score,
            weights: before.weights.is_none().then(|| "名 = 1\n'x'".to_owned()),
            ..before.clone()
        };
        commit(&*store, [edit(&before, &after)]);
        assert_eq!(get(&*store, ()).as_ref(), Some(&after));
        before = after;
    }
    commit(&*store, [remove(&before)]);
    assert_eq!(get::<Settings>(&*store, ()), None);
}

/// There is one record of them.
pub fn refuses_second_settings(make: Make<'_>) {
    let store = make();
    assert_refused(&*store, [[edit(&settings(), &settings())], [remove(&settings())]]);
    commit(&*store, [add(settings())]);
    assert_refused(&*store, [[add(settings())]]);
}
