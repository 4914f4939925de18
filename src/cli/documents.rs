//! Reads the documents of all inputs, one by one.

use std::io::{self, Write};

use clap::Args;
use ecs_invocations::{Charset, Decoded, Error, ErrorKind, Options};

use super::allowed::Allowed;
use super::input::Input;
use super::messages;

/// How inputs are decoded.
#[derive(Args)]
pub(super) struct Decoding {
    #[command(flatten)]
    allowed: Allowed,

    /// Character encoding of the inputs, such as `GBK`, unless they show to be in UTF-8 or UTF-16; overrides
    /// the XML declaration
    #[arg(long, value_name = "LABEL")]
    charset: Option<Charset>,
}

impl Decoding {
    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        options.repair = self.allowed.repair();
        options.charset = self.charset;
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
    /// The number of errors that are kept until it is known whether there is a response.
    const KEPT: usize = 100;
    let (mut others, mut other_count) = (Vec::new(), 0);
    let mut lossy = 0;
    for document in options.decode_all(bytes) {
        match document {
            Ok(decoded) => {
                count.responses += 1;
                lossy += decoded.findings.iter().filter(|finding| finding.loses_data()).count();
                lossy += decoded.findings_omitted;
                each(&decoded)?;
            }
            Err(error) if is_other_object(&error) => {
                other_count += 1;
                if count.responses == 0 && others.len() < KEPT {
                    others.push(error);
                }
            }
            Err(error) => {
                count.failures += 1;
                messages::write_error(input, &error, err)?;
            }
        }
    }
    if count.responses == 0 {
        for error in &others {
            messages::write_error(input, error, err)?;
        }
        if other_count > others.len() {
            writeln!(err, "{input}: and {} more errors", other_count - others.len())?;
        }
        count.failures += other_count;
    } else if other_count > 0 {
        let (number, plural) = plural(other_count);
        writeln!(err, "{input}: ignored {number} other object{plural}")?;
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

/// A number, and the plural ending of what it counts.
pub(super) fn plural(number: usize) -> (usize, &'static str) {
    (number, if number == 1 { "" } else { "s" })
}

/// Whether it is a document, but not of this API.
pub(super) fn is_other_object(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotAResponse { .. }
            | ErrorKind::OtherOperation { .. }
            | ErrorKind::NotAnObject { .. }
            | ErrorKind::UnexpectedRoot { .. }
    )
}
