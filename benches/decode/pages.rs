//! Generates the documents of the benchmarks.

use ecs_invocations::decode;

/// Instances per invocation.
pub const INSTANCES: usize = 8;

/// A page with the fields of the current API, canonical or with values that are normalized.
pub fn page(invocations: usize, is_non_canonical: bool) -> String {
    let status = if is_non_canonical { "SUCCESS" } else { "Success" };
    let (frequency, timed) =
        if is_non_canonical { (r#""Frequency":"","#, r#""False""#) } else { ("", "false") };
    let instance = |nth: usize| {
        format!(
            r#"{{"InstanceId":"i-bp1i7gg30r52z2em{nth:04}","InvocationStatus":"{status}","CreationTime":"2026-11-20T06:15:54Z","StartTime":"2026-11-20T06:15:55Z","FinishTime":"2026-11-20T06:15:56Z","UpdateTime":"2026-11-20T06:15:56Z","ExitCode":0,"Output":"bXkgb3V0cHV0IG9mIHRoZSBjb21tYW5k","Dropped":0,"Repeats":1,"Timed":false}}"#
        )
    };
    let instances = (0..INSTANCES).map(instance).collect::<Vec<_>>().join(",");
    let invocation = |nth: usize| {
        format!(
            r#"{{"InvocationStatus":"{status}","InvokeId":"t-hz0jdfwcsr{nth:06}","CommandName":"Restart the service","CommandType":"RunShellScript",{frequency}"InvokeInstances":{{"InvokeInstance":[{instances}]}},"Timed":{timed},"CommandId":"c-hz0jdfwd9f{nth:06}","CommandContent":"c3lzdGVtY3RsIHJlc3RhcnQgbmdpbng=","CreationTime":"2026-11-20T06:15:54Z","RepeatMode":"Once","Timeout":60,"Username":"root","WorkingDir":"/home"}}"#
        )
    };
    let invocations_list = (0..invocations).map(invocation).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"TotalCount":{invocations},"PageNumber":1,"PageSize":{invocations},"Invocations":{{"Invocation":[{invocations_list}]}},"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"}}"#
    )
}

pub fn xml(invocations: usize) -> String {
    let json = page(invocations, false);
    decode(json.as_bytes()).expect("a page").response.to_xml()
}

/// A page with one comma missing near its start.
pub fn damaged(invocations: usize) -> String {
    page(invocations, false).replacen("\"PageNumber\":1,", "\"PageNumber\":1", 1)
}
