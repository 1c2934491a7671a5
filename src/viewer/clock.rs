//! How many ticks a frame advances: play, pause, single tick, slow motion.
//!
//! The clock on the wall decides only when ticks are done, never what they do.

use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::scene::{SharedSource, Stage};
use super::scene_source::SceneSource;

/// Slowest and fastest speed, times real time.
pub(super) const SPEEDS: (f64, f64) = (0.05, 16.0);
/// Ticks between two looks at the clock on the wall.
const BURST: usize = 4;
/// Longest wait for the next step of the gait [s].
const STEP_PATIENCE_S: f64 = 2.0;

/// State of the playback.
#[derive(Resource)]
pub(super) struct Clock {
    /// Whether the run goes on by itself.
    pub(super) playing: bool,
    /// Speed asked for, times real time.
    pub(super) speed: f64,
    /// Speed reached over the last half second, times real time.
    pub(super) reached: f64,
    /// Ticks asked for while paused.
    pub(super) single_ticks: usize,
    /// Whether the run goes as fast as the machine can.
    pub(super) flat_out: bool,
    /// Go on to the next touchdown, asked for while paused.
    pub(super) gait_step: bool,
    /// Put the run to this time [s].
    pub(super) seek: Option<f64>,
    /// Whether a hand is on the time line, which holds the run.
    pub(super) scrubbing: bool,
    /// Put the run back to its start.
    pub(super) restart: bool,
    /// Message of a restart that failed.
    pub(super) trouble: Option<String>,
    owed_s: f64,
    window_real_s: f64,
    window_simulated_s: f64,
}

impl Clock {
    pub(super) fn new(playing: bool, speed: f64) -> Self {
        Self {
            playing,
            speed: speed.clamp(SPEEDS.0, SPEEDS.1),
            reached: 0.0,
            single_ticks: 0,
            flat_out: false,
            gait_step: false,
            seek: None,
            scrubbing: false,
            restart: false,
            trouble: None,
            owed_s: 0.0,
            window_real_s: 0.0,
            window_simulated_s: 0.0,
        }
    }

    /// Begins anew with another run, at the speed asked for.
    pub(super) fn begin(&mut self) {
        *self = Self::new(true, self.speed);
    }

    /// Next slower (`-1`) or faster (`+1`) speed by a factor of two.
    pub(super) fn change_speed(&mut self, by: i32) {
        self.speed = (self.speed * 2f64.powi(by)).clamp(SPEEDS.0, SPEEDS.1);
    }

    /// Asks for one tick, paused.
    pub(super) fn step(&mut self) {
        self.playing = false;
        self.single_ticks += 1;
    }

    /// Asks for one tick back, paused.
    pub(super) fn step_back(&mut self, time_s: f64, dt_s: f64) {
        self.playing = false;
        self.seek = Some((time_s - dt_s).max(0.0));
    }

    /// Asks for the next step of the gait, paused.
    pub(super) fn step_gait(&mut self) {
        self.playing = false;
        self.gait_step = true;
    }

    /// Ticks due after `real_s` on the wall, and the share of the last one that is due.
    fn due(&mut self, real_s: f64, dt_s: f64) -> (usize, f64) {
        if self.flat_out {
            self.owed_s = 0.0;
            return (usize::MAX, 1.0);
        }
        self.owed_s += real_s * self.speed;
        let ticks = (self.owed_s / dt_s).ceil().max(0.0);
        self.owed_s -= ticks * dt_s;
        // What is owed is now zero or a little less than nothing: the last tick lies that far ahead.
        (ticks as usize, 1.0 + self.owed_s / dt_s)
    }

    fn measure(&mut self, real_s: f64, simulated_s: f64) {
        self.window_real_s += real_s;
        self.window_simulated_s += simulated_s;
        if self.window_real_s >= 0.5 {
            self.reached = self.window_simulated_s / self.window_real_s;
            self.window_real_s = 0.0;
            self.window_simulated_s = 0.0;
        }
    }
}

/// Advances the simulation by the ticks this frame is due, within a share of the frame's time.
pub(super) fn advance(
    time: Res<Time<Real>>,
    source: Res<SharedSource>,
    mut clock: ResMut<Clock>,
    mut stage: ResMut<Stage>,
) {
    let mut source = source.lock();
    let dt_s = source.dt_s();
    if std::mem::take(&mut clock.restart) {
        clock.trouble = source.restart().err();
        clock.owed_s = 0.0;
        stage.read(&**source);
    }
    if let Some(to_s) = clock.seek.take() {
        clock.trouble = source.seek(to_s).err();
        clock.owed_s = 0.0;
        stage.read(&**source);
    }
    if std::mem::take(&mut clock.gait_step) {
        next_touchdown(&mut **source);
        stage.read(&**source);
    }
    // A frame longer than a quarter of a second is a hiccup, not time to make up for.
    let real_s = time.delta_secs_f64().min(0.25);
    let (ticks, share) = if clock.scrubbing {
        (0, stage.share)
    } else if clock.playing {
        clock.due(real_s, dt_s)
    } else {
        (std::mem::take(&mut clock.single_ticks), 1.0)
    };
    if source.finished() {
        clock.owed_s = 0.0;
        stage.share = 1.0;
        clock.measure(real_s, 0.0);
        return;
    }
    if ticks == 0 {
        // The last tick is not fully reached yet.
        if clock.playing && !clock.scrubbing {
            stage.share = share.clamp(0.0, 1.0);
        }
        clock.measure(real_s, 0.0);
        return;
    }

    // Half of a slow frame may go to the simulation, so that the window stays alive.
    let budget = Duration::from_secs_f64((0.5 * real_s).max(0.025));
    let start = Instant::now();
    let mut done = 0;
    while done + 1 < ticks && start.elapsed() < budget {
        let advanced = source.advance(BURST.min(ticks - 1 - done));
        done += advanced;
        if advanced == 0 {
            break;
        }
    }
    source.fill(&mut stage.frame);
    let frame = &mut *stage;
    frame.before.clone_from(&frame.frame.world_from_body);
    let last = source.advance(1);
    source.fill(&mut stage.frame);
    stage.share = share.clamp(0.0, 1.0);
    done += last;
    if done < ticks && !clock.flat_out {
        clock.owed_s = 0.0;
        stage.share = 1.0;
    }
    clock.measure(real_s, done as f64 * dt_s);
}

/// Advances to the next touchdown.
fn next_touchdown(source: &mut dyn SceneSource) {
    let steps = |source: &dyn SceneSource| source.simulation().map(|now| now.snapshot().walker.gait.steps);
    let before = steps(source);
    let most = (STEP_PATIENCE_S / source.dt_s()).round() as usize;
    for _ in 0..most {
        if source.advance(1) == 0 || steps(source) != before {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_follow_the_wall_at_any_frame_rate() {
        for (frame_s, speed) in [(1.0 / 60.0, 1.0), (1.0 / 144.0, 0.05), (0.1, 3.0)] {
            let mut clock = Clock::new(true, speed);
            let frames = (10.0 / frame_s) as usize;
            let mut ticks = 0;
            for frame in 1..=frames {
                let (due, share) = clock.due(frame_s, 0.001);
                ticks += due;
                // What is drawn lies where the wall says, between the last two ticks.
                let drawn_s = (ticks as f64 - 1.0 + share) * 0.001;
                let wall_s = frame as f64 * frame_s * speed;
                assert!((drawn_s - wall_s).abs() < 1e-9, "{drawn_s} against {wall_s}");
                assert!((-1e-9..=1.0 + 1e-9).contains(&share), "{share}");
            }
        }
    }

    #[test]
    fn speed_stays_in_its_range() {
        let mut clock = Clock::new(true, 1.0);
        (0..10).for_each(|_| clock.change_speed(-1));
        assert_eq!(clock.speed, SPEEDS.0);
        (0..20).for_each(|_| clock.change_speed(1));
        assert_eq!(clock.speed, SPEEDS.1);
    }
}
