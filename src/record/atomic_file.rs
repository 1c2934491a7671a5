//! A file that is there whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes beside the wanted file and takes its name when done; until then, and after an error, what was
/// there before stays as it was.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    partial: PathBuf,
    writer: Option<BufWriter<File>>,
}

impl AtomicFile {
    /// Begins a file.
    ///
    /// # Errors
    /// Where its folder is not there or cannot be written to, or the path is a folder.
    pub fn create(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
        }
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
        let mut partial_name = std::ffi::OsString::from(".");
        partial_name.push(name);
        partial_name.push(format!(".{}.partial", std::process::id()));
        let partial = path.with_file_name(partial_name);
        let file = File::create(&partial)?;
        Ok(Self { path: path.to_owned(), partial, writer: Some(BufWriter::new(file)) })
    }

    /// Where the file will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it lies until it is complete; another program may write it there.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// Where the disk is full or the name cannot be taken; the old file is then still there.
    pub fn commit(mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
        }
        fs::rename(&self.partial, &self.path)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(writer) => writer.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // After a commit there is none left.
        drop(self.writer.take());
        let _ = fs::remove_file(&self.partial);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_file_stays_until_the_new_one_is_whole() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("run.json");
        fs::write(&path, "old")?;
        let mut file = AtomicFile::create(&path)?;
        file.write_all(b"half")?;
        assert_eq!(fs::read_to_string(&path)?, "old");
        drop(file);
        assert_eq!(fs::read_to_string(&path)?, "old");
        let mut file = AtomicFile::create(&path)?;
        file.write_all(b"whole")?;
        file.commit()?;
        assert_eq!(fs::read_to_string(&path)?, "whole");
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn folders_and_missing_folders_are_refused_at_once() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(AtomicFile::create(folder.path()).is_err());
        assert!(AtomicFile::create(&folder.path().join("none").join("run.json")).is_err());
        Ok(())
    }
}
