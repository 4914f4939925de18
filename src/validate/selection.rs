//! Which rules are enabled, and with which severity.

use crate::finding::{Rule, Severity};

/// Settings in the order they were made; the last one that matches a rule wins.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    settings: Vec<(String, Setting)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Setting {
    Select,
    Ignore,
    Severity(Severity),
}

impl Selection {
    /// Applies the setting to the rules whose code begins with `prefix`, or to every rule for `ALL`.
    pub(super) fn add(&mut self, prefix: &str, setting: Setting) {
        self.settings.push((prefix.to_ascii_uppercase(), setting));
    }

    /// The severity of the rule's findings; `None` if the rule is disabled.
    pub(super) fn severity(&self, rule: &Rule) -> Option<Severity> {
        let mut is_enabled = rule.enabled_by_default;
        let mut severity = rule.severity;
        for (prefix, setting) in &self.settings {
            if prefix != "ALL" && !rule.code.starts_with(&**prefix) {
                continue;
            }
            match setting {
                Setting::Select => is_enabled = true,
                Setting::Ignore => is_enabled = false,
                Setting::Severity(new) => severity = *new,
            }
        }
        is_enabled.then_some(severity)
    }
}
