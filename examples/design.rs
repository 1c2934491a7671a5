use loong::config::robot::*;
use loong::config::scenario::*;
use loong::viewer::*;
use nalgebra::*;
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
struct J {
    name: String,
    parent: String,
    child: String,
    origin_m: [f64; 3],
    axis: [f64; 3],
}
#[derive(serde::Deserialize)]
struct D {
    links: BTreeMap<String, Vec<VisualConfig>>,
    joints: Vec<J>,
    posture: BTreeMap<String, f64>,
    terrain: TerrainConfig,
    yaw: f64,
    xy: (f64, f64),
    z: f64,
}
struct S {
    d: D,
    names: Vec<String>,
    t: f64,
}
impl SceneSource for S {
    fn visuals(&self) -> Vec<LinkVisuals<'_>> {
        self.names
            .iter()
            .enumerate()
            .map(|(i, n)| LinkVisuals {
                body: i,
                body_from_link: Isometry3::identity(),
                shapes: self.d.links.get(n).map(|v| v.as_slice()).unwrap_or(&[]),
            })
            .collect()
    }
    fn half_soles_m(&self) -> [(f64, f64); 2] {
        [(0.12, 0.04); 2]
    }
    fn terrain(&self) -> &TerrainConfig {
        &self.d.terrain
    }
    fn title(&self) -> String {
        "design".into()
    }
    fn dt_s(&self) -> f64 {
        0.001
    }
    fn advance(&mut self, n: usize) -> usize {
        self.t += n as f64 * 0.001;
        n
    }
    fn finished(&self) -> bool {
        false
    }
    fn restart(&mut self) -> Result<(), String> {
        self.t = 0.0;
        Ok(())
    }
    fn fill(&self, f: &mut Frame) {
        f.time_s = self.t;
        let mut pose: BTreeMap<String, Isometry3<f64>> = BTreeMap::new();
        pose.insert(
            "base_link".into(),
            Isometry3::new(Vector3::new(self.d.xy.0, self.d.xy.1, self.d.z), Vector3::z() * self.d.yaw),
        );
        loop {
            let mut any = false;
            for j in &self.d.joints {
                if pose.contains_key(&j.child) {
                    continue;
                }
                let Some(p) = pose.get(&j.parent).copied() else { continue };
                let q = self.d.posture.get(&j.name).copied().unwrap_or(0.0);
                let r = UnitQuaternion::from_axis_angle(&Unit::new_normalize(Vector3::from(j.axis)), q);
                pose.insert(
                    j.child.clone(),
                    p * Isometry3::from_parts(Translation3::from(Vector3::from(j.origin_m)), r),
                );
                any = true;
            }
            if !any {
                break;
            }
        }
        f.world_from_body = self.names.iter().map(|n| pose[n]).collect();
        f.com = Some(Point3::new(self.d.xy.0, self.d.xy.1, 1.0));
        f.support_polygon.clear();
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let d: D = ron::from_str(&std::fs::read_to_string(&a[1]).unwrap()).unwrap();
    let names: Vec<String> =
        std::iter::once("base_link".to_string()).chain(d.joints.iter().map(|j| j.child.clone())).collect();
    let s = S { d, names, t: 0.0 };
    if a[2] == "window" {
        run_window(
            Box::new(s),
            &WindowOptions { overlays: Overlay::ALL.to_vec(), ..Default::default() },
            |s| println!("end {}", s.title()),
        )
        .unwrap();
        return;
    }
    let f = |i: usize, d: f32| a.get(i).and_then(|v| v.parse().ok()).unwrap_or(d);
    let o = ShotOptions {
        times_s: vec![0.0],
        size: (f(7, 900.0) as u32, f(8, 900.0) as u32),
        camera: a[3].parse().unwrap(),
        stand: a.get(4).map(|_| (f(4, 0.0), f(5, 0.0), f(6, 3.0))),
        overlays: vec![],
        prefix: a[2].clone().into(),
    };
    println!("{:?}", render_shots(Box::new(s), &o).unwrap());
}
