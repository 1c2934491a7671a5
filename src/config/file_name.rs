//! How one file is named in another.

use std::path::{Component, Path, PathBuf};

/// The way from a folder to a file, both from the root; the file's own where they share nothing but that.
pub fn relative(folder: &Path, file: &Path) -> PathBuf {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), file.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if common <= 1 {
        return file.to_owned();
    }
    let up = from[common..].iter().map(|_| Component::ParentDir);
    up.chain(to[common..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_from_a_folder() {
        let way = |folder: &str, file: &str| relative(Path::new(folder), Path::new(file));
        assert_eq!(way("/a/b", "/a/c/d.ron"), Path::new("../c/d.ron"));
        assert_eq!(way("/a", "/a/d.ron"), Path::new("d.ron"));
        assert_eq!(way("/a/x/y", "/a/b.ron"), Path::new("../../b.ron"));
        assert_eq!(way("/x/y", "/a/b.ron"), Path::new("/a/b.ron"));
    }
}
