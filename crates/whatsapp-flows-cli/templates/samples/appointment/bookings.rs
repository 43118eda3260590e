//! The bookings table. Its key is the slot: the day at a location (`location_date`) and the time (`start_time`), so one
//! query reads the bookings of a day. A slot is written only if it is free or held by the same operation. A repeated
//! booking therefore succeeds, and never books twice.

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

    /// Returns the times of a day at a location that are booked.
    pub async fn taken_times(&self, day: String) -> Result<Vec<String>> {
        match self {
            #[cfg(test)]
            Self::Memory(slots_held) => {
                let held = slots_held.lock().expect("no holder of this lock panics");
                let taken = held.keys().filter(|slot| slot.day == day);
                Ok(taken.map(|slot| slot.time.clone()).collect())
            }
            Self::Table { client, name } => {
                // Eventually consistent, at half the price: a slot that is offered and was just taken is refused when
                // it is booked. The bookings of a day are far below a page of 1 MB.
                let query = client.query().table_name(name).projection_expression(TIME);
                let query = query.key_condition_expression(format!("{DAY} = :day"));
                let read = query.expression_attribute_values(":day", AttributeValue::S(day));
                let items = read.send().await?.items.unwrap_or_default();
                Ok(items.iter().filter_map(|item| text(item, TIME)).collect())
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
                    format!("attribute_not_exists({DAY}) OR operation IN ({ours})"),
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
                for item in read_slots(client, name, slots).await? {
                    let holder = text(&item, "operation");
                    let held =
                        operation.ids().find(|id| holder.as_deref() == Some(&id.to_string()));
                    if let (Some(id), Some(slot)) = (held, slot(&item)) {
                        client
                            .delete_item()
                            .table_name(name)
                            .set_key(Some(key(slot)))
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

/// Reads at most 100 slots and the operations that hold them, with every earlier write.
async fn read_slots(
    client: &Client,
    table: &str,
    slots: impl IntoIterator<Item = Slot>,
) -> Result<Vec<Item>> {
    let wanted = KeysAndAttributes::builder()
        .set_keys(Some(slots.into_iter().map(key).collect()))
        .projection_expression(format!("{DAY}, {TIME}, operation"))
        .consistent_read(true)
        .build()?;
    let found = client.batch_get_item().request_items(table, wanted).send().await?;
    if found.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
        return Err("DynamoDB did not read all slots".into());
    }
    Ok(found.responses.into_iter().flatten().flat_map(|(_, items)| items).collect())
}

/// Returns the key of a slot.
fn key(slot: Slot) -> Item {
    let Slot { day, time } = slot;
    [(DAY, day), (TIME, time)].map(|(name, value)| (name.into(), AttributeValue::S(value))).into()
}

/// Returns the slot of a key or an item.
fn slot(item: &Item) -> Option<Slot> {
    Some(Slot { day: text(item, DAY)?, time: text(item, TIME)? })
}

fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

/// Returns the item of a booking.
fn item(operation: &BookingOperation<'_>, wanted: &CompleteDraft) -> Item {
    let typed = &wanted.typed;
    let operation_id = operation.id.to_string();
    let members = [
        (DAY, Some(wanted.slot.day.as_str())),
        (TIME, Some(&wanted.slot.time)),
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

/// The partition key of the table.
const DAY: &str = "location_date";
/// The sort key of the table.
const TIME: &str = "start_time";
