#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| loong_fuzz::fuzz(loong_fuzz::parsers::log_csv, bytes));
