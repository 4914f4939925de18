#![no_main]

use ecs_invocations::Response;
use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut u = Unstructured::new(bytes);
    if let Ok(response) = u.arbitrary::<Response<'static>>() {
        let _ = promises::mend(&response, &mut u);
    }
});
