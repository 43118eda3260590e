//! The types within an expression: those that operators require, and those of their results.

use super::token::Token;
use crate::model::DataType;

/// A part of an expression with its span in the text, and its type if it is known.
#[derive(Clone, Copy)]
pub struct Operand {
    pub kind: Option<DataType>,
    /// It is a literal.
    pub literal: bool,
    pub start: usize,
    pub end: usize,
}

/// A type error.
pub enum TypeError {
    /// Two types are compared.
    Compared { left: DataType, right: DataType, at: (usize, usize) },
    /// Two literals are compared.
    Constant { at: (usize, usize) },
    /// An operand of `&&`, `||` or `!` is not a boolean.
    Logic { operator: &'static str, found: DataType, at: (usize, usize) },
    /// An operand of arithmetic or of an order comparison is not a number.
    Numbers { plus: bool, found: DataType, at: (usize, usize) },
}

/// An operator whose right operand has not been read.
#[derive(Clone, Copy)]
enum Pending {
    Binary(&'static str, usize, usize),
    /// Adjacent operands.
    Adjacent,
    Not(usize),
    Minus(usize),
    Open,
}

impl Pending {
    /// The precedence, as in JavaScript; the lowest is that of adjacent operands.
    fn precedence(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Adjacent => 1,
            Self::Binary("||", ..) => 2,
            Self::Binary("&&", ..) => 3,
            Self::Binary("==" | "!=", ..) => 4,
            Self::Binary("<" | "<=" | ">" | ">=", ..) => 5,
            Self::Binary("+" | "-", ..) => 6,
            Self::Binary(..) => 7,
            Self::Not(_) | Self::Minus(_) => 8,
        }
    }
}

/// The type of an expression with a valid grammar, and its type errors. The stacks are on the heap,
/// so any depth is possible.
pub fn infer(tokens: &[(Token, Operand)]) -> (Option<DataType>, Vec<TypeError>) {
    let mut infer =
        Inference { operands: Vec::new(), pending: Vec::new(), type_errors: Vec::new() };
    let mut after_operand = false;
    for (token, operand) in tokens {
        let begins =
            matches!(token, Token::Reference | Token::Literal(_) | Token::Open | Token::Not);
        if begins && after_operand {
            infer.push(Pending::Adjacent);
        }
        match token {
            Token::Reference | Token::Literal(_) => infer.operands.push(*operand),
            Token::Open => infer.pending.push(Pending::Open),
            Token::Close => {
                while let Some(pending) = infer.pending.pop() {
                    if matches!(pending, Pending::Open) {
                        break;
                    }
                    infer.apply(pending);
                }
            }
            Token::Not => infer.pending.push(Pending::Not(operand.start)),
            Token::Binary("-") if !after_operand => {
                infer.pending.push(Pending::Minus(operand.start));
            }
            Token::Binary(operator) => {
                infer.push(Pending::Binary(operator, operand.start, operand.end));
            }
        }
        after_operand = matches!(token, Token::Reference | Token::Literal(_) | Token::Close);
    }
    while let Some(pending) = infer.pending.pop() {
        infer.apply(pending);
    }
    (infer.operands.pop().and_then(|whole| whole.kind), infer.type_errors)
}

struct Inference {
    operands: Vec<Operand>,
    pending: Vec<Pending>,
    type_errors: Vec<TypeError>,
}

impl Inference {
    /// Pushes an operator, after applying those before it with at least its precedence.
    fn push(&mut self, next: Pending) {
        while let Some(last) = self.pending.last().copied() {
            if last.precedence() < next.precedence() {
                break;
            }
            self.pending.pop();
            self.apply(last);
        }
        self.pending.push(next);
    }

    fn apply(&mut self, pending: Pending) {
        let Some(right) = self.operands.pop() else { return };
        let (kind, start) = match pending {
            Pending::Open => (right.kind, right.start),
            Pending::Not(start) => {
                self.logic("!", right);
                (Some(DataType::Boolean), start)
            }
            Pending::Minus(start) => {
                self.number(false, right);
                (Some(DataType::Number), start)
            }
            Pending::Adjacent | Pending::Binary(..) => {
                let Some(left) = self.operands.pop() else { return };
                let kind = match pending {
                    Pending::Binary(operator, from, to) => {
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
                        self.type_errors.push(TypeError::Constant { at });
                    }
                    (Some(left), Some(right)) if left != right => {
                        self.type_errors.push(TypeError::Compared { left, right, at });
                    }
                    // The unknown operand may be a number.
                    (Some(_), Some(_)) if order => self.number(false, left),
                    _ => {}
                }
                DataType::Boolean
            }
            _ => {
                // One of the two operands is enough for a message.
                let number = left.kind.is_none_or(|kind| kind == DataType::Number);
                self.number(operator == "+", if number { right } else { left });
                DataType::Number
            }
        }
    }

    fn logic(&mut self, operator: &'static str, operand: Operand) {
        if let Some(found) = operand.kind.filter(|kind| *kind != DataType::Boolean) {
            let at = (operand.start, operand.end);
            self.type_errors.push(TypeError::Logic { operator, found, at });
        }
    }

    fn number(&mut self, plus: bool, operand: Operand) {
        if let Some(found) = operand.kind.filter(|kind| *kind != DataType::Number) {
            let at = (operand.start, operand.end);
            self.type_errors.push(TypeError::Numbers { plus, found, at });
        }
    }
}
