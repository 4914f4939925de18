//! A deployment gate: reads the responses that a poll loop saved to a directory, in the order of their
//! file names, and passes only if the command succeeded on every instance. Prints the output of the
//! instances on which it did not, and each difference of the responses from canonical form.
//!
//!     cargo run --example deployment_gate [DIRECTORY]
//!
//! Exits with 0 if the gate passes, 1 if it does not, and 2 if the responses cannot be read. Without a
//! directory, it judges the responses below.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use ecs_invocations::finding::{Printable, Severity};
use ecs_invocations::model::{InvokeInstance, Outcome, State};
use ecs_invocations::{Response, decode};

/// What the responses say of the deployment's invocations.
#[derive(Default)]
struct Gate {
    /// The runs, by invocation ID and instance ID, each as of the last response that has it.
    runs: BTreeMap<(String, String), InvokeInstance<'static>>,
    /// Whether the last page was damaged or lists no instances: some may be missing from it.
    is_doubtful: bool,
}

impl Gate {
    /// Reads the next response.
    fn read(&mut self, name: &str, body: &[u8]) -> Result<(), Box<dyn Error>> {
        let decoded = decode(body)?;
        for finding in &decoded.findings {
            println!("{name}:{finding:#}");
        }
        match decoded.response.into_result() {
            Ok(Response::Invocations(page)) => {
                // Findings of severity `info` are about spelling; in others, something may be lost.
                self.is_doubtful = decoded.findings_omitted > 0
                    || decoded.findings.iter().any(|finding| finding.severity > Severity::Info);
                for invocation in page.invocations {
                    self.is_doubtful |= invocation.instances.is_empty();
                    for instance in invocation.instances {
                        let ids = [&invocation.invoke_id, &instance.instance_id];
                        let [invoke_id, id] = ids.map(|id| id.as_deref().unwrap_or("?").to_owned());
                        self.runs.insert((invoke_id, id), instance.into_owned());
                    }
                }
                Ok(())
            }
            Ok(other) => Err(format!("not a list of invocations: {other}").into()),
            // The loop asked again, so a later response tells.
            Err(error) if error.is_retryable() => {
                println!("{name}: {error}");
                Ok(())
            }
            Err(error) => Err(error.into_owned().into()),
        }
    }

    fn passes(&self) -> bool {
        !self.is_doubtful && !self.runs.is_empty() && self.runs.values().all(succeeded)
    }

    fn print(&self) {
        for ((invoke_id, id), run) in &self.runs {
            let status = run.status().map_or("no status", |status| status.as_str());
            let exit_code = run.exit_code.map_or("none".into(), |code| code.to_string());
            let [invoke_id, id, status] = [invoke_id, id, status].map(Printable);
            println!("{invoke_id} on {id}: {status}, exit code {exit_code}");
            if let (false, Some(output)) = (succeeded(run), &run.output) {
                for line in output.to_text_lossy().lines() {
                    println!("    {}", Printable(line));
                }
            }
        }
        if self.is_doubtful {
            println!("instances may be missing from the last page");
        }
        println!("{}", if self.passes() { "passed" } else { "did not pass" });
    }
}

fn succeeded(run: &InvokeInstance) -> bool {
    // `Finished` of the 2018 reference is a success whatever the exit code.
    run.state() == State::Ended(Outcome::Succeeded) && run.exit_code == Some(0)
}

/// The responses of a directory, with their names.
fn responses(directory: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut responses = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            responses.push((name, fs::read(entry.path())?));
        }
    }
    responses.sort();
    Ok(responses)
}

/// A loop that was throttled, then found the command running, then ended: it failed on one instance.
const SAMPLE: [(&str, &str); 3] = [
    ("1.json", r#"{"Code": "Throttling", "Message": "Request was denied due to request throttling."}"#),
    (
        "2.xml",
        "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>t-1</InvokeId>
  <InvocationStatus>running</InvocationStatus><InvokeInstances>
    <InvokeInstance><InstanceId>i-1</InstanceId><InvocationStatus>Success</InvocationStatus>
      <ExitCode>0</ExitCode></InvokeInstance>
    <InvokeInstance><InstanceId>i-2</InstanceId><InvocationStatus>Running</InvocationStatus></InvokeInstance>
  </InvokeInstances></Invocation></Invocations></DescribeInvocationsResponse>",
    ),
    (
        "3.json",
        r#"{"invocations": {"invocation": [{"invokeId": "t-1", "InvocationStatus": "PartialFailed",
  "InvokeInstances": {"InvokeInstance": [
    {"InstanceId": "i-1", "InvocationStatus": "Success", "ExitCode": 0, "Output": "ZG9uZQo="},
    {"InstanceId": "i-2", "InstanceInvokeStatus": "Finished", "ExitCode": "1",
     "Output": "bWlncmF0aW9uIDcKY29sdW1uIGBpZGAgZXhpc3RzCg=="}]}}]}}"#,
    ),
];

fn judge(responses: &[(String, Vec<u8>)]) -> Result<bool, Box<dyn Error>> {
    let mut gate = Gate::default();
    for (name, body) in responses {
        gate.read(name, body).map_err(|error| format!("{name}: {error}"))?;
    }
    gate.print();
    Ok(gate.passes())
}

fn run() -> Result<bool, Box<dyn Error>> {
    match std::env::args_os().nth(1) {
        Some(directory) => judge(&responses(Path::new(&directory))?),
        None => {
            let sample = SAMPLE.map(|(name, body)| (name.to_owned(), body.as_bytes().to_vec()));
            let passed = judge(&sample)?;
            assert!(!passed, "the command exited with 1 on i-2");
            Ok(true)
        }
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
