//! The lines on stderr about a decoded document.

use std::io::{self, Write};

use ecs_invocations::finding::Location;
use ecs_invocations::{Decoded, Error};

use super::input::Input;
use super::safe;

fn position(input: &Input, location: &Location) -> String {
    format!("{input}:{location}")
}

pub(super) fn write_findings(
    input: &Input,
    decoded: &Decoded<'_>,
    err: &mut impl Write,
) -> io::Result<()> {
    for finding in &decoded.findings {
        // A finding of the decoder has a location.
        let at = finding.location.as_ref();
        let at = at.map_or(input.to_string(), |location| position(input, location));
        writeln!(err, "{}", safe::line(&format!("{at}: {finding}")))?;
    }
    if decoded.findings_omitted > 0 {
        let more = decoded.findings_omitted;
        writeln!(err, "{input}: and {more} more findings")?;
    }
    Ok(())
}

pub(super) fn write_error(input: &Input, error: &Error, err: &mut impl Write) -> io::Result<()> {
    let mut text = format!("{}: error: {}", position(input, error.location()), error.message());
    if !error.path().is_root() {
        text += &format!(", in {}", error.path());
    }
    writeln!(err, "{}", safe::line(&text))
}
