//! Where bytes come from.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use ecs_invocations::Options;
use walkdir::WalkDir;

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

    /// Of directories, read only files with such names, for example `*.json`
    #[arg(long, value_name = "PATTERN")]
    glob: Option<glob::Pattern>,
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
        let is_visible = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        let before = inputs.len();
        for entry in
            WalkDir::new(directory).sort_by_file_name().into_iter().filter_entry(is_visible)
        {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let name = entry.file_name().to_string_lossy();
                    if self.glob.as_ref().is_none_or(|pattern| pattern.matches(&name)) {
                        expand(entry.into_path(), inputs);
                    }
                }
                Err(error) => inputs.push(invalid(error.path().unwrap_or(directory), &error)),
            }
        }
        if inputs.len() == before {
            let message = "no file in this directory is to be read".to_owned();
            inputs.push(Input::Invalid { name: printable(directory), message });
        }
    }
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
    } else if has_extension("har") {
        let input = Input::File(path);
        match input.read().and_then(|bytes| har::responses(&bytes)) {
            Ok(responses) => inputs.extend(
                responses
                    .into_iter()
                    .map(|(nth, text)| Input::Text { name: format!("{input}#{nth}"), text }),
            ),
            Err(error) => {
                inputs.push(Input::Invalid { name: input.to_string(), message: error.to_string() });
            }
        }
    } else {
        inputs.push(Input::File(path));
    }
}

/// Whether a file is an archive, whatever its name. What is no file, such as a pipe, can be read only once.
fn starts_archive(path: &Path) -> bool {
    let mut start = Vec::new();
    path.is_file()
        && fs::File::open(path).is_ok_and(|file| file.take(4).read_to_end(&mut start).is_ok())
        && compression::is_archive(&start)
}

/// Adds standard input, or what is in it if it is an archive.
fn expand_standard(inputs: &mut Vec<Input>) {
    let mut standard = io::stdin().lock();
    // What is looked at stays in the buffer. An error occurs again where it is reported.
    if standard.is_terminal() || !standard.fill_buf().is_ok_and(compression::is_archive) {
        inputs.push(Input::Standard);
        return;
    }
    let mut bytes = Vec::new();
    match standard.take(most_bytes()).read_to_end(&mut bytes) {
        Ok(_) => {
            expand_archive(&Input::Standard.to_string(), &Archive::Bytes(bytes.into()), inputs);
        }
        Err(error) => inputs
            .push(Input::Invalid { name: Input::Standard.to_string(), message: error.to_string() }),
    }
}

/// Adds the files in an archive.
fn expand_archive(name: &str, archive: &Archive, inputs: &mut Vec<Input>) {
    match archive.members() {
        Ok(members) => inputs.extend(members.into_iter().map(|(index, member)| {
            let name = format!("{name}:{}", safe::line(&member));
            Input::Member { archive: archive.clone(), index, name }
        })),
        Err(error) => {
            inputs.push(Input::Invalid { name: name.to_owned(), message: error.to_string() });
        }
    }
}

impl Input {
    /// A reader of its bytes, decompressed.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Standard => compression::decompressed(BufReader::new(io::stdin()))?,
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
        let mut bytes = Vec::new();
        self.open()?.take(most_bytes()).read_to_end(&mut bytes)?;
        Ok(bytes)
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
