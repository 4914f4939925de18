//! Where bytes come from.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use ecs_invocations::finding::Printable;

/// A source of bytes.
pub(crate) enum Input {
    Standard,
    File(PathBuf),
    /// What a command printed, which is read already.
    Command,
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
            Self::Command => Box::new(io::empty()),
            Self::File(path) => Box::new(fs::File::open(path)?),
        })
    }

    /// The size in bytes, if known without reading.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Self::Standard | Self::Command => None,
            Self::File(path) => fs::metadata(path).ok().map(|file| file.len()),
        }
    }

    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Standard => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes)?;
                Ok(bytes)
            }
            Self::File(path) => fs::read(path),
            Self::Command => Ok(Vec::new()),
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
            Self::Command => f.write_str("<command>"),
            Self::File(path) => Printable(&path.to_string_lossy()).fmt(f),
        }
    }
}
