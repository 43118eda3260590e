//! Kills a process while it waits for the answer to its nth call to a stand-in.

use std::process::Command;
use std::sync::{Arc, Mutex};

/// The moment of the kill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// The call has no effect.
    BeforeEffect,
    /// The call takes effect, and its answer is lost.
    AfterEffect,
}

/// Counts the calls of one process, over all stand-ins.
#[derive(Clone, Default)]
pub struct KillSwitch(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    calls: Vec<String>,
    armed: Option<(usize, When)>,
    process: Option<u32>,
    /// The action of somebody else before a call.
    interruption: Option<(usize, Interruption)>,
}

type Interruption = Box<dyn FnOnce() + Send>;

impl KillSwitch {
    /// Forgets the calls so far, and kills at call `at`, counted from 0.
    pub fn arm(&self, at: usize, when: When) {
        *self.0.lock().unwrap() = State { armed: Some((at, when)), ..State::default() };
    }

    /// Forgets the calls so far, and kills nothing.
    pub fn disarm(&self) {
        *self.0.lock().unwrap() = State::default();
    }

    /// Forgets the calls so far, and lets somebody else act before call `at`, counted from 0.
    pub fn interrupt(&self, at: usize, interruption: impl FnOnce() + Send + 'static) {
        let interruption = Some((at, Box::new(interruption) as Interruption));
        *self.0.lock().unwrap() = State { interruption, ..State::default() };
    }

    /// Names the process.
    pub fn set_process(&self, id: u32) {
        self.0.lock().unwrap().process = Some(id);
    }

    /// The calls since the last `arm` or `disarm`.
    pub fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().calls.clone()
    }

    /// Counts a call, and runs its effect unless the process is killed before it.
    pub fn call<T>(&self, name: &str, effect: impl FnOnce() -> T) -> Option<T> {
        let (due, interruption) = {
            let mut state = self.0.lock().unwrap();
            state.calls.push(name.to_owned());
            let at = state.calls.len() - 1;
            let due = state.armed.filter(|(armed, _)| *armed == at);
            let interruption = state.interruption.take_if(|(due, _)| *due == at);
            (due.map(|(_, when)| (when, state.process)), interruption)
        };
        if let Some((_, interruption)) = interruption {
            interruption();
        }
        match due {
            None => Some(effect()),
            Some((When::BeforeEffect, process)) => {
                kill(process);
                None
            }
            Some((When::AfterEffect, process)) => {
                effect();
                kill(process);
                None
            }
        }
    }
}

fn kill(process: Option<u32>) {
    let id = process.expect("the process is known before its first call").to_string();
    assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
}
