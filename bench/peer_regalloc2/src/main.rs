//! regalloc2 beside us: reads the problems that we read, and answers, times and checks.
//!
//!   peer_regalloc2 answer FILE            its answers, as `.alloc` text
//!   peer_regalloc2 time FILE... [--repeat N]
//!                                         instructions and seconds of allocation, per file
//!   peer_regalloc2 check FILE ANSWERS     what its own checker says of answers from anywhere
//!   peer_regalloc2 serve                  the same for a program at the other end of a pipe, which
//!                                         takes turns with it: see `serve`
//!   --fast                                in front: its single-pass allocator
//!
//! One `Ctx` serves all functions. Seconds are the thread's processor time around `run_with_ctx`,
//! less what the clock itself takes.
//! A function that regalloc2 cannot express, refuses or panics on is reported and left out.
//!
//! Held by ci/bench, whose figures say when an answer of regalloc2 is not accepted by our judges.

mod answers;
mod problem;
mod read_problems;
mod words;

use answers::{check_answers, print_answer, Opinion};
use problem::Problem;
use regalloc2::{run_with_ctx, Algorithm, Ctx, Function, Output, RegallocOptions};
use std::io::{BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::process::exit;

fn processor_nanoseconds() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call fills the structure that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// What two readings with nothing between them lie apart.
fn clock_nanoseconds() -> u64 {
    let mut gaps: Vec<u64> = (0..1001)
        .map(|_| {
            let start = processor_nanoseconds();
            processor_nanoseconds() - start
        })
        .collect();
    gaps.sort_unstable();
    gaps[gaps.len() / 2]
}

struct Allocator {
    clock: u64,
    context: Ctx,
    options: RegallocOptions,
}

impl Allocator {
    /// The answer and its nanoseconds, or why there is none.
    fn run(&mut self, problem: &Problem) -> Result<(&Output, u64), String> {
        if let Some(reason) = &problem.refused {
            return Err(reason.clone());
        }
        let context = &mut self.context;
        let start = processor_nanoseconds();
        let result = catch_unwind(AssertUnwindSafe(|| {
            run_with_ctx(problem, &problem.machine.env, &self.options, context).map(|_| ())
        }));
        let nanoseconds = (processor_nanoseconds() - start).saturating_sub(self.clock);
        match result {
            Ok(Ok(())) => Ok((&self.context.output, nanoseconds)),
            Ok(Err(error)) => Err(format!("{error:?}")),
            Err(_) => {
                self.context = Ctx::default();
                Err("regalloc2 panicked".to_string())
            }
        }
    }
}

fn load(path: &str) -> Result<Vec<Problem>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    read_problems::read_problems(&text)
        .map_err(|error| format!("{path}:{}: {}", error.line, error.message))
}

fn load_or_exit(path: &str) -> Vec<Problem> {
    load(path).unwrap_or_else(|message| {
        eprintln!("{message}");
        exit(2)
    })
}

fn answer(allocator: &mut Allocator, path: &str) {
    let mut text = String::new();
    for problem in load_or_exit(path) {
        match allocator.run(&problem) {
            Ok((output, _)) => print_answer(&problem, output, &mut text),
            Err(reason) => eprintln!("{path}: {}: refused: {reason}", problem.name),
        }
    }
    print!("{text}");
}

fn time(allocator: &mut Allocator, path: &str, repeat: usize) {
    let problems = load_or_exit(path);
    let (mut insts, mut refused) = (0, 0);
    let mut passes = Vec::new();
    for pass in 0..=repeat {
        let mut total = 0;
        for problem in &problems {
            match allocator.run(problem) {
                Ok((_, nanoseconds)) => {
                    total += nanoseconds;
                    insts += if pass == 0 { problem.num_insts() } else { 0 };
                }
                Err(_) => refused += usize::from(pass == 0),
            }
        }
        if pass > 0 {
            passes.push(total); // the first warms up
        }
    }
    passes.sort_unstable();
    let seconds = passes[passes.len() / 2] as f64 / 1e9;
    println!("{path} {insts} insts {seconds:.6} s {refused} refused");
}

fn check(path: &str, answers: &str) -> bool {
    let problems = load_or_exit(path);
    let text = std::fs::read_to_string(answers).unwrap_or_else(|error| {
        eprintln!("{answers}: {error}");
        exit(2)
    });
    let opinions = check_answers(&problems, &text).unwrap_or_else(|error| {
        eprintln!("{answers}:{}: {}", error.line, error.message);
        exit(2)
    });
    let mut counts = [0; 3];
    for (place, opinion) in &opinions {
        let name = &problems[*place].name;
        match opinion {
            Opinion::Accepted => counts[0] += 1,
            Opinion::Wrong(message) => {
                counts[1] += 1;
                println!("{path}: {name}: wrong: {message}");
            }
            Opinion::Silent(reason) => {
                counts[2] += 1;
                println!("{path}: {name}: not judged: {reason}");
            }
        }
    }
    let [accepted, wrong, silent] = counts;
    println!("{path}: {accepted} accepted, {wrong} wrong, {silent} not judged");
    wrong == 0
}

/// Takes a command a line, and answers each with lines that end in `end` (or in `error MESSAGE`).
///
///   load PATH     reads the file; then nothing but `end`
///   pass          allocates every function once: `N NANOSECONDS` or `N refused REASON` each
///   answers       `.alloc` text of all functions
///   check         followed by `.alloc` text and `end`: `N accepted`, `N wrong MESSAGE`,
///                 `N silent REASON`
fn serve(allocator: &mut Allocator) -> std::io::Result<()> {
    let mut input = std::io::stdin().lock().lines();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut problems = Vec::new();
    while let Some(line) = input.next() {
        let line = line?;
        let (command, rest) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        let mut end = "end".to_string();
        match command {
            "load" => match load(rest) {
                Ok(loaded) => problems = loaded,
                Err(message) => end = format!("error {message}"),
            },
            "pass" => {
                for (place, problem) in problems.iter().enumerate() {
                    match allocator.run(problem) {
                        Ok((_, nanoseconds)) => writeln!(out, "{place} {nanoseconds}")?,
                        Err(reason) => writeln!(out, "{place} refused {reason}")?,
                    }
                }
            }
            "answers" => {
                for problem in &problems {
                    let mut text = String::new();
                    if let Ok((output, _)) = allocator.run(problem) {
                        print_answer(problem, output, &mut text);
                    }
                    out.write_all(text.as_bytes())?;
                }
            }
            "check" => {
                let mut text = String::new();
                for line in input.by_ref() {
                    let line = line?;
                    if line == "end" {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                match check_answers(&problems, &text) {
                    Ok(opinions) => {
                        for (place, opinion) in opinions {
                            match opinion {
                                Opinion::Accepted => writeln!(out, "{place} accepted")?,
                                Opinion::Wrong(m) => writeln!(out, "{place} wrong {m}")?,
                                Opinion::Silent(m) => writeln!(out, "{place} silent {m}")?,
                            }
                        }
                    }
                    Err(error) => end = format!("error answers:{}: {}", error.line, error.message),
                }
            }
            _ => end = format!("error unknown command {command:?}"),
        }
        writeln!(out, "{}", end.replace('\n', " "))?;
        out.flush()?;
    }
    Ok(())
}

fn usage() -> ! {
    eprintln!(
        "usage: peer_regalloc2 [--fast] answer FILE | time FILE... [--repeat N] | \
         check FILE ANSWERS | serve"
    );
    exit(2)
}

fn main() {
    std::panic::set_hook(Box::new(|_| {})); // a panic is caught and reported with its function
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let fast = words.first().is_some_and(|word| word == "--fast");
    if fast {
        words.remove(0);
    }
    let mut repeat = 5;
    if let Some(place) = words.iter().position(|word| word == "--repeat") {
        let Some(Ok(value)) = words.get(place + 1).map(|word| word.parse()) else {
            usage()
        };
        repeat = std::cmp::max(value, 1);
        words.drain(place..place + 2);
    }
    let mut allocator = Allocator {
        clock: clock_nanoseconds(),
        context: Ctx::default(),
        options: RegallocOptions {
            algorithm: if fast {
                Algorithm::Fastalloc
            } else {
                Algorithm::Ion
            },
            ..RegallocOptions::default()
        },
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["answer", file] => answer(&mut allocator, file),
        ["time", ref files @ ..] if !files.is_empty() => {
            files
                .iter()
                .for_each(|file| time(&mut allocator, file, repeat));
        }
        ["check", file, answers] => exit(if check(file, answers) { 0 } else { 1 }),
        ["serve"] => {
            if let Err(error) = serve(&mut allocator) {
                eprintln!("peer_regalloc2: {error}");
                exit(2);
            }
        }
        _ => usage(),
    }
}
