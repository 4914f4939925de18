//! Compressed inputs: gzip, Zstandard, and archives in ZIP.

use std::fs;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use ruzstd::decoding::StreamingDecoder;
use zip::ZipArchive;

const GZIP: &[u8] = b"\x1f\x8b\x08";
const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd";
/// The start of a file in an archive, and that of an empty archive.
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Whether an input that starts like this is read decompressed. No text starts like this.
pub(super) fn is_compressed(start: &[u8]) -> bool {
    start.starts_with(GZIP) || start.starts_with(ZSTANDARD)
}

/// A reader of the decompressed bytes, or of the bytes as they are.
pub(super) fn decompressed(
    mut reader: impl BufRead + Send + 'static,
) -> io::Result<Box<dyn Read + Send>> {
    let start = reader.fill_buf()?;
    Ok(if start.starts_with(GZIP) {
        Box::new(GzipMembers { member: Some(GzDecoder::new(reader)) })
    } else if start.starts_with(ZSTANDARD) {
        Box::new(Frames { frame: None, rest: Some(reader) })
    } else if is_archive(start) {
        return Err(io::Error::other("a ZIP archive is no input here; extract its files"));
    } else {
        Box::new(reader)
    })
}

/// The successive members of a file in gzip.
struct GzipMembers<R: BufRead> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            if let Some(member) = self.member.take() {
                let mut rest = member.into_inner();
                self.member = (!is_padding(&mut rest)?).then(|| GzDecoder::new(rest));
            }
        }
        Ok(0)
    }
}

/// Whether only zeros follow, which tapes and some programs add. They are read.
fn is_padding(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(true);
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let is_all = zeros == bytes.len();
        reader.consume(zeros);
        if !is_all {
            return Ok(false);
        }
    }
}

/// The successive frames of a file in Zstandard.
struct Frames<R: BufRead> {
    frame: Option<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>,
    /// The reader between frames.
    rest: Option<R>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(mut rest) = self.rest.take() {
                if rest.fill_buf()?.is_empty() {
                    self.rest = Some(rest);
                    return Ok(0);
                }
                self.frame = Some(StreamingDecoder::new(rest).map_err(io::Error::other)?);
            }
            let Some(frame) = &mut self.frame else { return Ok(0) };
            let count = frame.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.rest = self.frame.take().map(StreamingDecoder::into_inner);
        }
    }
}

/// Whether an input that starts like this is an archive.
pub(super) fn is_archive(start: &[u8]) -> bool {
    ZIP.iter().any(|zip| start.starts_with(zip))
}

/// An archive in ZIP.
#[derive(Clone)]
pub(crate) enum Archive {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

trait Source: Read + Seek {}

impl<S: Read + Seek> Source for S {}

impl Archive {
    fn open(&self) -> io::Result<ZipArchive<Box<dyn Source>>> {
        let source: Box<dyn Source> = match self {
            Self::File(path) => Box::new(BufReader::new(fs::File::open(path)?)),
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
        };
        Ok(ZipArchive::new(source)?)
    }

    /// The files: their numbers and names.
    pub(super) fn members(&self) -> io::Result<Vec<(usize, String)>> {
        let archive = self.open()?;
        let mut members = Vec::new();
        for index in 0..archive.len() {
            let name = archive.name_for_index(index).transpose()?.unwrap_or_default().into_owned();
            if !name.ends_with('/') {
                members.push((index, name));
            }
        }
        Ok(members)
    }

    /// The first `most` bytes of a file.
    pub(super) fn member(&self, index: usize, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.by_index(index)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
