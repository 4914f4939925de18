//! Waits until an invocation has ended, and prints what it did on each instance.
//!
//!     cargo run --example poll_loop

use std::error::Error;
use std::thread;
use std::time::Duration;

use ecs_invocations::model::{Invocation, Outcome};
use ecs_invocations::{Response, decode};

/// Asks `service` for the invocation until it has ended, at most `attempts` times. The number is limited since
/// a periodic invocation runs until it is stopped, and nothing is known of a status that was added to
/// the API after this program was built.
fn wait_for(
    service: &mut Service,
    invoke_id: &str,
    attempts: usize,
    pause: Duration,
) -> Result<Invocation<'static>, Box<dyn Error>> {
    let mut last = String::from("no response yet");
    for attempt in 0..attempts {
        if attempt > 0 {
            thread::sleep(pause);
        }
        let body = service.describe(invoke_id);
        let response = decode(&body)?.response;
        if let Response::Error(error) = response {
            let code = error.code.as_ref();
            let throttled = code.is_some_and(|code| code.as_str().starts_with("Throttling"));
            let status = code.and_then(|code| code.http_status());
            last = error.message.map_or("error without a message".into(), |text| text.into_owned());
            // The same request fails again, unless the service is busy or at fault.
            if status.is_some_and(|status| status < 500) && !throttled {
                return Err(last.into());
            }
            continue;
        }
        let Response::Invocations(page) = response else {
            return Err("the response is not a list of invocations".into());
        };
        let mut invocations = page.invocations.into_iter();
        // A new invocation may not be listed at once.
        let Some(invocation) = invocations.find(|it| it.invoke_id.as_deref() == Some(invoke_id))
        else {
            last = "not listed".into();
            continue;
        };
        match invocation.status() {
            Some(status) if status.is_terminal() => return Ok(invocation.into_owned()),
            Some(status) => last = status.to_string(),
            None => last = "no status".into(),
        }
    }
    Err(format!("{invoke_id} has not ended after {attempts} attempts: {last}").into())
}

fn print(invocation: &Invocation) -> Result<(), Box<dyn Error>> {
    for instance in &invocation.instances {
        let id = instance.instance_id.as_deref().unwrap_or("?");
        let status = instance.status().map_or("no status", |status| status.as_str());
        // `Finished` does not tell whether the command succeeded; its exit code does.
        let exit_code = instance.exit_code.map_or("none".into(), |code| code.to_string());
        println!("{id}: {status}, exit code {exit_code}");
        if let Some(output) = &instance.output {
            // Base64, as the request did not ask for `ContentEncoding=PlainText`. A script may
            // print bytes that are not UTF-8.
            print!("{}", String::from_utf8_lossy(&output.decode_base64()?));
        }
    }
    Ok(())
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
    print(&invocation)?;
    let outcome = invocation.status().and_then(|status| status.outcome());
    println!(
        "{}",
        if outcome == Some(Outcome::Succeeded) { "succeeded" } else { "did not succeed" }
    );
    Ok(())
}
