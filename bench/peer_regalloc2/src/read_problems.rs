//! `.func` text to problems.
//!
//! What regalloc2 has no word for makes a problem `refused`, with the reason: register sets (`in`)
//! that are not all registers, one register or the lowest so many; limits that are no power of two;
//! a `reuse` of an operand beyond the 32nd. `rematerializable` and block frequencies, which it does
//! not know, are left out.

use crate::problem::{InstKind, Lists, Machine, Problem};
use crate::words::{lines, Line, Read, TextError};
use regalloc2::{
    Block, Inst, MachineEnv, Operand, OperandConstraint, OperandKind, OperandPos, PReg, PRegSet,
    RegClass, VReg,
};
use std::rc::Rc;

pub fn read_problems(text: &str) -> Read<Vec<Problem>> {
    let mut lines = lines(text);
    let mut machine = None;
    let mut problems = Vec::new();
    while let Some(mut line) = lines.next() {
        match line.next() {
            "machine" => machine = Some(Rc::new(read_machine(&mut lines)?)),
            "function" => {
                let name = line.next().to_string();
                let Some(machine) = &machine else {
                    return line.fail("a function before any machine");
                };
                problems.push(read_function(name, machine.clone(), &mut lines)?);
            }
            word => return line.fail(&format!("expected machine or function, found {word:?}")),
        }
    }
    Ok(problems)
}

fn class_named(word: &str) -> Option<RegClass> {
    match word {
        "int" => Some(RegClass::Int),
        "float" => Some(RegClass::Float),
        "vector" => Some(RegClass::Vector),
        _ => None,
    }
}

fn read_preg(line: &mut Line) -> Read<PReg> {
    let (number, class) = line.of_class('p')?;
    if number > PReg::MAX {
        return line.fail("a register's number is at most 63");
    }
    Ok(PReg::new(number, class))
}

/// Registers and ranges of them, up to a word that is neither.
fn read_pregs(line: &mut Line) -> Read<PRegSet> {
    let mut set = PRegSet::empty();
    while line.peek().starts_with('p') {
        let first = read_preg(line)?;
        let last = if line.eat("..") {
            read_preg(line)?
        } else {
            first
        };
        for number in first.hw_enc()..=last.hw_enc() {
            set.add(PReg::new(number, first.class()));
        }
    }
    Ok(set)
}

fn read_machine<'a>(lines: &mut impl Iterator<Item = Line<'a>>) -> Read<Machine> {
    let mut machine = Machine {
        env: MachineEnv {
            preferred_regs_by_class: [PRegSet::empty(); 3],
            non_preferred_regs_by_class: [PRegSet::empty(); 3],
            scratch_by_class: [None; 3],
            fixed_stack_slots: Vec::new(),
        },
        slot_size: [1; 3],
        named_by_last: false,
    };
    for mut line in lines {
        match line.next() {
            "}" => return Ok(machine),
            "scratch" => {
                while !line.at_end() {
                    let reg = read_preg(&mut line)?;
                    machine.env.scratch_by_class[reg.class() as usize] = Some(reg);
                }
            }
            "fixed_stack" => machine.env.fixed_stack_slots.extend(read_pregs(&mut line)?),
            "spillslot_size" => {
                while let Some(class) = class_named(line.peek()) {
                    line.next();
                    machine.slot_size[class as usize] = line.number()?;
                }
            }
            "spillslot_named_by" => machine.named_by_last = line.next() == "last",
            word => match class_named(word) {
                Some(class) => {
                    machine.env.preferred_regs_by_class[class as usize] = read_pregs(&mut line)?;
                    line.expect("|")?;
                    machine.env.non_preferred_regs_by_class[class as usize] =
                        read_pregs(&mut line)?;
                }
                None => return line.fail(&format!("unknown in a machine: {word:?}")),
            },
        }
    }
    unfinished("machine")
}

fn unfinished<T>(what: &str) -> Read<T> {
    Err(TextError {
        line: 0,
        message: format!("the text ends within a {what}"),
    })
}

fn read_function<'a>(
    name: String,
    machine: Rc<Machine>,
    lines: &mut impl Iterator<Item = Line<'a>>,
) -> Read<Problem> {
    let mut problem = Problem {
        name,
        machine,
        refused: None,
        kinds: Vec::new(),
        operands: Lists::new(),
        clobbers: Vec::new(),
        clobber_sets: vec![PRegSet::empty()],
        first_inst: Vec::new(),
        params: Lists::new(),
        successors: Lists::new(),
        predecessors: Lists::new(),
        arguments: Lists::new(),
        labels: Vec::new(),
        vreg_count: 0,
        multiple_defs: false,
    };
    for mut line in lines {
        if line.peek().starts_with("inst") {
            line.numbered("inst")?;
            line.expect(":")?;
        }
        match line.next() {
            "}" => return Ok(finish(problem)),
            "rematerializable" => {}
            "multiple_defs" => problem.multiple_defs = true,
            "debug" => read_label(&mut line, &mut problem)?,
            "op" => read_inst(&mut line, InstKind::Op, &mut problem)?,
            "branch" => read_inst(&mut line, InstKind::Branch, &mut problem)?,
            "ret" => read_inst(&mut line, InstKind::Ret, &mut problem)?,
            word if word.starts_with("block") => {
                problem.first_inst.push(problem.kinds.len() as u32);
                read_vregs(&mut line, &mut problem.vreg_count, &mut problem.params)?;
            }
            word => return line.fail(&format!("unknown in a function: {word:?}")),
        }
    }
    unfinished("function")
}

fn finish(mut problem: Problem) -> Problem {
    problem.first_inst.push(problem.kinds.len() as u32);
    let blocks = problem.params.len();
    let mut by_target = vec![Vec::new(); blocks];
    for from in 0..blocks {
        for to in problem.successors.get(from) {
            by_target[to.index()].push(Block::new(from));
        }
    }
    for list in by_target {
        problem.predecessors.items.extend(list);
        problem.predecessors.close();
    }
    problem.labels.sort_by_key(|label| label.0);
    problem
}

fn read_vreg(line: &mut Line, vreg_count: &mut usize) -> Read<VReg> {
    let (number, class) = line.of_class('v')?;
    *vreg_count = (*vreg_count).max(number + 1);
    Ok(VReg::new(number, class))
}

/// `(v1i, v2i)`, as one list.
fn read_vregs(line: &mut Line, vreg_count: &mut usize, out: &mut Lists<VReg>) -> Read<()> {
    line.expect("(")?;
    while !line.eat(")") {
        out.items.push(read_vreg(line, vreg_count)?);
        line.eat(",");
    }
    out.close();
    Ok(())
}

fn read_label(line: &mut Line, problem: &mut Problem) -> Read<()> {
    let vreg = read_vreg(line, &mut problem.vreg_count)?;
    let from = Inst::new(line.numbered("inst")?);
    line.expect("..")?;
    let to = Inst::new(line.numbered("inst")?);
    line.expect("=")?;
    let label = line.number()? as u32;
    problem.labels.push((vreg, from, to, label));
    Ok(())
}

fn read_inst(line: &mut Line, kind: InstKind, problem: &mut Problem) -> Read<()> {
    while !matches!(line.peek(), "" | ";" | "->") {
        let operand = read_operand(line, problem)?;
        problem.operands.items.push(operand);
        line.eat(",");
    }
    problem.operands.close();
    problem.kinds.push(kind);
    let mut clobbers = 0;
    if line.eat(";") {
        line.expect("clobber")?;
        let set = read_pregs(line)?;
        let known = problem.clobber_sets.iter().position(|other| *other == set);
        clobbers = known.unwrap_or(problem.clobber_sets.len());
        if known.is_none() {
            problem.clobber_sets.push(set);
        }
    }
    problem.clobbers.push(clobbers as u32);
    if line.eat("->") {
        loop {
            problem
                .successors
                .items
                .push(Block::new(line.numbered("block")?));
            read_vregs(line, &mut problem.vreg_count, &mut problem.arguments)?;
            if !line.eat(",") {
                break;
            }
        }
    }
    if kind != InstKind::Op {
        problem.successors.close();
    }
    if line.at_end() {
        return Ok(());
    }
    line.fail(&format!(
        "expected the end of the instruction, found {:?}",
        line.peek()
    ))
}

fn read_operand(line: &mut Line, problem: &mut Problem) -> Read<Operand> {
    let word = line.next();
    if word == "pin" {
        return Ok(Operand::fixed_nonallocatable(read_preg(line)?));
    }
    let (kind, pos) = match word {
        "use" | "use@early" => (OperandKind::Use, OperandPos::Early),
        "use@late" => (OperandKind::Use, OperandPos::Late),
        "def" | "def@late" => (OperandKind::Def, OperandPos::Late),
        "def@early" => (OperandKind::Def, OperandPos::Early),
        _ => return line.fail(&format!("expected an operand, found {word:?}")),
    };
    let vreg = read_vreg(line, &mut problem.vreg_count)?;
    let constraint = read_constraint(line, vreg.class(), problem)?;
    Ok(Operand::new(vreg, constraint, kind, pos))
}

fn read_constraint(
    line: &mut Line,
    class: RegClass,
    problem: &mut Problem,
) -> Read<OperandConstraint> {
    let word = line.next();
    match word {
        "any" => return Ok(OperandConstraint::Any),
        "reg" => return Ok(OperandConstraint::Reg),
        "stack" => return Ok(OperandConstraint::Stack),
        _ => line.expect("(")?,
    }
    let constraint = match word {
        "fixed" => Some(OperandConstraint::FixedReg(read_preg(line)?)),
        "reuse" => {
            let index = line.number()?;
            (index < 32).then_some(OperandConstraint::Reuse(index))
        }
        "limit" => {
            let limit = line.number()?;
            limit
                .is_power_of_two()
                .then_some(OperandConstraint::Limit(limit))
        }
        "in" => constraint_for_set(read_pregs(line)?, class, &problem.machine),
        _ => return line.fail(&format!("unknown constraint {word:?}")),
    };
    line.expect(")")?;
    Ok(constraint.unwrap_or_else(|| {
        problem.refused = Some(format!("{word} beyond what regalloc2 can say"));
        OperandConstraint::Reg
    }))
}

/// The constraint that allows exactly the set, if there is one.
fn constraint_for_set(
    set: PRegSet,
    class: RegClass,
    machine: &Machine,
) -> Option<OperandConstraint> {
    let allocatable = machine.allocatable(class);
    if set == allocatable {
        return Some(OperandConstraint::Reg);
    }
    if set.len() == 1 {
        return set.into_iter().next().map(OperandConstraint::FixedReg);
    }
    let limits = (0..=PReg::MAX_BITS).map(|bits| 1usize << bits);
    let below = |limit: usize| {
        allocatable
            .into_iter()
            .filter(move |reg| reg.hw_enc() < limit)
    };
    limits
        .into_iter()
        .find(|&limit| set == below(limit).collect::<PRegSet>())
        .map(OperandConstraint::Limit)
}
