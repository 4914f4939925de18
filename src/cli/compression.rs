//! Compressed inputs: gzip, Zstandard, and archives in ZIP.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use zip::ZipArchive;

const GZIP: &[u8] = b"\x1f\x8b\x08";
const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd";

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
        Box::new(MultiGzDecoder::new(reader))
    } else if start.starts_with(ZSTANDARD) {
        Box::new(Frames { frame: None, rest: Some(reader) })
    } else {
        Box::new(reader)
    })
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

fn open(path: &Path) -> io::Result<ZipArchive<BufReader<fs::File>>> {
    Ok(ZipArchive::new(BufReader::new(fs::File::open(path)?))?)
}

/// The files in an archive: their numbers and names.
pub(super) fn members(path: &Path) -> io::Result<Vec<(usize, String)>> {
    let archive = open(path)?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).transpose()?.unwrap_or_default().into_owned();
        if !name.ends_with('/') {
            members.push((index, name));
        }
    }
    Ok(members)
}

/// The first `most` bytes of a file in an archive.
pub(super) fn member(path: &Path, index: usize, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.by_index(index)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
