//! Runs the program: builds it, starts it again when it ends, and builds it again when its sources change.

use std::time::{Duration, Instant};

use local_lambda::runtime_api::{Lambda, Program};

use super::package::Package;
use super::watch::{INTERVAL, Snapshot};
use crate::Error;
use crate::player::{Build, Player};

/// A program that ends sooner than this did not start: it is not started again before something changes.
const START: Duration = Duration::from_secs(5);

/// The pause before a program that ended is started again.
const PAUSE: Duration = Duration::from_millis(200);

/// Returns the environment of the program, after a change of the package.
pub type Environment = Box<dyn Fn() -> Result<Vec<(String, String)>, Error> + Send>;

/// Runs the program of a package until the returned task is aborted.
pub fn run(
    lambda: Lambda,
    mut program: Program,
    package: Option<Package>,
    environment: Environment,
    player: Player,
) {
    tokio::spawn(async move {
        if let Some(package) = &package {
            package.report_outdated_screens();
        }
        let mut is_first = true;
        let mut sources = package.as_ref().map(|package| Snapshot::of(&package.folder));
        loop {
            if !std::mem::take(&mut is_first) {
                match environment() {
                    Ok(changed) => program.env = changed,
                    Err(error) => eprintln!("flowctl: {error}; the program keeps its variables"),
                }
            }
            let started = Instant::now();
            let mut child = match program.start(lambda.runtime_api()) {
                Ok(child) => child,
                Err(error) => {
                    eprintln!("flowctl: {}: {error}", program.path.display());
                    wait_for_change(package.as_ref(), &mut sources, Some(&lambda), &player).await;
                    continue;
                }
            };
            tokio::select! {
                status = child.wait() => {
                    lambda.fail_pending("the program ended");
                    let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                    let path = program.path.display();
                    if started.elapsed() < START {
                        let remedy = match &package {
                            Some(_) => "it is started again when its source or template.yaml changes",
                            None => "build it again, and start flowctl again",
                        };
                        eprintln!("flowctl: {path} ended at its start ({status}); its last lines are above; {remedy}");
                        wait_for_change(package.as_ref(), &mut sources, Some(&lambda), &player).await;
                    } else {
                        eprintln!("flowctl: {path} ended ({status}); starting it again");
                        tokio::time::sleep(PAUSE).await;
                    }
                }
                () = wait_for_change(package.as_ref(), &mut sources, None, &player) => {
                    let _ = child.kill().await;
                    lambda.fail_pending("the program was built again");
                }
            }
        }
    });
}

/// Waits until the sources change and the program is built; forever for a program without a package. While the program
/// has ended, requests fail at once.
async fn wait_for_change(
    package: Option<&Package>,
    sources: &mut Option<Snapshot>,
    ended: Option<&Lambda>,
    player: &Player,
) {
    let Some(package) = package else {
        loop {
            tokio::time::sleep(INTERVAL).await;
            fail_pending(ended);
        }
    };
    loop {
        tokio::time::sleep(INTERVAL).await;
        fail_pending(ended);
        let now = Snapshot::of(&package.folder);
        if sources.as_ref() == Some(&now) {
            continue;
        }
        *sources = Some(now);
        eprintln!("flowctl: the source changed; building");
        player.show_build(Build::under_way());
        let building = package.clone();
        let built = tokio::task::spawn_blocking(move || building.build_and_listen()).await;
        package.report_outdated_screens();
        match built {
            Ok(Ok((true, _))) => {
                player.show_build(Build::default());
                return eprintln!("flowctl: built; starting it again");
            }
            Ok(Ok((false, output))) => {
                player.show_build(Build::failed(output));
                eprintln!("flowctl: it does not build; the program as it was keeps serving")
            }
            Ok(Err(error)) => eprintln!("flowctl: {error}"),
            Err(error) => eprintln!("flowctl: {error}"),
        }
    }
}

fn fail_pending(ended: Option<&Lambda>) {
    if let Some(lambda) = ended {
        lambda.fail_pending("the program ended at its start");
    }
}
