//! Says: struct `Confirm` has no field named `order`
#[path = "../changed/handlers.rs"]
mod handlers;
#[path = "../changed/renamed_data.rs"]
mod screens;

fn main() {
    let _ = handlers::flow();
}
