//! What a scenario may ask for.

use super::metrics::METRIC_NAMES;
use crate::config::LoadOptions;
use crate::signals::signal_names;

/// Options that refuse expectations on metrics and signals there are none of.
pub fn known_names() -> LoadOptions<'static> {
    LoadOptions { metrics: METRIC_NAMES, signals: Some(signal_names), ..LoadOptions::default() }
}
