//! What `loong shot` and `loong record` are told about their pictures.

use std::str::FromStr;

use clap::Args;

use crate::viewer::{CameraChoice, EDGES, Overlay, PictureOptions};

/// How pictures look.
#[derive(Debug, Clone, Args)]
pub struct PictureArguments {
    /// Width and height [pixels].
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Option<(u32, u32)>,
    /// The camera: orbit, chase, side, front, top, head or fixed, or where it stands as azimuth and elevation
    /// [rad] and distance [m].
    #[arg(long, value_name = "NAME|A,E,D", default_value = "orbit", allow_hyphen_values = true)]
    pub camera: CameraChoice,
    /// Overlays shown: com, dcm, cop, support, footsteps, swing, forces, route, torques,
    /// velocity, momentum, rays, map, axes, shapes; or none.
    #[arg(long = "overlays", id = "shown", value_name = "NAME,...", default_value = "footsteps,route")]
    pub overlays: OverlayList,
}

impl PictureArguments {
    /// The options for pictures of this size.
    pub fn options(&self, size: (u32, u32)) -> PictureOptions {
        PictureOptions { size, camera: self.camera, overlays: self.overlays.0.clone() }
    }
}

/// Overlays by their names.
#[derive(Debug, Clone)]
pub struct OverlayList(pub Vec<Overlay>);

impl FromStr for OverlayList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "none" {
            return Ok(Self(Vec::new()));
        }
        text.split(',').map(|name| name.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

/// Width and height, `WxH`.
fn size(text: &str) -> Result<(u32, u32), String> {
    let allowed = format!("expected WIDTHxHEIGHT, each {} to {} pixels, such as 640x360", EDGES.0, EDGES.1);
    let numbers = text.split_once(['x', 'X']).and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    let fits = |edge: u32| (EDGES.0..=EDGES.1).contains(&edge);
    numbers.filter(|(width, height)| fits(*width) && fits(*height)).ok_or(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_two_numbers_a_renderer_can_draw() {
        assert_eq!(size("640x360"), Ok((640, 360)));
        for wrong in ["0x360", "640x", "640", "-4x360", "640x360x2", "99999x360", "15x360"] {
            assert!(size(wrong).is_err_and(|error| error.contains("16 to 8192")), "{wrong}");
        }
    }

    #[test]
    fn overlays_are_named_or_none() {
        assert!(OverlayList::from_str("none").is_ok_and(|list| list.0.is_empty()));
        assert!(
            OverlayList::from_str("com, swing").is_ok_and(|list| list.0 == [Overlay::Com, Overlay::Swing])
        );
        assert!(OverlayList::from_str("com,aura").is_err_and(|error| error.contains("aura")));
    }
}
