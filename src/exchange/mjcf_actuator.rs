//! How much torque the actuators of an MJCF model give each joint.

use std::collections::BTreeMap;

use super::draft::{Note, listed};
use super::mjcf_defaults::{Defaults, Styled};
use super::mjcf_frame::Compiler;
use super::xml::{Attribute, Element};
use crate::config::diagnostic::Diagnostic;

/// Largest torque by joint [N m]; none for a joint whose actuator gives no bound.
pub(super) fn torques(
    root: &Element,
    defaults: &Defaults,
    compiler: &Compiler,
    notes: &mut Vec<Note>,
) -> Result<BTreeMap<String, Option<f64>>, Diagnostic> {
    let mut torques: BTreeMap<String, Option<f64>> = BTreeMap::new();
    let (mut lopsided, mut jointless) = (Vec::new(), Vec::new());
    for element in root.all("actuator").flat_map(|list| &list.children) {
        let styled = defaults.style(element, None)?;
        let Some(joint) = styled.get("joint").or_else(|| styled.get("jointinparent")) else {
            jointless.push(element.get("name").map_or(element.name.as_str(), |a| a.value.as_str()));
            continue;
        };
        let peak = peak_nm(&styled, compiler)?;
        if let Some((low, high)) = peak
            && (low + high).abs() > 1e-9 * high.abs()
        {
            lopsided.push(joint.value.clone());
        }
        let peak = peak.map(|(low, high)| low.abs().max(high.abs())).filter(|peak| *peak > 0.0);
        let sum = torques.entry(joint.value.clone()).or_insert(Some(0.0));
        *sum = sum.zip(peak).map(|(sum, peak)| sum + peak);
    }
    if !jointless.is_empty() {
        notes.push(Note::dropped(format!("actuators that drive no joint: {}", listed(&jointless))));
    }
    if !lopsided.is_empty() {
        let text = "torques that differ by direction; the larger one counts";
        notes.push(Note::changed(format!("{text}: {}", listed(&lopsided))));
    }
    Ok(torques)
}

/// Lowest and highest torque at the joint [N m].
fn peak_nm(styled: &Styled<'_>, compiler: &Compiler) -> Result<Option<(f64, f64)>, Diagnostic> {
    let gear = match styled.get("gear") {
        Some(gear) => *gear.numbers()?.first().ok_or_else(|| gear.refuse("numbers"))?,
        None => 1.0,
    };
    let scaled = |(low, high): (f64, f64), factor: f64| {
        let (a, b) = (low * factor, high * factor);
        (a.min(b), a.max(b))
    };
    if let Some(force) = limited(styled, compiler, "forcerange", "forcelimited")? {
        return Ok(Some(scaled(force, gear)));
    }
    let gain = match styled.element.name.as_str() {
        "motor" => Some(1.0),
        "general" => match styled.get("gainprm") {
            None => Some(1.0),
            Some(gain) => gain.numbers()?.first().copied(),
        },
        // A servo's force depends on its gains; without `forcerange` it has no bound.
        _ => None,
    };
    // A general actuator with a bias is a servo too.
    let biased = matches!(styled.text("biastype"), Some(kind) if kind != "none");
    let control = limited(styled, compiler, "ctrlrange", "ctrllimited")?;
    Ok(gain.filter(|_| !biased).zip(control).map(|(gain, control)| scaled(control, gain * gear)))
}

/// A range, where it counts.
pub(super) fn limited(
    styled: &Styled<'_>,
    compiler: &Compiler,
    range: &str,
    flag: &str,
) -> Result<Option<(f64, f64)>, Diagnostic> {
    let written = styled.get(range).map(Attribute::array::<2>).transpose()?;
    let counts = match styled.get(flag) {
        Some(flag) if flag.value.trim() != "auto" => flag.flag()?,
        _ => compiler.autolimits,
    };
    Ok(written.filter(|_| counts).map(|[low, high]| (low, high)).filter(|(low, high)| low < high))
}
