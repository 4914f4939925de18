//! Reads a log of responses and emits an event for each, and one for each finding.
//!
//!     cargo run --example log_to_tracing [FILE]

use std::error::Error;

use ecs_invocations::finding::Severity;
use ecs_invocations::{Finding, Response, decode_all};
use tracing::{debug, error, info, info_span, warn};

fn log(log: &[u8]) {
    for (number, document) in decode_all(log).enumerate() {
        let _document = info_span!("document", number).entered();
        let decoded = match document {
            Ok(decoded) => decoded,
            Err(error) => {
                // The iterator goes on with the next document, if there is one.
                error!(location = %error.location(), "{}", error.message());
                continue;
            }
        };
        match &decoded.response {
            Response::Error(error) => warn!("{error}"),
            response => info!("{response}"),
        }
        for finding in &decoded.findings {
            report(finding);
        }
        if decoded.findings_omitted > 0 {
            warn!(count = decoded.findings_omitted, "findings omitted");
        }
    }
}

fn report(finding: &Finding) {
    // The level of an event is a constant, so that each severity needs its own macro.
    macro_rules! event {
        ($level:ident) => {
            $level!(
                code = finding.code(),
                path = %finding.path,
                location = finding.location.as_ref().map(tracing::field::display),
                "{}", finding.message()
            )
        };
    }
    match finding.severity {
        Severity::Error => event!(error),
        Severity::Warning => event!(warn),
        _ => event!(debug),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Without the time, so that the output is the same each time.
    tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).without_time().init();
    match std::env::args_os().nth(1) {
        Some(file) => log(&std::fs::read(file)?),
        None => log(LOG),
    }
    Ok(())
}

/// A response in each format, a line that is none, and a comma that is missing.
const LOG: &[u8] = br#"
{"RequestId": "r-1", "Invocations": {"Invocation": [
    {"InvokeId": "t-1", "Timed": "True", "InvokeInstances": {"InvokeInstance": []}}]}}
<Error><RequestId>r-2</RequestId><Code>Throttling</Code><Message>Try again.</Message></Error>
{"health": "ok"}
{"RequestId": "r-4" "Code": "InternalError.Dispatch", "Message": "Try again."}
"#;
