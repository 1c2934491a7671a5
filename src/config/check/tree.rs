//! Whether the joints make the links one tree.

use std::collections::BTreeMap;

use super::Findings;
use crate::config::path::FieldPath;
use crate::config::robot::RobotConfig;

/// Parents and children exist, no link has two parents, there is one root, and all hang on it.
pub(super) fn check(findings: &mut Findings, config: &RobotConfig) {
    let links = FieldPath::root().field("links");
    let joints = FieldPath::root().field("joints");
    if config.links.is_empty() {
        findings.add(links, "no link", "at least one link");
        return;
    }
    let names: Vec<&str> = config.links.iter().map(|l| l.name.as_str()).collect();
    // The first link of a name; that names are unique is checked elsewhere.
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        index.entry(name).or_insert(i);
    }

    // For each link the joint that carries it and the link that joint hangs on.
    let mut parents: Vec<Option<(usize, usize)>> = vec![None; names.len()];
    let mut complete = true;
    for (j, joint) in config.joints.iter().enumerate() {
        let at = joints.index(j);
        let parent = index.get(joint.parent.as_str()).copied();
        let child = index.get(joint.child.as_str()).copied();
        if parent.is_none() {
            findings.known(at.field("parent"), &joint.parent, "link", &names);
        }
        if child.is_none() {
            findings.known(at.field("child"), &joint.child, "link", &names);
        }
        let (Some(parent), Some(child)) = (parent, child) else {
            complete = false;
            continue;
        };
        if let Some((other, _)) = parents[child] {
            let other = &config.joints[other].name;
            let found = format!("`{}`, which joint `{other}` carries already", joint.child);
            findings.add(at.field("child"), found, "a link that no other joint carries");
        } else {
            parents[child] = Some((j, parent));
        }
    }
    cycles(findings, config, &parents);
    // An unknown name cuts its branch off; that is reported already.
    if complete {
        roots(findings, config, &parents);
    }
}

/// Follows each link towards the root; coming back to itself is a cycle, reported once.
fn cycles(findings: &mut Findings, config: &RobotConfig, parents: &[Option<(usize, usize)>]) {
    const SHOWN: usize = 8;
    // 0: not seen, otherwise the walk that saw it.
    let mut seen = vec![0_usize; parents.len()];
    for start in 0..parents.len() {
        let mut link = start;
        while seen[link] == 0 {
            seen[link] = start + 1;
            let Some((_, parent)) = parents[link] else { break };
            link = parent;
        }
        if seen[link] != start + 1 || parents[link].is_none() {
            continue;
        }
        // The walk met itself at `link`: name the cycle from the joint that comes first in the file.
        let mut around = Vec::new();
        let mut at = link;
        while let Some((joint, parent)) = parents[at] {
            around.push(joint);
            at = parent;
            if at == link {
                break;
            }
        }
        let Some(first) = around.iter().copied().min() else { continue };
        let mut names: Vec<&str> =
            around.iter().rev().take(SHOWN).map(|&j| config.joints[j].name.as_str()).collect();
        if around.len() > SHOWN {
            names.push("...");
        }
        let found = format!("a cycle of the joints {}", names.join(", "));
        let path = FieldPath::root().field("joints").index(first).field("parent");
        findings.add(path, found, "a link nearer the root than this joint");
    }
}

/// One link hangs on no joint, and no more.
fn roots(findings: &mut Findings, config: &RobotConfig, parents: &[Option<(usize, usize)>]) {
    let mut roots = (0..parents.len()).filter(|&link| parents[link].is_none());
    let Some(root) = roots.next() else {
        return; // Then there is a cycle, which is reported already.
    };
    // The root is the one with the most links below it; the others lack a joint.
    let sizes = tree_sizes(parents);
    let main = roots.clone().fold(root, |best, link| if sizes[link] > sizes[best] { link } else { best });
    for link in std::iter::once(root).chain(roots).filter(|&link| link != main) {
        let found = format!("`{}`, which hangs on no joint", config.links[link].name);
        let allowed =
            format!("a joint that carries it: only the root `{}` has none", config.links[main].name);
        findings.add(FieldPath::root().field("links").index(link).field("name"), found, allowed);
    }
}

/// How many links hang below each root, itself included; a link in a cycle counts for none.
fn tree_sizes(parents: &[Option<(usize, usize)>]) -> Vec<usize> {
    const UNKNOWN: usize = usize::MAX;
    let mut root_of = vec![UNKNOWN; parents.len()];
    let mut sizes = vec![0; parents.len()];
    for start in 0..parents.len() {
        let mut walked = Vec::new();
        let mut link = start;
        let root = loop {
            if root_of[link] != UNKNOWN || walked.len() > parents.len() {
                break root_of[link];
            }
            walked.push(link);
            match parents[link] {
                Some((_, parent)) => link = parent,
                None => break link,
            }
        };
        if root != UNKNOWN {
            walked.iter().for_each(|&link| root_of[link] = root);
            sizes[root] += 1;
        }
    }
    sizes
}
