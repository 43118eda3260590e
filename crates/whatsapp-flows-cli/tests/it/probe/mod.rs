//! `flowctl probe`: right endpoints, wrong ones, hostile ones, and its outputs.

mod cases;
mod foreign;
mod hostile;
mod output;
mod php;
mod signature;
mod stub;
