//! Tasks as an iCalendar file (R4.6), which calendars read once or subscribe to.

use chrono::TimeDelta;
use crm_core::{Appointment, Language};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property, Trigger};

/// How often a calendar that has subscribed is asked to look again.
const AGAIN: &str = "PT1H";

/// A calendar of these appointments; `name` is what people see above it.
///
/// Each is an event with an alarm, since few calendars show what is to be done, and fewer remind of it: one with a time stands at its
/// instant, in UTC; one without is of the whole day. The same task is the same event in every file, and a later revision of it
/// replaces an earlier one.
pub fn calendar(name: &str, appointments: &[Appointment], language: Language) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//crmkit//crmkit//ZH"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"))
        .append_property(Property::new("X-WR-CALNAME", name))
        .append_property(
            Property::new("REFRESH-INTERVAL", AGAIN)
                .add_parameter("VALUE", "DURATION")
                .done(),
        )
        .append_property(Property::new("X-PUBLISHED-TTL", AGAIN));
    for appointment in appointments {
        calendar.push(event(appointment, language));
    }
    calendar.to_string()
}

fn event(appointment: &Appointment, language: Language) -> Event {
    // Nothing is left to the library's own clock and chance: the same tasks are the same text.
    let mut alarm = Alarm::display(
        &appointment.title,
        Trigger::DateTime(appointment.remind_at.into()),
    );
    alarm
        .uid(&format!("{}/alarm@crmkit", appointment.task))
        .timestamp(appointment.read_at);
    let mut event = Event::new();
    event
        .uid(&format!("{}@crmkit", appointment.task))
        .timestamp(appointment.read_at)
        .sequence(u32::try_from(appointment.revision).unwrap_or(u32::MAX))
        .summary(&appointment.title)
        .description(&format!("{} {}", appointment.customer, appointment.customer_name))
        .append_property(Property::new("CATEGORIES", appointment.kind.label(language)))
        // It takes no time of whoever has it.
        .append_property(Property::new("TRANSP", "TRANSPARENT"))
        .alarm(alarm);
    match appointment.at {
        Some(at) => event.starts(at).ends(at + TimeDelta::minutes(30)),
        None => event.starts(appointment.due),
    };
    event.done()
}
