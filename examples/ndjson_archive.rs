//! Archives responses: one line of JSON for each, in canonical form, whatever form they came in.
//!
//!     cargo run --example ndjson_archive [FILE…]

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

use ecs_invocations::{Finding, ReadError, Response, decode_reader};
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// Where the document is in its file, counted from 0.
    document: usize,
    /// Differences between the response as it came and as it is archived.
    findings: &'a [Finding],
    response: &'a Response<'a>,
}

/// Writes a line for each response, and returns how many documents are none.
fn archive(file: &str, reader: impl BufRead, out: &mut impl Write) -> io::Result<usize> {
    let mut failed = 0;
    for (document, decoded) in decode_reader(reader).enumerate() {
        match decoded {
            Ok(decoded) => {
                let line = Line {
                    file,
                    document,
                    findings: &decoded.findings,
                    response: &decoded.response,
                };
                serde_json::to_writer(&mut *out, &line)?;
                out.write_all(b"\n")?;
            }
            Err(ReadError::Io(error)) => return Err(error),
            Err(ReadError::Decode(error)) => {
                failed += 1;
                // It has the line and column.
                eprintln!("{file}: {error}");
            }
        }
    }
    Ok(failed)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        let names = ["response.xml", "response.json", "error.xml", "error.json"];
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/documented");
        files = names.iter().map(|name| format!("{directory}/{name}")).collect();
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut failed = 0;
    for file in &files {
        failed += archive(file, BufReader::new(File::open(file)?), &mut out)?;
    }
    out.flush()?;
    if failed > 0 {
        return Err(format!("{failed} documents are not responses").into());
    }
    Ok(())
}
