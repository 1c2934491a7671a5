//! From names and patterns to signals.

use wildmatch::WildMatch;

use super::catalogue::Signal;
use crate::config::diagnostic::did_you_mean;

/// A name or pattern that fits no signal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found the unknown signal `{name}`, allowed: what `loong signals` lists, with `*` and `?`{}", in_brackets(.hint))]
pub struct UnknownSignal {
    /// What was asked for.
    pub name: String,
    /// What may be meant.
    pub hint: Option<String>,
}

fn in_brackets(hint: &Option<String>) -> String {
    hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"))
}

/// The signals that fit one of the patterns, each once, in the order of the catalogue. `*` stands for any
/// text, dots included, and `?` for any character.
///
/// # Errors
/// Where a pattern fits no signal.
pub fn choose(signals: &[Signal], patterns: &[String]) -> Result<Vec<Signal>, UnknownSignal> {
    let fits = |pattern: &str| {
        let pattern = WildMatch::new(pattern);
        move |signal: &Signal| pattern.matches(&signal.name)
    };
    for pattern in patterns {
        if !signals.iter().any(fits(pattern)) {
            let hint = did_you_mean(pattern, signals.iter().map(|signal| signal.name.as_str()));
            return Err(UnknownSignal { name: pattern.clone(), hint });
        }
    }
    let wanted: Vec<_> = patterns.iter().map(|pattern| fits(pattern)).collect();
    Ok(signals.iter().filter(|signal| wanted.iter().any(|fits| fits(signal))).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::catalogue;
    use super::*;

    fn names(patterns: &[&str]) -> Result<Vec<String>, UnknownSignal> {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        let chosen = choose(&catalogue(["left_knee", "right_knee"]), &patterns)?;
        Ok(chosen.into_iter().map(|signal| signal.name).collect())
    }

    #[test]
    fn patterns_choose_each_signal_once_in_order() {
        let chosen = names(&["joint.*knee*.torque_nm", "com.?_m", "com.x_m"]).expect("signals");
        let knees = ["joint.left_knee.torque_nm", "joint.right_knee.torque_nm"];
        assert_eq!(chosen, [&["com.x_m", "com.y_m", "com.z_m"][..], &knees].concat());
    }

    #[test]
    fn what_fits_nothing_is_refused_with_a_guess() {
        let error = names(&["com.x_m", "joint.left_kne.torque_nm"]).expect_err("no such joint");
        assert!(error.to_string().ends_with("(did you mean `joint.left_knee.torque_nm`?)"), "{error}");
        assert!(names(&["arm.*"]).is_err());
    }
}
