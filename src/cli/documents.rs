//! Reads the documents of all inputs, one by one.

use std::io::{self, Write};

use clap::Args;
use ecs_invocations::{Charset, Decoded, Error, ErrorKind, Options};

use super::allowed::Allowed;
use super::input::Input;
use super::messages;

/// In which encoding inputs are.
#[derive(Args)]
pub(super) struct Encoding {
    /// Character encoding of the inputs, such as `GBK`, unless they show to be in UTF-8 or UTF-16; overrides
    /// the XML declaration
    #[arg(long, value_name = "LABEL")]
    pub(super) charset: Option<Charset>,
}

/// How inputs are decoded.
#[derive(Args)]
pub(super) struct Decoding {
    #[command(flatten)]
    allowed: Allowed,

    #[command(flatten)]
    encoding: Encoding,
}

impl Decoding {
    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        options.repair = self.allowed.repair();
        options.charset = self.encoding.charset;
        options
    }
}

/// What the documents of one input were.
#[derive(Default)]
pub(super) struct Count {
    /// Those that are responses.
    pub(super) responses: usize,
    /// Those that could not be decoded.
    pub(super) failures: usize,
}

/// Passes each response of an input on, and reports on stderr what is no response.
///
/// Other objects, as a log has beside responses, are failures only if there is no response.
pub(super) fn read(
    input: &Input,
    options: &Options,
    bytes: &[u8],
    err: &mut impl Write,
    mut each: impl FnMut(&Decoded<'_>) -> io::Result<()>,
) -> io::Result<Count> {
    let mut count = Count::default();
    let mut others = Others::default();
    let mut lossy = 0;
    for document in options.decode_all(bytes) {
        match document {
            Ok(decoded) => {
                count.responses += 1;
                lossy += decoded.findings.iter().filter(|finding| finding.loses_data()).count();
                lossy += decoded.findings_omitted;
                each(&decoded)?;
            }
            Err(error) if is_other_object(&error) => others.add(error),
            Err(error) => {
                count.failures += 1;
                messages::write_error(input, &error, err)?;
            }
        }
    }
    if others.count > 0 && count.responses > 0 {
        write_ignored(input, others.count, err)?;
    } else {
        count.failures += others.count;
        others.write_errors(input, err)?;
    }
    if lossy > 0 {
        let (number, plural) = plural(lossy);
        writeln!(
            err,
            "{input}: {number} place{plural} where data may be lost; see `ecs-invocations check`"
        )?;
    }
    Ok(count)
}

/// Reads an input, and reports on stderr if that fails.
pub(super) fn read_bytes(input: &Input, err: &mut impl Write) -> io::Result<Option<Vec<u8>>> {
    match input.read() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) => {
            writeln!(err, "{input}: error: {error}")?;
            Ok(None)
        }
    }
}

/// The objects of other kinds in an input, as a log has beside responses, whose errors are kept until it is known
/// whether there is a response.
#[derive(Default)]
pub(super) struct Others {
    pub(super) count: usize,
    /// The first of the errors.
    pub(super) errors: Vec<Error>,
}

impl Others {
    /// The number of errors that are kept.
    const KEPT: usize = 100;

    pub(super) fn add(&mut self, error: Error) {
        self.count += 1;
        if self.errors.len() < Self::KEPT {
            self.errors.push(error);
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.count += other.count;
        let more = Self::KEPT - self.errors.len();
        self.errors.extend(other.errors.into_iter().take(more));
    }

    /// Writes the errors that are kept, and the number of the rest.
    pub(super) fn write_errors(&self, input: &Input, err: &mut impl Write) -> io::Result<()> {
        self.errors.iter().try_for_each(|error| messages::write_error(input, error, err))?;
        self.write_rest(input, err)
    }

    /// Writes the number of the errors that are not kept.
    pub(super) fn write_rest(&self, input: &Input, err: &mut impl Write) -> io::Result<()> {
        match self.count - self.errors.len() {
            0 => Ok(()),
            rest => writeln!(err, "{input}: and {rest} more errors"),
        }
    }
}

/// Writes the number of other objects beside responses.
pub(super) fn write_ignored(input: &Input, count: usize, err: &mut impl Write) -> io::Result<()> {
    let (number, plural) = plural(count);
    writeln!(err, "{input}: ignored {number} other object{plural}")
}

/// A number, and the plural ending of what it counts.
pub(super) fn plural(number: usize) -> (usize, &'static str) {
    (number, if number == 1 { "" } else { "s" })
}

/// Whether members are those of an answer to a request that failed, in the words of a gateway.
fn is_failed_answer(members: &[Box<str>]) -> bool {
    let names: Vec<String> =
        members.iter().map(|name| name.to_lowercase().replace(['_', '-'], "")).collect();
    names.iter().any(|name| name == "requestid")
        && names.iter().any(|name| name.starts_with("error"))
}

/// Whether it is a document, but not of this API.
pub(super) fn is_other_object(error: &Error) -> bool {
    if let ErrorKind::NotAResponse { members } = error.kind() {
        return !is_failed_answer(members);
    }
    matches!(
        error.kind(),
        ErrorKind::Request { .. }
            | ErrorKind::OtherOperation { .. }
            | ErrorKind::NotAnObject { .. }
            | ErrorKind::NoList { .. }
            | ErrorKind::UnexpectedRoot { .. }
    )
}
