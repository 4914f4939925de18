#![no_main]

use ecs_invocations::Response;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|response: Response<'static>| promises::canonical(&response));
