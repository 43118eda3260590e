//! The sample flows: the application's own, to start from.

use clap::ValueEnum;

/// A sample.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sample {
    /// One screen with a form, and no session
    Basic,
    /// Three screens, choices that depend on each other, a table of bookings, and a step that runs once
    Appointment,
}

macro_rules! sample {
    ($name:literal: $($file:literal)*) => {
        &[$(($file, include_str!(concat!("../../templates/samples/", $name, "/", $file)))),*]
    };
}

const BASIC: &[(&str, &str)] =
    sample!("basic": "basic.play" "flow.json" "flow.rs" "main.rs" "mod.rs" "screens.rs");

const APPOINTMENT: &[(&str, &str)] = sample!("appointment":
    "appointment.play" "bookings.rs" "clinic.rs" "draft.rs" "flow.json" "flow.rs" "main.rs" "mod.rs" "offer.rs"
    "screens.rs");

/// The dependencies of the appointment sample that a scaffold does not have.
const APPOINTMENT_DEPENDENCIES: &str = "\
    # The table of bookings.\n\
    aws-sdk-dynamodb = { version = \"1\", default-features = false, features = [\"rt-tokio\", \"default-https-client\"] }\n\
    # Dates in London.\n\
    jiff = { version = \"1\", default-features = false, features = [\"std\", \"static\"] }\n";

impl Sample {
    /// The name: its module, and its path.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Appointment => "appointment",
        }
    }

    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Basic => BASIC,
            Self::Appointment => APPOINTMENT,
        }
    }

    /// A file of the sample.
    pub fn file(self, name: &str) -> &'static str {
        let found = self.files().iter().find(|(file, _)| *file == name);
        found.map_or("", |(_, text)| text)
    }

    /// The files of its module.
    pub fn module_files(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let elsewhere = |file: &str| file == "main.rs" || file.ends_with(".play");
        self.files().iter().copied().filter(move |(file, _)| !elsewhere(file))
    }

    /// More lines of `[dependencies]`.
    pub fn dependencies(self) -> &'static str {
        match self {
            Self::Basic => "",
            Self::Appointment => APPOINTMENT_DEPENDENCIES,
        }
    }

    /// The template of a project with this sample: its table in the place of the commented one.
    pub fn template(self, template: &str) -> String {
        match self {
            Self::Basic => template.to_owned(),
            Self::Appointment => with_bookings(template),
        }
    }
}

/// Takes the comment signs off the table, and names it.
fn with_bookings(template: &str) -> String {
    let mut in_table = false;
    let mut lines = Vec::new();
    for line in template.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let comment = line.trim_start().strip_prefix("# ");
        in_table = match comment {
            Some("- Sid: KeepItems" | "Items:") => true,
            Some(_) => in_table,
            None => false,
        };
        match comment {
            Some("ITEMS_TABLE: !Ref Items") => {
                lines.push(format!("{indent}FLOWS_BOOKINGS_TABLE: !Ref Bookings"));
            }
            Some(text) if text.starts_with("A table of your own, ") => {
                lines.push(format!(
                    "{indent}# Confirmed bookings. The table is retained when the stack is deleted, and can be restored to any \
                     second of the\n{indent}# last 35 days."
                ));
            }
            // The rest of the instructions.
            Some(text)
                if text.starts_with("its permission in the role")
                    || text.starts_with("and `aws::variable")
                    || text.starts_with("a project that uses a table")
                    || text.starts_with("The name of a table of your own")
                    || text.starts_with("The permission for a table") => {}
            Some(text) if in_table => {
                lines.push(format!("{indent}{text}"));
                // The last lines of the permission and of the table.
                let text = text.trim_start();
                in_table = !text.starts_with("Resource:") && text != "- {SSEEnabled: true}";
            }
            _ => lines.push(line.to_owned()),
        }
    }
    let named = lines.join("\n") + "\n";
    named
        .replace("KeepItems", "KeepBookings")
        .replace(
            "[dynamodb:GetItem, dynamodb:PutItem]",
            "[dynamodb:Query, dynamodb:PutItem, dynamodb:BatchGetItem, dynamodb:DeleteItem]",
        )
        .replace("Items.Arn", "Bookings.Arn")
        .replace("  Items:", "  Bookings:")
        .replace(
            "[{AttributeName: id, AttributeType: S}]",
            "[{AttributeName: location_date, AttributeType: S}, {AttributeName: start_time, AttributeType: S}]",
        )
        .replace(
            "[{AttributeName: id, KeyType: HASH}]",
            "[{AttributeName: location_date, KeyType: HASH}, {AttributeName: start_time, KeyType: RANGE}]",
        )
}
