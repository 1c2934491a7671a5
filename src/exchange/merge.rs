//! Whether a draft is a tree, and what hangs on fixed joints put into the link it hangs on.

use std::collections::BTreeMap;

use nalgebra::Isometry3;

use super::draft::{Draft, DraftJoint, DraftLink, Kind, NamedFrame, Note, listed, pose_of, rpy_of, xyz_of};
use crate::config::diagnostic::{ConfigError, Diagnostic};

/// Most links of a robot.
const MAX_LINKS: usize = 1000;

/// Links in an order in which parents come first, each with the joint that carries it.
struct Order(Vec<(usize, Option<usize>)>);

/// Merges what fixed joints hold; mass, centre of mass and inertia of the whole stay as they are.
///
/// Joints that the carried config knows as held by a brake stay.
///
/// # Errors
/// Where the joints make no tree, or a link that moves has no mass.
pub(super) fn merge(mut draft: Draft) -> Result<Draft, ConfigError> {
    let order = order(&draft)?;
    let order = without_world(&mut draft, order);
    let index: BTreeMap<String, usize> =
        draft.links.iter().enumerate().map(|(i, link)| (link.name.clone(), i)).collect();
    let held = |link: &str| draft.carried.as_ref().is_some_and(|carried| carried.rigid.contains_key(link));

    // For each link the one it becomes part of, and its place in that one's frame.
    let mut host: Vec<(usize, Isometry3<f64>)> =
        (0..draft.links.len()).map(|i| (i, Isometry3::identity())).collect();
    let mut merged = Vec::new();
    for &(link, joint) in &order.0 {
        let Some(joint) = joint.map(|j| &draft.joints[j]) else { continue };
        if matches!(joint.kind, Kind::Fixed) && !held(&joint.child) {
            let (parent, parent_pose) = host[index[&joint.parent]];
            host[link] = (parent, parent_pose * pose_of(joint.origin_m, joint.origin_rpy_rad));
            if draft.links[link].inertial.is_some() {
                merged.push(joint.child.clone());
            }
        }
    }

    let mut notes = std::mem::take(&mut draft.notes);
    if !merged.is_empty() {
        let text = "links on fixed joints became part of the link they hang on";
        notes.push(Note::changed(format!("{text}: {}", listed(&merged))));
    }
    let mut links: Vec<Option<DraftLink>> = draft.links.iter().cloned().map(Some).collect();
    let mut frames = Vec::new();
    for &(link, _) in &order.0 {
        let (target, pose) = host[link];
        if target == link {
            continue;
        }
        let Some(part) = links[link].take() else { continue };
        frames.push(NamedFrame { name: part.name.clone(), link: draft.links[target].name.clone(), pose });
        if let Some(whole) = links[target].as_mut() {
            absorb(whole, part, &pose);
        }
    }
    for frame in &draft.frames {
        let Some(&link) = index.get(&frame.link) else { continue };
        let (target, pose) = host[link];
        frames.push(NamedFrame {
            name: frame.name.clone(),
            link: draft.links[target].name.clone(),
            pose: pose * frame.pose,
        });
    }
    let joints = order.0.iter().filter_map(|&(link, joint)| {
        let joint: DraftJoint = draft.joints[joint?].clone();
        (host[link].0 == link).then_some(joint)
    });
    let joints = joints.map(|joint| {
        let (target, pose) = host[index[&joint.parent]];
        if target == index[&joint.parent] {
            return joint;
        }
        let origin = pose * pose_of(joint.origin_m, joint.origin_rpy_rad);
        DraftJoint {
            parent: draft.links[target].name.clone(),
            origin_m: xyz_of(&origin),
            origin_rpy_rad: rpy_of(&origin.rotation),
            ..joint
        }
    });
    let joints: Vec<DraftJoint> = joints.collect();
    let links: Vec<DraftLink> = order.0.iter().filter_map(|&(link, _)| links[link].clone()).collect();
    let massless: Vec<Diagnostic> = links
        .iter()
        .filter(|link| link.inertial.is_none())
        .map(|link| {
            let found = format!("the link `{}` without mass", link.name);
            link.place
                .refuse(found, "a mass above 0 and an inertia: only links on fixed joints may have none")
        })
        .collect();
    let points = links.iter().filter_map(|link| {
        let (found, allowed) = link.inertial.as_ref()?.fault()?;
        Some(link.place.refuse(found, allowed))
    });
    let errors: Vec<Diagnostic> = massless.into_iter().chain(points).collect();
    if !errors.is_empty() {
        return Err(ConfigError::new(errors, 0));
    }
    Ok(Draft { links, joints, frames, notes, ..draft })
}

/// Puts a part into the link it is fixed to.
fn absorb(whole: &mut DraftLink, part: DraftLink, pose: &Isometry3<f64>) {
    if let Some(own) = part.inertial.map(|own| own.seen_from(pose)) {
        whole.inertial = Some(whole.inertial.map_or(own, |sum| sum.and(&own)));
    }
    let moved = |xyz: &mut [f64; 3], rpy: &mut [f64; 3]| {
        if *pose != Isometry3::identity() {
            let placed = pose * pose_of(*xyz, *rpy);
            (*xyz, *rpy) = (xyz_of(&placed), rpy_of(&placed.rotation));
        }
    };
    whole.collision.extend(part.collision.into_iter().map(|mut shape| {
        moved(&mut shape.xyz_m, &mut shape.rpy_rad);
        shape
    }));
    whole.visual.extend(part.visual.into_iter().map(|mut shape| {
        moved(&mut shape.xyz_m, &mut shape.rpy_rad);
        shape
    }));
}

/// A root without mass or shape that only holds the robot is the world.
fn without_world(draft: &mut Draft, mut order: Order) -> Order {
    while let Some(&(root, _)) = order.0.first() {
        let link = &draft.links[root];
        let below: Vec<&DraftJoint> = draft.joints.iter().filter(|joint| joint.parent == link.name).collect();
        let bare = link.inertial.is_none() && link.collision.is_empty() && link.visual.is_empty();
        if !(bare && below.len() == 1 && matches!(below[0].kind, Kind::Fixed)) {
            break;
        }
        let text = format!("the empty root `{}` is left out", link.name);
        draft.notes.push(Note::changed(text));
        order.0.remove(0);
        if let Some(first) = order.0.first_mut() {
            first.1 = None;
        }
    }
    order
}

/// Checks names and the tree.
fn order(draft: &Draft) -> Result<Order, ConfigError> {
    if draft.links.len() > MAX_LINKS || draft.joints.len() > MAX_LINKS {
        let found = format!("{} links and {} joints", draft.links.len(), draft.joints.len());
        return Err(draft.place.refuse(found, format!("at most {MAX_LINKS} of each")).into());
    }
    let mut errors = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, link) in draft.links.iter().enumerate() {
        if index.insert(&link.name, i).is_some() {
            errors.push(
                link.place.refuse(format!("a second link `{}`", link.name), "a name no other link has"),
            );
        }
    }
    let mut carrier: Vec<Option<usize>> = vec![None; draft.links.len()];
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); draft.links.len()];
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (j, joint) in draft.joints.iter().enumerate() {
        let mut refuse = |found: String, allowed: &str| errors.push(joint.place.refuse(found, allowed));
        if names.insert(&joint.name, j).is_some() {
            refuse(format!("a second joint `{}`", joint.name), "a name no other joint has");
        }
        let parent = index.get(joint.parent.as_str());
        let child = index.get(joint.child.as_str());
        for (name, known) in [(&joint.parent, parent), (&joint.child, child)] {
            if known.is_none() {
                refuse(format!("the unknown link `{name}`"), "a link of this file");
            }
        }
        let (Some(&parent), Some(&child)) = (parent, child) else { continue };
        if carrier[child].replace(j).is_some() {
            refuse(
                format!("the link `{}`, which hangs on another joint too", joint.child),
                "one joint a link",
            );
        } else {
            below[parent].push(j);
        }
    }
    if !errors.is_empty() {
        return Err(ConfigError::new(errors, 0));
    }
    let roots: Vec<usize> = (0..draft.links.len()).filter(|&link| carrier[link].is_none()).collect();
    let [root] = roots[..] else {
        let found = match roots.len() {
            0 if draft.links.is_empty() => "no link".to_owned(),
            0 => "joints that form a cycle".to_owned(),
            _ => {
                let names: Vec<String> = roots.iter().map(|&r| draft.links[r].name.clone()).collect();
                format!("{} links that hang on no joint: {}", roots.len(), listed(&names))
            }
        };
        return Err(draft.place.refuse(found, "one root, on which all other links hang").into());
    };
    let mut found = Vec::with_capacity(draft.links.len());
    let mut stack = vec![(root, None)];
    while let Some((link, joint)) = stack.pop() {
        found.push((link, joint));
        for &j in below[link].iter().rev() {
            stack.push((index[draft.joints[j].child.as_str()], Some(j)));
        }
    }
    if found.len() < draft.links.len() {
        return Err(draft
            .place
            .refuse("joints that form a cycle", "one root, on which all links hang")
            .into());
    }
    Ok(Order(found))
}
