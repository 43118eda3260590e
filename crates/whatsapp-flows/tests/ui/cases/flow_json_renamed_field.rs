//! Says: no field `street` on type `AddressInput`
#[path = "../changed/handlers.rs"]
mod handlers;
#[path = "../changed/renamed_field.rs"]
mod screens;

fn main() {
    let _ = handlers::flow();
}
