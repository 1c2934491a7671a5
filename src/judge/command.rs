//! What a velocity script asks for, and how soon the robot stops when asked.

use crate::config::scenario::VelocityPiece;

/// Speeds below this are standing [m/s, rad/s].
const STILL: f64 = 1e-3;

/// Whether a piece asks for walking.
pub(super) fn walks(piece: &VelocityPiece) -> bool {
    piece.forward_m_s.abs() > STILL || piece.left_m_s.abs() > STILL || piece.turn_rad_s.abs() > STILL
}

/// The piece that holds at a time; the last one holds until the end.
pub(super) fn piece_at(script: &[VelocityPiece], time_s: f64) -> Option<&VelocityPiece> {
    let mut end = 0.0;
    script
        .iter()
        .find(|piece| {
            end += piece.for_s;
            time_s < end
        })
        .or(script.last())
}

/// Counts touchdowns after each order to stop.
#[derive(Debug, Clone, Default)]
pub(super) struct StopCounter {
    walking: bool,
    since_stop: Option<u64>,
    most: Option<u64>,
}

impl StopCounter {
    /// Takes whether walking is asked for, and the touchdowns of a tick.
    pub fn observe(&mut self, asked: bool, touchdowns: u64) {
        if asked {
            self.since_stop = None;
        } else if self.walking {
            self.since_stop = Some(0);
            self.most = self.most.or(Some(0));
        }
        self.walking = asked;
        if let Some(count) = &mut self.since_stop {
            *count += touchdowns;
            self.most = self.most.max(Some(*count));
        }
    }

    /// Most touchdowns after an order to stop; absent where there was none.
    pub fn most(&self) -> Option<u64> {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(for_s: f64, forward_m_s: f64) -> VelocityPiece {
        VelocityPiece { for_s, forward_m_s, left_m_s: 0.0, turn_rad_s: 0.0 }
    }

    #[test]
    fn the_last_piece_holds() {
        let script = [piece(1.0, 0.0), piece(2.0, 1.0)];
        let asked = |t: f64| piece_at(&script, t).is_some_and(walks);
        assert!(!asked(0.0) && !asked(0.99));
        assert!(asked(1.0) && asked(2.5) && asked(30.0));
        assert!(piece_at(&[], 0.0).is_none());
    }

    #[test]
    fn stops_are_counted_each_for_itself() {
        let mut stops = StopCounter::default();
        stops.observe(false, 1);
        assert_eq!(stops.most(), None);
        for (asked, touchdowns) in [(true, 1), (false, 1), (false, 1), (true, 1), (false, 0), (false, 1)] {
            stops.observe(asked, touchdowns);
        }
        assert_eq!(stops.most(), Some(2));
    }
}
