//! Records on disk: one JSON object a line, written as soon as a case is done.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::record::CaseRecord;
use crate::record::AtomicFile;

/// Name of the file of records in its folder.
pub const RESULTS_FILE: &str = "results.jsonl";

/// Why records cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A line is no record.
    #[error("{path}:{line}: found {found}, allowed: the record of a case as JSON")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        found: serde_json::Error,
    },
}

/// The file of records while a suite runs.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Begins the file in a folder, which is made where it is not there, with the records there are.
    ///
    /// # Errors
    /// Where folder or file cannot be written.
    pub fn create(folder: &Path, records: &[CaseRecord]) -> Result<Self, JournalError> {
        let path = folder.join(RESULTS_FILE);
        let error = |source| JournalError::Write { path: path.clone(), source };
        std::fs::create_dir_all(folder).map_err(error)?;
        replace(&path, records).map_err(error)?;
        let file = OpenOptions::new().append(true).open(&path).map_err(error)?;
        Ok(Self { path, file })
    }

    /// Appends a record; it is on its way to the disk when this returns.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn append(&mut self, record: &CaseRecord) -> Result<(), JournalError> {
        let error = |source| JournalError::Write { path: self.path.clone(), source };
        // One write a line, so that a run cut off leaves at most one half line.
        let line = line_of(record).map_err(error)?;
        self.file.write_all(line.as_bytes()).and_then(|()| self.file.flush()).map_err(error)
    }

    /// Replaces the file by the records in their final order.
    ///
    /// # Errors
    /// Where it cannot be written; the old file is then still there.
    pub fn finish(self, records: &[CaseRecord]) -> Result<(), JournalError> {
        replace(&self.path, records).map_err(|source| JournalError::Write { path: self.path, source })
    }
}

fn line_of(record: &CaseRecord) -> io::Result<String> {
    Ok(serde_json::to_string(record)? + "\n")
}

fn replace(path: &Path, records: &[CaseRecord]) -> io::Result<()> {
    let mut file = AtomicFile::create(path)?;
    for record in records {
        file.write_all(line_of(record)?.as_bytes())?;
    }
    file.commit()
}

/// The records in a folder, or in a file of them; none where there is no such file. What stands behind the last line break is
/// the rest of a run that was cut off, and does not count.
///
/// # Errors
/// Where the file cannot be read or a whole line is no record.
pub fn read_records(from: &Path) -> Result<Option<Vec<CaseRecord>>, JournalError> {
    let path = if from.is_file() { from.to_owned() } else { from.join(RESULTS_FILE) };
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes));
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(JournalError::Read { path, source }),
        Ok(_) => {}
    }
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let mut records = Vec::new();
    for (i, line) in bytes[..whole].split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let record = serde_json::from_slice(line).map_err(|found| JournalError::Line {
            path: path.clone(),
            line: i + 1,
            found,
        })?;
        records.push(record);
    }
    Ok(Some(records))
}
