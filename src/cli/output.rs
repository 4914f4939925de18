//! Standard output and standard error.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::input::Input;
use super::safe;

/// A stream whose reader may be gone, as after `| head -1`: what is written then is dropped, so that the exit
/// status still tells what is due.
pub(super) struct Output<W: Write> {
    out: BufWriter<W>,
    is_gone: bool,
}

impl<W: Write> Output<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out: BufWriter::new(out), is_gone: false }
    }

    /// Whether an input need not be read: nobody reads the output, and the input may never end.
    pub(super) fn is_done(&self, input: &Input) -> bool {
        self.is_gone && !is_file(input)
    }

    fn noted<T>(&mut self, result: io::Result<T>, gone: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(gone)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_gone {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.noted(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_gone {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.noted(flushed, ())
    }
}

fn is_file(input: &Input) -> bool {
    match input {
        Input::Standard => fs::metadata("/dev/stdin").is_ok_and(|input| input.is_file()),
        Input::File(path) => fs::metadata(path).is_ok_and(|input| input.is_file()),
        Input::Member { .. } | Input::Text { .. } | Input::Invalid { .. } => true,
    }
}

/// Writes a file of a directory, which is created. Returns false, after reporting it on stderr, if that fails.
pub(super) fn write_file(
    directory: &Path,
    name: impl AsRef<Path>,
    bytes: &[u8],
    err: &mut impl Write,
) -> io::Result<bool> {
    let file = directory.join(name);
    let written = fs::create_dir_all(directory).and_then(|()| fs::write(&file, bytes));
    if let Err(error) = &written {
        let file = safe::line(&file.to_string_lossy());
        writeln!(err, "{file}: error: cannot write: {error}")?;
    }
    Ok(written.is_ok())
}
