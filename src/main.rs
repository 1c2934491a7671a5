//! The program `loong`.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    loong::cli::main()
}
