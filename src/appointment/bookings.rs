//! The bookings table. Its key is the slot, and a slot is written only if it is free or held by the same operation.
//! A repeated booking therefore succeeds, and never books twice.

use std::collections::HashMap;
#[cfg(test)]
use std::sync::Mutex;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use whatsapp_flows::{OperationId, Result};

use super::draft::CompleteDraft;
use super::offer::Slot;

/// The outcome of a booking.
pub enum BookingOutcome {
    /// The slot is booked, with this booking number.
    Booked(String),
    /// Another user holds the slot.
    Taken,
}

/// An operation that books a slot, and its user.
pub struct BookingOperation<'a> {
    /// The flow token of the user.
    pub flow_token: &'a str,
    /// The idempotency key of the booking.
    pub id: OperationId,
    /// Earlier operations of this user, which may have booked a slot.
    pub unresolved: &'a [OperationId],
}

/// The bookings, in DynamoDB or in memory.
pub enum Bookings {
    /// A DynamoDB table.
    Table {
        /// The DynamoDB client.
        client: Client,
        /// The name of the table.
        name: String,
    },
    /// The operation that holds each slot, for tests.
    #[cfg(test)]
    Memory(Mutex<HashMap<Slot, OperationId>>),
}

impl Bookings {
    /// Returns the bookings in a DynamoDB table.
    pub fn in_table(client: Client, name: String) -> Self {
        Self::Table { client, name }
    }

    /// Returns empty bookings in memory.
    #[cfg(test)]
    pub fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// Returns those of the slots that are booked.
    pub async fn taken_slots(&self, slots: [Slot; 5]) -> Result<Vec<Slot>> {
        match self {
            #[cfg(test)]
            Self::Memory(slots_held) => {
                let held = slots_held.lock().expect("no holder of this lock panics");
                Ok(slots.into_iter().filter(|slot| held.contains_key(slot)).collect())
            }
            Self::Table { client, name } => {
                // At half the price. A slot that is offered and was just taken is refused when it is booked.
                let read = batch_read(client, name, slots, Consistency::Eventual).await?;
                let BatchRead { items, unprocessed } = read;
                // Slots that DynamoDB did not process count as taken, so that no taken slot is offered.
                Ok(items.into_iter().chain(unprocessed).filter_map(|item| slot(&item)).collect())
            }
        }
    }

    /// Books the wanted slot, if it is free or held by this user.
    pub async fn book(
        &self,
        operation: &BookingOperation<'_>,
        wanted: &CompleteDraft,
    ) -> Result<BookingOutcome> {
        let free = match self {
            #[cfg(test)]
            Self::Memory(slots_held) => {
                let mut held = slots_held.lock().expect("no holder of this lock panics");
                let holder = held.get(&wanted.slot).copied();
                let free = holder.is_none_or(|holder| operation.ids().any(|id| id == holder));
                if free {
                    held.insert(wanted.slot.clone(), operation.id);
                }
                free
            }
            Self::Table { client, name } => {
                let mut put = client.put_item().table_name(name);
                let mut ours = Vec::new();
                for (number, id) in operation.ids().enumerate() {
                    let id = AttributeValue::S(id.to_string());
                    put = put.expression_attribute_values(format!(":o{number}"), id);
                    ours.push(format!(":o{number}"));
                }
                let ours = ours.join(", ");
                let put = put.set_item(Some(item(operation, wanted))).condition_expression(
                    format!("attribute_not_exists(slot) OR operation IN ({ours})"),
                );
                match put.send().await.map_err(SdkError::into_service_error) {
                    Ok(_) => true,
                    Err(error) if error.is_conditional_check_failed_exception() => false,
                    Err(error) => return Err(error.into()),
                }
            }
        };
        Ok(if free { BookingOutcome::Booked(wanted.slot.number()) } else { BookingOutcome::Taken })
    }

    /// Releases those of the slots that this user holds, except one.
    pub async fn release(
        &self,
        operation: &BookingOperation<'_>,
        slots: Vec<Slot>,
        except: &Slot,
    ) -> Result<()> {
        let slots = slots.into_iter().filter(|slot| slot != except);
        match self {
            #[cfg(test)]
            Self::Memory(slots_held) => {
                let mut held = slots_held.lock().expect("no holder of this lock panics");
                for slot in slots {
                    if held.get(&slot).is_some_and(|held| operation.ids().any(|id| id == *held)) {
                        held.remove(&slot);
                    }
                }
            }
            Self::Table { client, name } => {
                let read = batch_read(client, name, slots, Consistency::Strong).await?;
                let BatchRead { items, unprocessed } = read;
                if !unprocessed.is_empty() {
                    return Err("DynamoDB did not read all slots".into());
                }
                for item in items {
                    let held = operation.ids().find(|id| is_held_by(*id, &item));
                    if let (Some(id), Some(Slot(slot))) = (held, slot(&item)) {
                        client
                            .delete_item()
                            .table_name(name)
                            .key("slot", AttributeValue::S(slot))
                            .condition_expression("operation = :operation")
                            .expression_attribute_values(
                                ":operation",
                                AttributeValue::S(id.to_string()),
                            )
                            .send()
                            .await?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl BookingOperation<'_> {
    /// Returns all operations in which this user may have booked.
    fn ids(&self) -> impl Iterator<Item = OperationId> {
        [self.id].into_iter().chain(self.unresolved.iter().copied())
    }
}

type Item = HashMap<String, AttributeValue>;

struct BatchRead {
    items: Vec<Item>,
    /// Keys that DynamoDB did not process.
    unprocessed: Vec<Item>,
}

/// The consistency of a read: a strong one sees every write before it.
#[derive(PartialEq)]
enum Consistency {
    Eventual,
    Strong,
}

/// Reads at most 100 slots and the operations that hold them.
async fn batch_read(
    client: &Client,
    table: &str,
    slots: impl IntoIterator<Item = Slot>,
    consistency: Consistency,
) -> Result<BatchRead> {
    let key = |Slot(slot)| Item::from([("slot".into(), AttributeValue::S(slot))]);
    let wanted = KeysAndAttributes::builder()
        .set_keys(Some(slots.into_iter().map(key).collect()))
        .projection_expression("slot, operation")
        .consistent_read(consistency == Consistency::Strong)
        .build()?;
    let found = client.batch_get_item().request_items(table, wanted).send().await?;
    let unprocessed = found.unprocessed_keys.into_iter().flatten().flat_map(|(_, left)| left.keys);
    let items = found.responses.into_iter().flatten().flat_map(|(_, items)| items);
    Ok(BatchRead { items: items.collect(), unprocessed: unprocessed.collect() })
}

fn slot(item: &Item) -> Option<Slot> {
    item.get("slot")?.as_s().ok().cloned().map(Slot)
}

fn is_held_by(operation: OperationId, item: &Item) -> bool {
    let holder = item.get("operation").and_then(|id| id.as_s().ok());
    holder.is_some_and(|holder| *holder == operation.to_string())
}

/// Returns the item of a booking.
fn item(operation: &BookingOperation<'_>, wanted: &CompleteDraft) -> Item {
    let typed = &wanted.typed;
    let operation_id = operation.id.to_string();
    let members = [
        ("slot", Some(wanted.slot.0.as_str())),
        ("operation", Some(&operation_id)),
        ("holder", Some(operation.flow_token)),
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
