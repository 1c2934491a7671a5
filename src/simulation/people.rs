//! How people walk: towards a place of their own, round whatever they would run into.
//!
//! Speed and direction settle to those wanted within a relaxation time (Helbing and Molnar, Social force model for
//! pedestrian dynamics, 1995). Someone is pushed off another by how soon they would meet if both went on as they
//! do, `E = k / tau^2 exp(-tau / tau_0)` (Karamouzas, Skinner and Guy, Universal power law governing pedestrian
//! interactions, 2014), turned a little, so that two who meet head on pass each other on the right; and off what is
//! near already by a force that falls off exponentially with the distance. Who gives way sees to it from afar that
//! half a metre is left between the two: walkers turn or slow down where they would come nearer than a metre to each
//! other, middle to middle (Olivier, Marin, Cretual and Pettre, Minimal predicted distance, 2012), and to a robot as
//! well (Vassallo and others, How do walkers avoid a mobile robot crossing their way?, 2017).

use nalgebra::{Point2, Rotation2, Vector2};

use crate::config::people::PersonConfig;
use crate::mapping::WorldMap;
use crate::physics::PersonBody;

/// Time in which someone takes up the speed they want [s].
const RELAXATION_S: f64 = 0.5;
/// Strength of the push of what would be met [m^2], and the time ahead over which it counts [s].
const POWER_M2: f64 = 1.5;
const HORIZON_S: f64 = 3.0;
/// Room that someone wants to be left beside whom they give way to [m] where the two are at least so fast relative to
/// each other [m/s]; who is slower squeezes past with less.
const PERSONAL_M: f64 = 0.5;
const BRISK_M_S: f64 = 1.0;
/// Share of the distance that is taken to be theirs of those who are nearer than that already.
const NEARER: f64 = 0.98;
/// Push away from what is touched [m/s^2], and the distance over which it falls to a third [m].
const NEAR: (f64, f64) = (4.0, 0.12);
/// Most that someone speeds up, slows down or turns off [m/s^2].
const MOST_M_S2: f64 = 4.0;
/// Turn of the push of others [rad].
const PASS_RAD: f64 = 0.35;
/// Fastest walk over the speed that is wanted.
const HURRY: f64 = 1.3;
/// A place counts as reached at this distance [m].
const THERE_M: f64 = 0.35;
/// Ticks from one change of mind to the next [s].
const THINK_S: f64 = 0.02;

/// The robot as people see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenRobot {
    pub(super) at: Point2<f64>,
    pub(super) velocity_m_s: Vector2<f64>,
}

#[derive(Debug, Clone)]
struct Person {
    config: PersonConfig,
    at: Point2<f64>,
    velocity_m_s: Vector2<f64>,
    next: usize,
}

/// Everyone who walks about in a run.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    people: Vec<Person>,
    /// Radius people take the robot to have [m].
    robot_m: f64,
    think_in_s: f64,
}

impl People {
    /// Beside a robot of this radius [m].
    pub(super) fn new(people: &[PersonConfig], robot_m: f64) -> Self {
        let person = |config: &PersonConfig| {
            let (x, y) = config.places_m.first().copied().unwrap_or_default();
            let next = usize::from(config.places_m.len() > 1);
            Person { config: config.clone(), at: Point2::new(x, y), velocity_m_s: Vector2::zeros(), next }
        };
        Self { people: people.iter().map(person).collect(), robot_m, think_in_s: 0.0 }
    }

    /// Everyone's body.
    pub(super) fn bodies(&self) -> impl Iterator<Item = PersonBody> + '_ {
        self.people.iter().map(|person| PersonBody {
            at: person.at,
            radius_m: person.config.radius_m,
            height_m: person.config.height_m,
        })
    }

    /// Lets everyone walk on for a tick.
    pub(super) fn advance(&mut self, dt_s: f64, robot: SeenRobot, map: &WorldMap) {
        self.think_in_s -= dt_s;
        if self.think_in_s < 1e-9 {
            self.think_in_s += THINK_S;
            for index in 0..self.people.len() {
                let velocity_m_s = self.wanted_m_s(index, robot, map);
                self.people[index].velocity_m_s = velocity_m_s;
            }
        }
        for person in &mut self.people {
            person.at += person.velocity_m_s * dt_s;
        }
    }

    /// The velocity someone takes up [m/s].
    fn wanted_m_s(&mut self, index: usize, robot: SeenRobot, map: &WorldMap) -> Vector2<f64> {
        let person = &mut self.people[index];
        let places = &person.config.places_m;
        let Some(place) = places.get(person.next).map(|(x, y)| Point2::new(*x, *y)) else {
            return Vector2::zeros();
        };
        let way = place - person.at;
        if way.norm() < THERE_M && places.len() > 1 {
            person.next = (person.next + 1) % places.len();
        }
        let person = &self.people[index];
        let ahead = way.try_normalize(1e-6).unwrap_or_else(Vector2::zeros);
        let mut push = (ahead * person.config.speed_m_s - person.velocity_m_s) / RELAXATION_S;
        let others = self.people.iter().enumerate().filter(|(other, _)| *other != index);
        for (_, other) in others {
            push += push_of(person, other.at, other.velocity_m_s, other.config.radius_m);
        }
        if person.config.gives_way {
            push += push_of(person, robot.at, robot.velocity_m_s, self.robot_m);
        }
        let blocks =
            map.blocks().iter().map(|block| (block.distance_m(&person.at), block.nearest(&person.at)));
        let prisms =
            map.prisms().iter().map(|prism| (prism.distance_m(&person.at), prism.nearest(&person.at)));
        for (distance_m, at) in blocks.chain(prisms) {
            let gap_m = distance_m - person.config.radius_m;
            if gap_m < 1.0 {
                let away = (person.at - at).try_normalize(1e-6).unwrap_or_else(Vector2::zeros);
                push += away * NEAR.0 * (-gap_m / NEAR.1).exp();
            }
        }
        (person.velocity_m_s + push.cap_magnitude(MOST_M_S2) * THINK_S)
            .cap_magnitude(HURRY * person.config.speed_m_s)
    }
}

/// Push of another body on someone [m/s^2].
fn push_of(person: &Person, other: Point2<f64>, velocity_m_s: Vector2<f64>, radius_m: f64) -> Vector2<f64> {
    let touch_m = person.config.radius_m + radius_m;
    let apart = person.at - other;
    let away = apart.try_normalize(1e-6).unwrap_or_else(Vector2::zeros);
    let near = away * NEAR.0 * (-(apart.norm() - touch_m) / NEAR.1).exp();
    let approach = person.velocity_m_s - velocity_m_s;
    let wanted_m = touch_m + PERSONAL_M * (approach.norm() / BRISK_M_S).min(1.0);
    let kept_m = wanted_m.min(touch_m.max(NEARER * apart.norm()));
    // |apart + approach t| = kept for the first time.
    let (a, b) = (approach.norm_squared(), -apart.dot(&approach));
    let root = b * b - a * (apart.norm_squared() - kept_m * kept_m);
    if a < 1e-6 || b <= 0.0 || root <= 0.0 {
        return near;
    }
    let soon_s = ((b - root.sqrt()) / a).max(0.1);
    let normal = (apart + approach * soon_s).try_normalize(1e-6).unwrap_or(away);
    let closing_m_s = (-normal.dot(&approach)).max(0.1);
    let strength = POWER_M2 * (-soon_s / HORIZON_S).exp() / soon_s.powi(2) * (2.0 / soon_s + 1.0 / HORIZON_S);
    let push = normal * (strength / closing_m_s).min(MOST_M_S2);
    near + Rotation2::new(-PASS_RAD) * push
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROBOT_M: f64 = 0.35;

    fn walker(from: (f64, f64), to: (f64, f64), gives_way: bool) -> PersonConfig {
        let places_m = vec![from, to];
        PersonConfig { places_m, speed_m_s: 1.2, gives_way, radius_m: 0.23, height_m: 1.7 }
    }

    /// Least distance of the first two from each other's skin [m], and of everyone from the robot's.
    fn least_gaps(people: &[PersonConfig], mut robot: SeenRobot) -> (f64, f64) {
        let map = WorldMap::default();
        let mut people = People::new(people, ROBOT_M);
        let mut least = (f64::INFINITY, f64::INFINITY);
        for _ in 0..8000 {
            people.advance(0.001, robot, &map);
            robot.at += robot.velocity_m_s * 0.001;
            let bodies: Vec<PersonBody> = people.bodies().collect();
            if let [a, b, ..] = bodies[..] {
                least.0 = least.0.min((a.at - b.at).norm() - a.radius_m - b.radius_m);
            }
            for body in &bodies {
                least.1 = least.1.min((body.at - robot.at).norm() - body.radius_m - ROBOT_M);
            }
        }
        least
    }

    #[test]
    fn people_pass_each_other_and_the_robot() {
        let robot = SeenRobot { at: Point2::new(2.0, 0.0), velocity_m_s: Vector2::zeros() };
        let meeting = [walker((0.0, 0.0), (6.0, 0.0), true), walker((6.0, 0.0), (0.0, 0.0), true)];
        let (each_other, of_robot) = least_gaps(&meeting, robot);
        assert!(each_other > 0.1 && of_robot > 0.05, "{each_other} {of_robot}");
    }

    #[test]
    fn who_gives_way_leaves_room_to_a_robot_that_walks_straight_on() {
        let robot = SeenRobot { at: Point2::new(-4.0, 0.0), velocity_m_s: Vector2::new(1.3, 0.0) };
        // Towards it, across its way before and behind it, and at a slant.
        let ways = [
            ((6.0, 0.1), (-4.0, 0.1)),
            ((0.5, -4.2), (0.5, 6.0)),
            ((1.2, 4.2), (1.2, -6.0)),
            ((5.5, 3.0), (-2.5, -3.0)),
        ];
        for (from, to) in ways {
            let (_, of_robot) = least_gaps(&[walker(from, to, true)], robot);
            assert!(of_robot > 0.4, "{from:?} {of_robot}");
            // Who does not is in its way.
            let (_, of_robot) = least_gaps(&[walker(from, to, false)], robot);
            assert!(of_robot < 0.0, "{from:?} {of_robot}");
        }
    }

    #[test]
    fn who_does_not_give_way_walks_on() {
        let robot = SeenRobot { at: Point2::new(2.0, 0.0), velocity_m_s: Vector2::zeros() };
        let (_, of_robot) = least_gaps(&[walker((0.0, 0.0), (6.0, 0.0), false)], robot);
        assert!(of_robot < -0.3, "{of_robot}");
    }
}
