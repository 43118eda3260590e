//! The types within an expression: what operators take, and what they give.

use super::token::Token;
use crate::model::DataType;

/// A part of an expression with its place in the text, and its type if that is known.
#[derive(Clone, Copy)]
pub struct Operand {
    pub kind: Option<DataType>,
    /// Whether it is a value that is written out.
    pub literal: bool,
    pub start: usize,
    pub end: usize,
}

/// What does not fit.
pub enum Misfit {
    /// Two types are compared.
    Compared { left: DataType, right: DataType, at: (usize, usize) },
    /// Two values are compared that are both written out.
    Constant { at: (usize, usize) },
    /// `&&`, `||` or `!` is given something else than a boolean.
    Logic { operator: &'static str, found: DataType, at: (usize, usize) },
    /// Arithmetic or an order is given something else than a number.
    Numbers { plus: bool, found: DataType, at: (usize, usize) },
}

/// An operator that waits for what follows it.
#[derive(Clone, Copy)]
enum Waiting {
    Between(&'static str, usize, usize),
    /// Operands side by side.
    Beside,
    Not(usize),
    Minus(usize),
    Open,
}

impl Waiting {
    /// How strongly it binds, as in JavaScript; side by side binds least.
    fn strength(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Beside => 1,
            Self::Between("||", ..) => 2,
            Self::Between("&&", ..) => 3,
            Self::Between("==" | "!=", ..) => 4,
            Self::Between("<" | "<=" | ">" | ">=", ..) => 5,
            Self::Between("+" | "-", ..) => 6,
            Self::Between(..) => 7,
            Self::Not(_) | Self::Minus(_) => 8,
        }
    }
}

/// The type of an expression whose grammar is right, and what in it does not fit. The stacks are on the
/// heap, so no depth is too much.
pub fn judge(tokens: &[(Token, Operand)]) -> (Option<DataType>, Vec<Misfit>) {
    let mut judge = Judge { operands: Vec::new(), waiting: Vec::new(), misfits: Vec::new() };
    let mut after_operand = false;
    for (token, operand) in tokens {
        let begins =
            matches!(token, Token::Reference | Token::Literal(_) | Token::Open | Token::Not);
        if begins && after_operand {
            judge.push(Waiting::Beside);
        }
        match token {
            Token::Reference | Token::Literal(_) => judge.operands.push(*operand),
            Token::Open => judge.waiting.push(Waiting::Open),
            Token::Close => {
                while let Some(waiting) = judge.waiting.pop() {
                    if matches!(waiting, Waiting::Open) {
                        break;
                    }
                    judge.apply(waiting);
                }
            }
            Token::Not => judge.waiting.push(Waiting::Not(operand.start)),
            Token::Between("-") if !after_operand => {
                judge.waiting.push(Waiting::Minus(operand.start));
            }
            Token::Between(operator) => {
                judge.push(Waiting::Between(operator, operand.start, operand.end));
            }
        }
        after_operand = matches!(token, Token::Reference | Token::Literal(_) | Token::Close);
    }
    while let Some(waiting) = judge.waiting.pop() {
        judge.apply(waiting);
    }
    (judge.operands.pop().and_then(|whole| whole.kind), judge.misfits)
}

struct Judge {
    operands: Vec<Operand>,
    waiting: Vec<Waiting>,
    misfits: Vec<Misfit>,
}

impl Judge {
    /// Lets an operator wait, after those before it that bind as strongly have been applied.
    fn push(&mut self, next: Waiting) {
        while let Some(last) = self.waiting.last().copied() {
            if last.strength() < next.strength() {
                break;
            }
            self.waiting.pop();
            self.apply(last);
        }
        self.waiting.push(next);
    }

    fn apply(&mut self, waiting: Waiting) {
        let Some(right) = self.operands.pop() else { return };
        let (kind, start) = match waiting {
            Waiting::Open => (right.kind, right.start),
            Waiting::Not(start) => {
                self.logic("!", right);
                (Some(DataType::Boolean), start)
            }
            Waiting::Minus(start) => {
                self.number(false, right);
                (Some(DataType::Number), start)
            }
            Waiting::Beside | Waiting::Between(..) => {
                let Some(left) = self.operands.pop() else { return };
                let kind = match waiting {
                    Waiting::Between(operator, from, to) => {
                        self.between(operator, left, right, (from, to))
                    }
                    _ => DataType::String,
                };
                (Some(kind), left.start)
            }
        };
        self.operands.push(Operand { kind, literal: false, start, end: right.end });
    }

    fn between(
        &mut self,
        operator: &'static str,
        left: Operand,
        right: Operand,
        at: (usize, usize),
    ) -> DataType {
        match operator {
            "&&" | "||" => {
                self.logic(operator, left);
                self.logic(operator, right);
                DataType::Boolean
            }
            "==" | "!=" | "<" | "<=" | ">" | ">=" => {
                let order = !matches!(operator, "==" | "!=");
                match (left.kind, right.kind) {
                    _ if left.literal && right.literal => {
                        self.misfits.push(Misfit::Constant { at });
                    }
                    (Some(left), Some(right)) if left != right => {
                        self.misfits.push(Misfit::Compared { left, right, at });
                    }
                    // One that is not known may be a number.
                    (Some(_), Some(_)) if order => self.number(false, left),
                    _ => {}
                }
                DataType::Boolean
            }
            _ => {
                // One of the two is enough to say what is meant.
                let number = left.kind.is_none_or(|kind| kind == DataType::Number);
                self.number(operator == "+", if number { right } else { left });
                DataType::Number
            }
        }
    }

    fn logic(&mut self, operator: &'static str, operand: Operand) {
        if let Some(found) = operand.kind.filter(|kind| *kind != DataType::Boolean) {
            let at = (operand.start, operand.end);
            self.misfits.push(Misfit::Logic { operator, found, at });
        }
    }

    fn number(&mut self, plus: bool, operand: Operand) {
        if let Some(found) = operand.kind.filter(|kind| *kind != DataType::Number) {
            let at = (operand.start, operand.end);
            self.misfits.push(Misfit::Numbers { plus, found, at });
        }
    }
}
