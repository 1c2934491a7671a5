//! Which lines of a text another one has changed.

/// Most lines that are held against each other: beyond, all that lies between equal ends counts as changed.
const MOST_LINES: usize = 2000;

/// A line that only one of two texts has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    /// Its number in its text, from 1.
    pub line: usize,
    /// Whether the new text has it, and not the old one.
    pub added: bool,
    /// What it says.
    pub text: String,
}

/// The lines that differ, in their order, removed ones before those in their place.
pub fn line_changes(before: &str, after: &str) -> Vec<LineChange> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let (a, b) = (&old[head..old_end], &new[head..new_end]);
    let kept = if a.len().max(b.len()) > MOST_LINES { Vec::new() } else { common(a, b) };
    let mut changes = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (keep_i, keep_j) in kept.into_iter().chain([(a.len(), b.len())]) {
        let change = |line: usize, added: bool, text: &&str| LineChange {
            line: head + line + 1,
            added,
            text: (*text).to_owned(),
        };
        changes.extend((i..keep_i).map(|line| change(line, false, &a[line])));
        changes.extend((j..keep_j).map(|line| change(line, true, &b[line])));
        (i, j) = (keep_i + 1, keep_j + 1);
    }
    changes
}

/// Indices of a longest common subsequence.
fn common(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> Vec<String> {
        let line = |c: &LineChange| format!("{}{} {}", c.line, if c.added { '+' } else { '-' }, c.text);
        line_changes(before, after).iter().map(line).collect()
    }

    #[test]
    fn only_what_differs_is_named() {
        assert_eq!(shown("a\nb\nc\nd", "a\nx\nc\ny\nd"), ["2- b", "2+ x", "4+ y"]);
        assert_eq!(shown("a\nb\nb\n", "a\nb\n"), ["3- b"]);
        assert!(shown("a\nb", "a\nb").is_empty());
        assert_eq!(shown("", "a"), ["1+ a"]);
    }
}
