//! The records of an MCAP file one after the other, those in chunks among them, up to where the file ends.
//!
//! Framing as <https://mcap.dev/spec> has it: opcode (1 byte), length (8 bytes), content. The `mcap` crate's
//! own reader takes the lengths inside a chunk on trust and panics where they do not fit the chunk.

use std::io::{self, Read};

use mcap::records::op;

/// Longest record that is read [bytes]; a sample of a humanoid takes about 30 kB.
const MAX_RECORD_BYTES: u64 = 64_000_000;

/// Length of a chunk's times, size and checksum, which come before the name of its compression [bytes].
const CHUNK_HEAD_BYTES: usize = 28;

/// Why the reading stopped before the file's own end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file cannot be read.
    Io(io::Error),
    /// It does not begin as an MCAP file does.
    NoMcap,
    /// It ends too early, or goes on otherwise than an MCAP file without compression does.
    Broken,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Broken,
            _ => Self::Io(error),
        }
    }
}

/// Hands over opcode and content of each record up to the footer; chunks are opened.
pub(super) fn read(mut file: impl Read, mut take: impl FnMut(u8, &[u8])) -> Result<(), Stop> {
    if !magic(&mut file)? {
        return Err(Stop::NoMcap);
    }
    let mut content = Vec::new();
    loop {
        let (opcode, length) = frame(&mut file)?;
        if opcode == op::CHUNK {
            open_chunk(file.by_ref().take(length), &mut content, &mut take)?;
            continue;
        }
        fill(&mut file, length, &mut content)?;
        take(opcode, &content);
        if opcode == op::FOOTER {
            return if magic(&mut file)? { Ok(()) } else { Err(Stop::Broken) };
        }
    }
}

/// Hands over the records of a chunk, of which `chunk` gives just its content.
fn open_chunk(
    mut chunk: io::Take<impl Read>,
    content: &mut Vec<u8>,
    take: &mut impl FnMut(u8, &[u8]),
) -> Result<(), Stop> {
    bytes::<CHUNK_HEAD_BYTES>(&mut chunk)?;
    let compression_bytes = u32::from_le_bytes(bytes(&mut chunk)?);
    if compression_bytes != 0 {
        return Err(Stop::Broken);
    }
    let length = u64::from_le_bytes(bytes(&mut chunk)?);
    let mut records = chunk.by_ref().take(length);
    while records.limit() > 0 {
        let (opcode, length) = frame(&mut records)?;
        fill(&mut records, length, content)?;
        take(opcode, content);
    }
    io::copy(&mut chunk, &mut io::sink())?;
    Ok(())
}

/// Whether the bytes come that an MCAP file begins and ends with.
fn magic(stream: &mut impl Read) -> Result<bool, Stop> {
    let begins: [u8; 8] = bytes(stream)?;
    Ok(begins == *mcap::MAGIC)
}

/// Opcode of the next record and length of its content.
fn frame(stream: &mut impl Read) -> Result<(u8, u64), Stop> {
    let [opcode] = bytes(stream)?;
    Ok((opcode, u64::from_le_bytes(bytes(stream)?)))
}

/// The next `N` bytes.
fn bytes<const N: usize>(stream: &mut impl Read) -> Result<[u8; N], Stop> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The next `length` bytes; memory grows with what is there, not with what is promised.
fn fill(stream: &mut impl Read, length: u64, content: &mut Vec<u8>) -> Result<(), Stop> {
    content.clear();
    if length > MAX_RECORD_BYTES {
        return Err(Stop::Broken);
    }
    let read = stream.take(length).read_to_end(content)?;
    if read as u64 == length { Ok(()) } else { Err(Stop::Broken) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(opcode: u8, content: &[u8]) -> Vec<u8> {
        [&[opcode], &(content.len() as u64).to_le_bytes()[..], content].concat()
    }

    fn chunk(records: &[u8], promised: usize) -> Vec<u8> {
        let head = [0; CHUNK_HEAD_BYTES + 4];
        record(op::CHUNK, &[&head[..], &(promised as u64).to_le_bytes(), records].concat())
    }

    fn taken(parts: &[&[u8]]) -> (Vec<(u8, Vec<u8>)>, Result<(), Stop>) {
        let file = [&[mcap::MAGIC], parts].concat().concat();
        let mut taken = Vec::new();
        let result = read(&file[..], |opcode, content| taken.push((opcode, content.to_vec())));
        (taken, result)
    }

    #[test]
    fn records_in_chunks_come_in_their_order() {
        let inside = [record(3, b"a"), record(4, b"")].concat();
        let (chunk, footer) = (chunk(&inside, inside.len()), record(op::FOOTER, b"end"));
        let (taken, result) = taken(&[&record(1, b"x"), &chunk, &footer, mcap::MAGIC]);
        assert!(result.is_ok(), "{result:?}");
        let expected: [(u8, &[u8]); 4] = [(1, b"x"), (3, b"a"), (4, b""), (op::FOOTER, b"end")];
        assert_eq!(taken, expected.map(|(opcode, content)| (opcode, content.to_vec())));
    }

    #[test]
    fn a_record_longer_than_its_chunk_ends_the_file_there() {
        let inside = record(3, b"abcdef");
        let (taken, result) = taken(&[&chunk(&inside, inside.len() - 2), &record(op::FOOTER, b"")]);
        assert!(matches!(result, Err(Stop::Broken)), "{result:?}");
        assert!(taken.is_empty());
    }

    #[test]
    fn what_is_whole_of_a_cut_chunk_is_read() {
        let inside = [record(3, b"a"), record(4, b"bc")].concat();
        let cut = chunk(&inside, inside.len());
        let (taken, result) = taken(&[&cut[..cut.len() - 1]]);
        assert!(matches!(result, Err(Stop::Broken)), "{result:?}");
        assert_eq!(taken, [(3, b"a".to_vec())]);
    }
}
