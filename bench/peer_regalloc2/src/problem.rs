//! One problem, a machine and a function, as regalloc2 sees it: flat arrays behind its `Function`
//! trait, so that a call of the trait costs what it costs in a compiler that uses the crate.

use regalloc2::{Block, Function, Inst, InstRange, MachineEnv, Operand, PRegSet, RegClass, VReg};

pub struct Machine {
    pub env: MachineEnv,
    pub slot_size: [usize; 3],
    pub named_by_last: bool,
}

impl Machine {
    pub fn allocatable(&self, class: RegClass) -> PRegSet {
        let class = class as usize;
        self.env.preferred_regs_by_class[class] | self.env.non_preferred_regs_by_class[class]
    }
}

/// Lists of things, one behind the other; list `n` runs from `starts[n]` to `starts[n + 1]`.
pub struct Lists<T> {
    pub items: Vec<T>,
    starts: Vec<u32>,
}

impl<T> Lists<T> {
    pub fn new() -> Self {
        Lists {
            items: Vec::new(),
            starts: vec![0],
        }
    }
    /// Ends the list that has been filled by pushing to `items`.
    pub fn close(&mut self) {
        self.starts.push(self.items.len() as u32);
    }
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }
    pub fn get(&self, list: usize) -> &[T] {
        &self.items[self.start(list)..self.start(list + 1)]
    }
    pub fn start(&self, list: usize) -> usize {
        self.starts[list] as usize
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum InstKind {
    Op,
    Branch,
    Ret,
}

pub struct Problem {
    pub name: String, // as written, in quotes
    pub machine: std::rc::Rc<Machine>,
    pub refused: Option<String>, // what of it regalloc2 cannot express
    pub kinds: Vec<InstKind>,
    pub operands: Lists<Operand>,
    pub clobbers: Vec<u32>, // by instruction, into `clobber_sets`
    pub clobber_sets: Vec<PRegSet>,
    pub first_inst: Vec<u32>,     // by block, one more than there are
    pub params: Lists<VReg>,      // by block
    pub successors: Lists<Block>, // by block
    pub predecessors: Lists<Block>,
    pub arguments: Lists<VReg>, // by place in `successors.items`
    pub labels: Vec<(VReg, Inst, Inst, u32)>,
    pub vreg_count: usize,
    pub multiple_defs: bool,
}

impl Problem {
    /// The first block that no earlier block leads to. regalloc2's checker starts such a block from
    /// "nothing is known", and never learns more: its errors about the function mean nothing.
    pub fn block_before_predecessors(&self) -> Option<usize> {
        (1..self.num_blocks()).find(|&block| {
            !self
                .predecessors
                .get(block)
                .iter()
                .any(|p| p.index() < block)
        })
    }
}

impl Function for Problem {
    fn num_insts(&self) -> usize {
        self.kinds.len()
    }
    fn num_blocks(&self) -> usize {
        self.params.len()
    }
    fn entry_block(&self) -> Block {
        Block::new(0)
    }
    fn block_insns(&self, block: Block) -> InstRange {
        let first = self.first_inst[block.index()] as usize;
        let last = self.first_inst[block.index() + 1] as usize;
        InstRange::new(Inst::new(first), Inst::new(last))
    }
    fn block_succs(&self, block: Block) -> &[Block] {
        self.successors.get(block.index())
    }
    fn block_preds(&self, block: Block) -> &[Block] {
        self.predecessors.get(block.index())
    }
    fn block_params(&self, block: Block) -> &[VReg] {
        self.params.get(block.index())
    }
    fn is_ret(&self, inst: Inst) -> bool {
        self.kinds[inst.index()] == InstKind::Ret
    }
    fn is_branch(&self, inst: Inst) -> bool {
        self.kinds[inst.index()] == InstKind::Branch
    }
    fn branch_blockparams(&self, block: Block, _: Inst, successor: usize) -> &[VReg] {
        self.arguments
            .get(self.successors.start(block.index()) + successor)
    }
    fn inst_operands(&self, inst: Inst) -> &[Operand] {
        self.operands.get(inst.index())
    }
    fn inst_clobbers(&self, inst: Inst) -> PRegSet {
        self.clobber_sets[self.clobbers[inst.index()] as usize]
    }
    fn num_vregs(&self) -> usize {
        self.vreg_count
    }
    fn debug_value_labels(&self) -> &[(VReg, Inst, Inst, u32)] {
        &self.labels
    }
    fn spillslot_size(&self, class: RegClass) -> usize {
        self.machine.slot_size[class as usize]
    }
    fn multi_spillslot_named_by_last_slot(&self) -> bool {
        self.machine.named_by_last
    }
    fn allow_multiple_vreg_defs(&self) -> bool {
        self.multiple_defs
    }
}
