//! Waits until an invocation has ended, and prints what it did on each instance.
//!
//!     cargo run --example poll_loop

use std::error::Error;
use std::thread;
use std::time::Duration;

use ecs_invocations::model::{Invocation, Outcome, State};
use ecs_invocations::{Response, decode};

/// Asks `service` for the invocation until it has ended, at most `attempts` times: a periodic invocation
/// runs until it is stopped.
fn wait_for(
    service: &mut Service,
    invoke_id: &str,
    attempts: usize,
    pause: Duration,
) -> Result<Invocation<'static>, Box<dyn Error>> {
    for attempt in 0..attempts {
        if attempt > 0 {
            thread::sleep(pause);
        }
        let body = service.describe(invoke_id);
        let page = match decode(&body)?.response.into_result() {
            Ok(Response::Invocations(page)) => page,
            Ok(other) => return Err(format!("not a list of invocations: {other}").into()),
            // The service is busy or at fault, not the request.
            Err(error) if error.is_retryable() => continue,
            Err(error) => return Err(error.into_owned().into()),
        };
        let mut invocations = page.invocations.into_iter();
        // A new invocation may not be listed at once.
        let Some(invocation) = invocations.find(|it| it.invoke_id.as_deref() == Some(invoke_id))
        else {
            continue;
        };
        match invocation.state() {
            State::Ended(_) => return Ok(invocation.into_owned()),
            State::Running => {}
            // Nothing is known of a status that is newer than this program.
            State::Unknown(status) => return Err(format!("unknown status `{status}`").into()),
        }
    }
    Err(format!("{invoke_id} has not ended after {attempts} attempts").into())
}

fn print(invocation: &Invocation) {
    for run in invocation.runs() {
        let id = run.instance_id.unwrap_or("?");
        let status = run.status.unwrap_or("no status");
        // `Finished` does not tell whether the command succeeded; its exit code does.
        let exit_code = run.exit_code.map_or("none".into(), |code| code.to_string());
        println!("{id}: {status}, exit code {exit_code}");
        if let Some(output) = run.output_text(None) {
            print!("{}", output.text);
        }
    }
}

/// In place of a client: answers an error first, then a list, in one format and then the other.
#[derive(Default)]
struct Service {
    requests: usize,
}

impl Service {
    fn describe(&mut self, invoke_id: &str) -> Vec<u8> {
        self.requests += 1;
        match self.requests {
            1 => r#"{"Code": "Throttling", "Message": "Request was denied due to request throttling."}"#
                .into(),
            2 => format!(
                "<DescribeInvocationsResponse><Invocations><Invocation><InvokeId>{invoke_id}</InvokeId>\
                 <InvocationStatus>Running</InvocationStatus><InvokeInstances/></Invocation></Invocations>\
                 </DescribeInvocationsResponse>"
            ),
            _ => format!(
                r#"{{"Invocations": {{"Invocation": [{{"InvokeId": "{invoke_id}", "InvocationStatus": "Failed",
                    "InvokeInstances": {{"InvokeInstance": [
                        {{"InstanceId": "i-1", "InvocationStatus": "Success", "ExitCode": 0, "Output": "aGVsbG8K"}},
                        {{"InstanceId": "i-2", "InvocationStatus": "Failed", "ExitCode": 2, "Output": ""}}]}}}}]}}}}"#
            ),
        }
        .into_bytes()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut service = Service::default();
    // A program waits for seconds between the attempts.
    let invocation = wait_for(&mut service, "t-1", 10, Duration::from_millis(10))?;
    print(&invocation);
    let succeeded = invocation.state() == State::Ended(Outcome::Succeeded);
    println!("{}", if succeeded { "succeeded" } else { "did not succeed" });
    Ok(())
}
