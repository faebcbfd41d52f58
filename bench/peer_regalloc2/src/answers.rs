//! Answers as `.alloc` text, both ways, and what regalloc2's checker says of them.

use crate::problem::Problem;
use crate::words::{lines, Line, Read};
use regalloc2::checker::Checker;
use regalloc2::{
    Allocation, Edit, Function, Inst, InstPosition, Output, PReg, ProgPoint, SpillSlot,
};
use std::collections::HashMap;
use std::fmt::Write;
use std::panic::{catch_unwind, AssertUnwindSafe};

pub fn print_answer(problem: &Problem, output: &Output, out: &mut String) {
    let _ = writeln!(out, "allocation {} {{", problem.name);
    let _ = writeln!(out, "  spillslots {}", output.num_spillslots);
    let mut edits = output.edits.iter().peekable();
    for index in 0..problem.num_insts() {
        let inst = Inst::new(index);
        while let Some((point, edit)) = edits.next_if(|e| e.0 <= ProgPoint::before(inst)) {
            print_edit(*point, edit, out);
        }
        let allocations = output.inst_allocs(inst);
        if !allocations.is_empty() {
            let places: Vec<String> = allocations.iter().map(|a| a.to_string()).collect();
            let _ = writeln!(out, "  inst{index}: {}", places.join(", "));
        }
    }
    for (point, edit) in edits {
        print_edit(*point, edit, out);
    }
    for (label, from, to, place) in &output.debug_locations {
        let (from, to) = (point_text(*from), point_text(*to));
        let _ = writeln!(out, "  debug {label}: {from} .. {to} in {place}");
    }
    out.push_str("}\n");
}

fn point_text(point: ProgPoint) -> String {
    let side = match point.pos() {
        InstPosition::Before => "before",
        InstPosition::After => "after",
    };
    format!("{side} inst{}", point.inst().index())
}

fn print_edit(point: ProgPoint, edit: &Edit, out: &mut String) {
    let Edit::Move { from, to } = edit;
    let _ = writeln!(out, "  {}: move {from} -> {to}", point_text(point));
}

/// An answer as it was written.
struct Answer {
    name: String,
    output: Output, // `allocs` and `inst_alloc_offsets` are still empty
    lists: HashMap<usize, Vec<Allocation>>,
    remats: usize,
}

fn read_answers(text: &str) -> Read<Vec<Answer>> {
    let mut lines = lines(text);
    let mut answers = Vec::new();
    while let Some(mut line) = lines.next() {
        line.expect("allocation")?;
        let mut answer = Answer {
            name: line.next().to_string(),
            output: Output::default(),
            lists: HashMap::new(),
            remats: 0,
        };
        for mut line in lines.by_ref() {
            if line.eat("}") {
                break;
            }
            read_statement(&mut line, &mut answer)?;
        }
        answers.push(answer);
    }
    Ok(answers)
}

fn read_statement(line: &mut Line, answer: &mut Answer) -> Read<()> {
    match line.peek() {
        "spillslots" => {
            line.next();
            answer.output.num_spillslots = line.number()?;
        }
        "before" | "after" => {
            let before = line.next() == "before";
            let inst = Inst::new(line.numbered("inst")?);
            line.expect(":")?;
            if line.eat("remat") {
                answer.remats += 1;
                return Ok(());
            }
            line.expect("move")?;
            let from = read_place(line)?;
            line.expect("->")?;
            let to = read_place(line)?;
            let side = if before {
                InstPosition::Before
            } else {
                InstPosition::After
            };
            answer
                .output
                .edits
                .push((ProgPoint::new(inst, side), Edit::Move { from, to }));
        }
        "debug" => {}
        _ => {
            let inst = line.numbered("inst")?;
            line.expect(":")?;
            let mut places = Vec::new();
            while !line.at_end() {
                places.push(read_place(line)?);
                line.eat(",");
            }
            answer.lists.insert(inst, places);
        }
    }
    Ok(())
}

fn read_place(line: &mut Line) -> Read<Allocation> {
    let word = line.peek();
    if word.starts_with('p') {
        let (number, class) = line.of_class('p')?;
        return Ok(Allocation::reg(PReg::new(number & PReg::MAX, class)));
    }
    if word.starts_with("stack") {
        return Ok(Allocation::stack(SpillSlot::new(line.numbered("stack")?)));
    }
    line.expect("none")?;
    Ok(Allocation::none())
}

pub enum Opinion {
    Accepted,
    Wrong(String),
    /// The checker cannot judge this one, for the reason.
    Silent(String),
}

/// What regalloc2's checker says of each answer, by the function's place in `problems`.
pub fn check_answers(problems: &[Problem], text: &str) -> Read<Vec<(usize, Opinion)>> {
    let by_name: HashMap<&str, usize> = problems
        .iter()
        .enumerate()
        .map(|(place, p)| (p.name.as_str(), place))
        .collect();
    let mut opinions = Vec::new();
    for answer in read_answers(text)? {
        if let Some(&place) = by_name.get(answer.name.as_str()) {
            opinions.push((place, check_answer(&problems[place], answer)));
        }
    }
    Ok(opinions)
}

fn check_answer(problem: &Problem, answer: Answer) -> Opinion {
    if let Some(reason) = &problem.refused {
        return Opinion::Silent(reason.clone());
    }
    if answer.remats > 0 {
        return Opinion::Silent("remat, which regalloc2 does not know".to_string());
    }
    let mut output = answer.output;
    for inst in 0..problem.num_insts() {
        output.inst_alloc_offsets.push(output.allocs.len() as u32);
        let places = answer.lists.get(&inst).map_or(&[][..], Vec::as_slice);
        if places.len() != problem.inst_operands(Inst::new(inst)).len() {
            return Opinion::Wrong(format!("inst{inst} lists {} locations", places.len()));
        }
        output.allocs.extend_from_slice(places);
    }
    let checked = catch_unwind(AssertUnwindSafe(|| {
        let mut checker = Checker::new(problem, &problem.machine.env);
        checker.prepare(&output);
        checker.run().map_err(|errors| format!("{errors:?}"))
    }));
    let message: String = match checked {
        Ok(Ok(())) => return Opinion::Accepted,
        Ok(Err(message)) => message.chars().take(400).collect(),
        Err(_) => "regalloc2's checker panicked".to_string(),
    };
    match problem.block_before_predecessors() {
        Some(block) => Opinion::Silent(format!(
            "block{block} stands before its predecessors, and the checker says {message}"
        )),
        None => Opinion::Wrong(message),
    }
}
