//! Says: the routing model has no route from `Order` to `Address`
#[path = "../changed/handlers.rs"]
mod handlers;
#[path = "../changed/forbidden_transition.rs"]
mod screens;

fn main() {
    let _ = handlers::flow();
}
