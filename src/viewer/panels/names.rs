//! Short names for the signals of a plot: what they share is its title, what differs names the curves.

use crate::signals::Signal;

/// Title, labels and unit of a plot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Names<'a> {
    pub(super) title: String,
    pub(super) labels: Vec<String>,
    pub(super) unit: &'a str,
}

impl<'a> Names<'a> {
    /// Names of the signals with these full names.
    pub(super) fn of<'n>(names: &'n [String], signals: &'a [Signal]) -> Self
    where
        'a: 'n,
    {
        let find = |name: &str| signals.iter().find(|signal| signal.name == *name);
        let unit = names.first().and_then(|name| find(name)).map_or("", |signal| signal.unit);
        let plain = |name: &'n String| find(name).map_or(name.as_str(), Signal::plain_name);
        let parts: Vec<Vec<&str>> = names.iter().map(|name| plain(name).split('.').collect()).collect();
        let Some(first) = parts.first() else {
            return Self { title: String::new(), labels: Vec::new(), unit };
        };
        let shared = |part: &&str| names.len() > 1 && parts.iter().all(|other| other.contains(part));
        let all: Vec<&str> = first.iter().copied().filter(shared).collect();
        let own = |parts: &Vec<&str>| {
            let own: Vec<&str> = parts.iter().copied().filter(|part| !all.contains(part)).collect();
            own.join(" ").replace('_', " ")
        };
        let title = if names.len() == 1 { first.join(" ") } else { all.join(" ") };
        let title = if title.is_empty() { "signals".to_owned() } else { title.replace('_', " ") };
        let labels = if names.len() == 1 { vec![String::new()] } else { parts.iter().map(own).collect() };
        Self { title, labels, unit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::catalogue;

    #[test]
    fn what_is_shared_is_the_title() {
        let signals = catalogue(["left_knee", "right_knee"]);
        let names = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            let Names { title, labels, unit } = Names::of(&names, &signals);
            (title, labels.join(", "), unit)
        };
        let told = |title: &str, labels: &str, unit| (title.to_owned(), labels.to_owned(), unit);
        assert_eq!(names(&["speed.forward_mps", "speed.left_mps"]), told("speed", "forward, left", "m/s"));
        assert_eq!(names(&["com.height_m", "left_foot.height_m"]), told("height", "com, left foot", "m"),);
        assert_eq!(
            names(&["joint.left_knee.torque_nm", "joint.right_knee.torque_nm"]),
            told("joint torque", "left knee, right knee", "N m"),
        );
        assert_eq!(names(&["torque.share_max"]), told("torque share max", "", ""));
        assert_eq!(names(&["com.x_m", "torso.roll_rad"]), told("signals", "com x, torso roll", "m"));
        assert_eq!(names(&[]), told("", "", ""));
    }
}
