//! Says: no `Address` in `screens`
#[path = "../changed/handlers.rs"]
mod handlers;
#[path = "../changed/removed_screen.rs"]
mod screens;

fn main() {
    let _ = handlers::flow();
}
