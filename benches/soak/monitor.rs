//! The memory and open files of the programs, from /proc: printed each minute, and compared at the end.

use std::time::{Duration, Instant};

use super::Error;

/// Megabytes by which a program may grow between its warm-up and the end.
const MORE_MEGABYTES: f64 = 4.0;
/// Files that a program may have open in addition, for connections that are being replaced.
const MORE_FILES: usize = 4;
/// The share of the run that counts as warm-up.
const WARM_UP: f64 = 0.1;

/// Monitors the programs that this process has started.
pub struct Monitor {
    started: Instant,
    time: Duration,
    exchanges: u64,
    programs: Vec<Usage>,
    warm: Option<Vec<Usage>>,
    minutes: u64,
    /// The time and the number of requests at the last printed line.
    before: (Instant, u64),
}

/// The resources that a program uses.
#[derive(Clone, Copy)]
struct Usage {
    process: u32,
    megabytes: f64,
    files: usize,
}

impl Monitor {
    /// Finds the programs, and prints their usage at the start.
    pub async fn start(programs: usize, time: Duration, exchanges: u64) -> Result<Self, Error> {
        let started = Instant::now();
        let mut found = children()?;
        while found.len() < programs {
            if started.elapsed() > Duration::from_secs(30) {
                return Err(format!("{} of {programs} programs run", found.len()).into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            found = children()?;
        }
        print("at the start", &found);
        let started = Instant::now();
        let before = (started, 0);
        Ok(Self { started, time, exchanges, programs: found, warm: None, minutes: 0, before })
    }

    /// Prints the usage each minute. Call it about once a second.
    pub fn sample(&mut self, exchanges: u64) -> Result<(), Error> {
        let elapsed = self.started.elapsed();
        let share = (elapsed.as_secs_f64() / self.time.as_secs_f64())
            .max(exchanges as f64 / self.exchanges as f64);
        if self.warm.is_none() && share >= WARM_UP {
            let warm = self.now()?;
            print("after the warm-up", &warm);
            self.warm = Some(warm);
        }
        if elapsed.as_secs() / 60 > self.minutes {
            self.minutes += 1;
            let now = self.now()?;
            let (at, had) = std::mem::replace(&mut self.before, (Instant::now(), exchanges));
            let speed = (exchanges - had) as f64 / at.elapsed().as_secs_f64();
            print(
                &format!("minute {}: {exchanges} exchanges, {speed:.0}/s, 0 errors", self.minutes),
                &now,
            );
        }
        Ok(())
    }

    /// Prints the result, which is an error if a program has grown.
    pub fn finish(self, exchanges: u64) -> Result<(), Error> {
        let seconds = self.started.elapsed().as_secs_f64();
        let speed = exchanges as f64 / seconds;
        let now = self.now()?;
        print(
            &format!("end: {exchanges} exchanges in {seconds:.0} s, {speed:.0}/s, 0 errors"),
            &now,
        );
        let warm = self.warm.ok_or("it ended before the warm-up; there is nothing to compare")?;
        for (warm, now) in warm.iter().zip(&now) {
            let more = now.megabytes - warm.megabytes;
            if more > MORE_MEGABYTES {
                return Err(format!("program {} grew by {more:.1} MB", now.process).into());
            }
            if now.files > warm.files + MORE_FILES {
                let more = now.files - warm.files;
                return Err(format!("program {} has {more} more files open", now.process).into());
            }
        }
        println!(
            "flat: since the warm-up, no program has grown by more than {MORE_MEGABYTES} MB or opened more than \
             {MORE_FILES} additional files"
        );
        Ok(())
    }

    /// Returns the current usage. The same programs must run as at the start.
    fn now(&self) -> Result<Vec<Usage>, Error> {
        let now = children()?;
        let same = |(one, other): (&Usage, &Usage)| one.process == other.process;
        match now.len() == self.programs.len() && now.iter().zip(&self.programs).all(same) {
            true => Ok(now),
            false => Err("a program has ended".into()),
        }
    }
}

/// Finds the programs under test that this process has started, in the order of their ids.
fn children() -> Result<Vec<Usage>, Error> {
    let parent = std::process::id().to_string();
    let mut children = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let entry = entry?;
        let Ok(process) = entry.file_name().to_string_lossy().parse() else { continue };
        // Other processes may end in the meantime.
        let Ok(status) = std::fs::read_to_string(entry.path().join("status")) else { continue };
        let member = |name: &str| {
            let found = status.lines().find_map(|line| line.strip_prefix(name));
            found.unwrap_or_default().trim()
        };
        let name = member("Name:");
        if member("PPid:") == parent && matches!(name, "endpoint" | "bootstrap") {
            let kilobytes = member("VmRSS:").trim_end_matches(" kB").parse().unwrap_or(0.0);
            let files = std::fs::read_dir(entry.path().join("fd"))?.count();
            children.push(Usage { process, megabytes: kilobytes / 1024.0, files });
        }
    }
    children.sort_by_key(|needs| needs.process);
    Ok(children)
}

fn print(when: &str, programs: &[Usage]) {
    println!("{when}");
    for Usage { process, megabytes, files } in programs {
        println!("    program {process}: {megabytes:.1} MB resident, {files} files open");
    }
}
