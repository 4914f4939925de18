//! Where bytes come from.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use super::safe;

/// A source of bytes.
pub(crate) enum Input {
    Standard,
    File(PathBuf),
}

impl Input {
    /// The given files, or standard input if there are none.
    pub(crate) fn all(files: &[PathBuf]) -> Vec<Self> {
        match files {
            [] => vec![Self::Standard],
            files => files.iter().cloned().map(Self::from).collect(),
        }
    }

    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Standard => Box::new(io::stdin()),
            Self::File(path) => Box::new(fs::File::open(path)?),
        })
    }

    /// The size in bytes, if known without reading.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Self::Standard => None,
            Self::File(path) => fs::metadata(path).ok().map(|file| file.len()),
        }
    }

    /// Reads all bytes, up to one more than a limit.
    pub(crate) fn read(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(most.saturating_add(1) as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The name as it is, which is not safe to print.
    pub(crate) fn name(&self) -> Cow<'_, OsStr> {
        match self {
            Self::Standard => OsStr::new("<stdin>").into(),
            Self::File(path) => path.as_os_str().into(),
        }
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path) }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("<stdin>"),
            Self::File(path) => f.write_str(&safe::line(&path.to_string_lossy())),
        }
    }
}
