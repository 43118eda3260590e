//! Who has which slot. The slot is the table's key, and it is written only if nobody holds it or the
//! same token does: so a repeat books nothing twice and refuses nobody.

use std::collections::HashMap;
#[cfg(test)]
use std::sync::Mutex;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use whatsapp_flows::Result;

use super::draft::Complete;
use super::offer::Slot;

/// How a booking ended.
pub enum Booked {
    /// It is this token's, under this number.
    Number(String),
    /// Somebody else was first.
    Taken,
}

/// The bookings table, or its likeness in memory.
pub enum Bookings {
    Table {
        client: Client,
        name: String,
    },
    #[cfg(test)]
    Memory(Mutex<HashMap<Slot, String>>),
}

impl Bookings {
    /// The bookings in a DynamoDB table.
    pub fn in_table(client: Client, name: String) -> Self {
        Self::Table { client, name }
    }

    /// Bookings that end with the process.
    #[cfg(test)]
    pub fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// Those of the slots that somebody holds.
    pub async fn taken(&self, slots: [Slot; 5]) -> Result<Vec<Slot>> {
        match self {
            #[cfg(test)]
            Self::Memory(held) => {
                let held = held.lock().expect("no holder of this lock panics");
                Ok(slots.into_iter().filter(|slot| held.contains_key(slot)).collect())
            }
            Self::Table { client, name } => {
                let keys = slots
                    .map(|Slot(slot)| HashMap::from([("slot".into(), AttributeValue::S(slot))]));
                let wanted = KeysAndAttributes::builder()
                    .set_keys(Some(keys.into()))
                    .projection_expression("slot")
                    .consistent_read(true)
                    .build()?;
                let found = client.batch_get_item().request_items(name, wanted).send().await?;
                // Whatever DynamoDB left for later counts as taken: better no offer than a wrong one.
                let later =
                    found.unprocessed_keys.into_iter().flatten().flat_map(|(_, left)| left.keys);
                let items = found.responses.into_iter().flatten().flat_map(|(_, items)| items);
                Ok(items
                    .chain(later)
                    .filter_map(|mut item| match item.remove("slot") {
                        Some(AttributeValue::S(slot)) => Some(Slot(slot)),
                        _ => None,
                    })
                    .collect())
            }
        }
    }

    /// Takes the wanted slot for the holder.
    pub async fn book(&self, holder: &str, wanted: &Complete) -> Result<Booked> {
        let free = match self {
            #[cfg(test)]
            Self::Memory(held) => {
                let mut held = held.lock().expect("no holder of this lock panics");
                held.entry(wanted.slot.clone()).or_insert_with(|| holder.into()) == holder
            }
            Self::Table { client, name } => {
                let put = client
                    .put_item()
                    .table_name(name)
                    .set_item(Some(item(holder, wanted)))
                    .condition_expression("attribute_not_exists(slot) OR holder = :holder")
                    .expression_attribute_values(":holder", AttributeValue::S(holder.into()));
                match put.send().await.map_err(SdkError::into_service_error) {
                    Ok(_) => true,
                    Err(error) if error.is_conditional_check_failed_exception() => false,
                    Err(error) => return Err(error.into()),
                }
            }
        };
        Ok(if free { Booked::Number(wanted.slot.number()) } else { Booked::Taken })
    }
}

/// The booking item: who holds the slot, and what the clinic has to know.
fn item(holder: &str, wanted: &Complete) -> HashMap<String, AttributeValue> {
    let typed = &wanted.typed;
    let members = [
        ("slot", Some(wanted.slot.0.as_str())),
        ("holder", Some(holder)),
        ("department", Some(wanted.department)),
        ("location", Some(wanted.location)),
        ("name", typed.name.as_deref()),
        ("email", typed.email.as_deref()),
        ("phone", typed.phone.as_deref()),
        ("more_details", typed.more_details.as_deref()),
    ];
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.into(), AttributeValue::S(value?.into()))))
        .collect()
}
