//! Where bytes come from.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use clap::Args;
use ecs_invocations::Options;
use walkdir::{DirEntry, WalkDir};

use super::compression::{self, Archive};
use super::har;
use super::safe;

/// The inputs on the command line.
#[derive(Args)]
pub(super) struct Files {
    /// Input files, directories and patterns such as `'*.json'`, XML or JSON in any encoding, also `.gz`, `.zst`, `.zip` and `.har`; `-` is
    /// standard input [default: -]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Of directories, read only files with such names, for example `*.json`; may be repeated
    #[arg(long, value_name = "PATTERN")]
    glob: Vec<glob::Pattern>,
}

/// A source of bytes.
pub(crate) enum Input {
    Standard,
    File(PathBuf),
    /// A file in an archive.
    Member {
        archive: Archive,
        index: usize,
        name: String,
    },
    /// Text that was read already.
    Text {
        name: String,
        text: Vec<u8>,
    },
    /// What cannot be read, and why.
    Invalid {
        name: String,
        message: String,
    },
}

impl Files {
    /// The inputs, those of directories in the order of their names. Standard input if there are none.
    pub(super) fn inputs(&self) -> Vec<Input> {
        let mut inputs = Vec::new();
        if self.files.is_empty() {
            inputs.push(match io::stdin().is_terminal() {
                false => {
                    expand_standard(&mut inputs);
                    return inputs;
                }
                true => Input::Invalid {
                    name: "<stdin>".to_owned(),
                    message: "no input: name a file, or pipe a response in, such as \
                              `aliyun ecs DescribeInvocations … | ecs-invocations show`"
                        .to_owned(),
                },
            });
        }
        for file in &self.files {
            if file.as_os_str() == "-" {
                expand_standard(&mut inputs);
            } else if file.is_dir() {
                self.walk(file, &mut inputs);
            } else if let Some(pattern) = pattern(file) {
                self.expand_pattern(file, &pattern, &mut inputs);
            } else {
                expand(file.clone(), &mut inputs);
            }
        }
        inputs
    }

    /// Whether they are all that there are: directories and patterns, not single files.
    pub(super) fn are_complete(&self) -> bool {
        !self.files.is_empty()
            && self.files.iter().all(|file| file.is_dir() || pattern(file).is_some())
    }

    /// Expands a pattern that the shell did not, because it was quoted or there is none.
    fn expand_pattern(&self, file: &Path, pattern: &str, inputs: &mut Vec<Input>) {
        let before = inputs.len();
        match glob::glob(pattern) {
            Ok(files) => {
                for found in files {
                    match found {
                        Ok(found) if found.is_dir() => self.walk(&found, inputs),
                        Ok(found) if is_special(&found) => {}
                        Ok(found) => expand(found, inputs),
                        Err(error) => inputs.push(invalid(error.path(), &error.error())),
                    }
                }
            }
            Err(error) => inputs.push(invalid(file, &error)),
        }
        if inputs.len() == before {
            let message = "no file matches this pattern".to_owned();
            inputs.push(Input::Invalid { name: printable(file), message });
        }
    }

    fn walk(&self, directory: &Path, inputs: &mut Vec<Input>) {
        let is_visible = |entry: &DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        // Links are followed, so a directory may be met on several ways.
        let mut walked = HashSet::new();
        let mut is_first = |entry: &DirEntry| {
            let is_directory = entry.file_type().is_dir();
            !is_directory || fs::canonicalize(entry.path()).map_or(true, |path| walked.insert(path))
        };
        let before = inputs.len();
        let walk = WalkDir::new(directory).follow_links(true).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| is_visible(entry) && is_first(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let name = entry.file_name().to_string_lossy();
                    if self.glob.is_empty() || self.glob.iter().any(|it| it.matches(&name)) {
                        expand(entry.into_path(), inputs);
                    }
                }
                Ok(_) => {}
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(directory);
                    match error.io_error() {
                        Some(error) => inputs.push(invalid(path, error)),
                        None => inputs.push(invalid(path, &error)),
                    }
                }
            }
        }
        if inputs.len() == before {
            let message = "no file in this directory is to be read".to_owned();
            inputs.push(Input::Invalid { name: printable(directory), message });
        }
    }
}

/// Whether it is a pipe, socket or device, which reading may wait for.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The pattern that an argument is, unless it is the name of a file.
fn pattern(file: &Path) -> Option<String> {
    let text = file.to_str()?;
    let is_pattern = text.contains(['*', '?', '[']) && fs::symlink_metadata(file).is_err();
    is_pattern.then(|| text.to_owned())
}

fn printable(path: &Path) -> String {
    safe::line(&path.to_string_lossy())
}

fn invalid(path: &Path, error: &dyn fmt::Display) -> Input {
    Input::Invalid { name: printable(path), message: error.to_string() }
}

/// Adds a file, or what is in it if it is an archive.
fn expand(path: PathBuf, inputs: &mut Vec<Input>) {
    let has_extension = |wanted: &str| {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
    };
    if has_extension("zip") || starts_archive(&path) {
        expand_archive(&printable(&path), &Archive::File(path), inputs);
    } else {
        let is_file = path.is_file();
        let is_named = has_extension("har");
        expand_recording(Input::File(path), is_named, is_file, inputs);
    }
}

/// Adds an input, or the responses in it if it is a recording of a browser: by its name, or by its start if it
/// can be read twice.
fn expand_recording(input: Input, is_named: bool, is_file: bool, inputs: &mut Vec<Input>) {
    let begins = || {
        let start = input.open().and_then(|mut reader| har::read_start(&mut reader));
        start.is_ok_and(|start| har::begins(&start) == Some(true))
    };
    if !(is_named || is_file && begins()) {
        inputs.push(input);
        return;
    }
    match input.read().and_then(|bytes| har::responses(&bytes)) {
        Ok(responses) => {
            inputs.extend(
                responses
                    .into_iter()
                    .map(|(nth, text)| Input::Text { name: format!("{input}#{nth}"), text }),
            );
        }
        // Something else that only starts like one.
        Err(error) if !is_named && error.kind() != io::ErrorKind::Other => inputs.push(input),
        Err(error) => {
            inputs.push(Input::Invalid { name: input.to_string(), message: error.to_string() });
        }
    }
}

/// Whether a file is an archive, whatever its name. What is no file, such as a pipe, can be read only once.
fn starts_archive(path: &Path) -> bool {
    let mut start = Vec::new();
    path.is_file()
        && fs::File::open(path).is_ok_and(|file| file.take(4).read_to_end(&mut start).is_ok())
        && compression::is_archive(&start)
}

/// Standard input of which the start was read, with that start.
static STARTED: Mutex<Option<Box<dyn Read + Send>>> = Mutex::new(None);

fn started() -> MutexGuard<'static, Option<Box<dyn Read + Send>>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds standard input, or what is in it if it is an archive or a recording.
fn expand_standard(inputs: &mut Vec<Input>) {
    if io::stdin().is_terminal() || started().is_some() {
        inputs.push(Input::Standard);
        return;
    }
    // What is looked at stays in the buffer.
    let is_archive = io::stdin().lock().fill_buf().is_ok_and(compression::is_archive);
    let expanded = match is_archive {
        true => read_most(io::stdin()).map(|bytes| {
            let archive = Archive::Bytes(bytes.into());
            expand_archive(&Input::Standard.to_string(), &archive, inputs);
        }),
        false => start_standard(inputs),
    };
    if let Err(error) = expanded {
        let (name, message) = (Input::Standard.to_string(), error.to_string());
        inputs.push(Input::Invalid { name, message });
    }
}

/// Reads the start of standard input, which decides what it is.
fn start_standard(inputs: &mut Vec<Input>) -> io::Result<()> {
    let mut reader = compression::decompressed(BufReader::new(io::stdin()))?;
    let start = har::read_start(&mut reader)?;
    let is_recording = har::begins(&start) == Some(true);
    let reader = io::Cursor::new(start).chain(reader);
    if is_recording {
        let input = Input::Text { name: Input::Standard.to_string(), text: read_most(reader)? };
        expand_recording(input, false, true, inputs);
    } else {
        *started() = Some(Box::new(reader));
        inputs.push(Input::Standard);
    }
    Ok(())
}

/// The bytes; of a longer input so many that decoding refuses them.
fn read_most(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most_bytes()).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Adds the files in an archive.
fn expand_archive(name: &str, archive: &Archive, inputs: &mut Vec<Input>) {
    match archive.members() {
        Ok(members) => {
            for (index, member) in members {
                let name = format!("{name}:{}", safe::line(&member));
                let is_named = member.to_ascii_lowercase().ends_with(".har");
                let input = Input::Member { archive: archive.clone(), index, name };
                expand_recording(input, is_named, true, inputs);
            }
        }
        Err(error) => {
            inputs.push(Input::Invalid { name: name.to_owned(), message: error.to_string() });
        }
    }
}

impl Input {
    /// A reader of its bytes, decompressed.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Standard => match started().take() {
                Some(reader) => reader,
                None => compression::decompressed(BufReader::new(io::stdin()))?,
            },
            Self::File(path) => compression::decompressed(BufReader::new(fs::File::open(path)?))?,
            Self::Member { archive, index, .. } => {
                let bytes = archive.member(*index, most_bytes())?;
                compression::decompressed(io::Cursor::new(bytes))?
            }
            Self::Text { text, .. } => Box::new(io::Cursor::new(text.clone())),
            Self::Invalid { message, .. } => return Err(io::Error::other(message.clone())),
        })
    }

    /// The size in bytes, if known without reading.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Self::File(path) => fs::metadata(path).ok().map(|file| file.len()),
            Self::Text { text, .. } => Some(text.len() as u64),
            Self::Standard | Self::Member { .. } | Self::Invalid { .. } => None,
        }
    }

    /// Its bytes, decompressed; of a longer input so many that decoding refuses them.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        read_most(self.open()?)
    }

    /// Whether its bytes are those of a file, so that it can be replaced.
    pub(crate) fn is_plain_file(&self) -> bool {
        let Self::File(path) = self else { return false };
        let starts_plain = |mut reader: BufReader<fs::File>| {
            reader.fill_buf().is_ok_and(|start| !compression::is_compressed(start))
        };
        fs::File::open(path).is_ok_and(|file| starts_plain(BufReader::new(file)))
    }

    /// The name as it is, which is not safe to print.
    pub(crate) fn name(&self) -> Cow<'_, OsStr> {
        match self {
            Self::Standard => OsStr::new("<stdin>").into(),
            Self::File(path) => path.as_os_str().into(),
            Self::Member { name, .. } | Self::Text { name, .. } | Self::Invalid { name, .. } => {
                OsStr::new(name).into()
            }
        }
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path) }
    }
}

fn most_bytes() -> u64 {
    Options::default().max_bytes as u64 + 1
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("<stdin>"),
            Self::File(path) => f.write_str(&printable(path)),
            Self::Member { name, .. } | Self::Text { name, .. } | Self::Invalid { name, .. } => {
                f.write_str(name)
            }
        }
    }
}
