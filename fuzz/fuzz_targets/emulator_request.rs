#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = actix_web_propelauth::fuzzing::emulator_request(data);
});
