//! The tables and the variables that a SAM template declares, to make the same on this machine.

use std::collections::BTreeMap;
use std::path::Path;

use local_lambda::dynamodb::Table;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

use super::session::SESSIONS;
use super::{Error, files};

/// The names of a template's file, as SAM looks for them.
const NAMES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// The declarations of a template.
#[derive(Debug, Default)]
pub struct Template {
    pub tables: Vec<Table>,
    /// The variables of the functions that have a value on this machine: the name of a table, a text, or the default of
    /// a parameter.
    pub variables: BTreeMap<String, String>,
    /// The variables whose value only the deployed stack has.
    pub unknown: Vec<String>,
}

impl Template {
    /// Reads the template of a folder; `None` if it has none.
    pub fn find(folder: &Path) -> Result<Option<Self>, Error> {
        let Some(path) = NAMES.map(|name| folder.join(name)).into_iter().find(|p| p.is_file())
        else {
            return Ok(None);
        };
        let text = files::read(&path)?;
        let read = Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Some(read))
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let documents = Yaml::load_from_str(text)?;
        let template = documents.first().map(json_of).unwrap_or_default();
        let resources = template["Resources"].as_object().cloned().unwrap_or_default();
        let mut read = Self::default();
        for (id, resource) in &resources {
            if let Some(definition) = definition(resource) {
                read.tables.push(Table::with_definition(&local_name(id, resource), definition));
            }
        }
        let global = &template["Globals"]["Function"]["Environment"]["Variables"];
        let functions = resources.values().filter(|r| r["Type"] == "AWS::Serverless::Function");
        let of_functions = functions.map(|f| &f["Properties"]["Environment"]["Variables"]);
        for variables in std::iter::once(global).chain(of_functions) {
            for (name, value) in variables.as_object().into_iter().flatten() {
                match local_value(value, &resources, &template["Parameters"]) {
                    Some(value) => _ = read.variables.insert(name.clone(), value),
                    None => read.unknown.push(name.clone()),
                }
            }
        }
        Ok(read)
    }

    /// Adds the table of the sessions if the template has none, and the tables of `--table`.
    pub fn with_tables(mut self, more: &[TableArg]) -> Self {
        let sessions = self.variables.entry("FLOWS_TABLE".into()).or_insert(SESSIONS.into());
        if !self.tables.iter().any(|table| table.name() == sessions) {
            self.tables.push(Table::new(sessions, "flow_token"));
        }
        for TableArg(table) in more {
            self.tables.retain(|other| other.name() != table.name());
            self.tables.push(table.clone());
        }
        self
    }
}

/// A table of `--table NAME:KEY`.
#[derive(Debug, Clone, PartialEq)]
pub struct TableArg(Table);

impl std::str::FromStr for TableArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<_> = text.split(':').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err("a name is empty; write NAME:KEY, such as users:email".into());
        }
        match parts[..] {
            [name, partition] => Ok(Self(Table::new(name, partition))),
            [name, partition, sort] => Ok(Self(Table::with_sort_key(name, partition, sort))),
            _ => Err("write NAME:KEY, or NAME:KEY:SORTKEY, such as users:email".into()),
        }
    }
}

/// The members of CreateTable, if the resource is a table.
fn definition(resource: &Value) -> Option<Value> {
    let properties = &resource["Properties"];
    match resource["Type"].as_str()? {
        "AWS::DynamoDB::Table" => {
            let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
            let mut table = Map::new();
            for name in ["KeySchema", "AttributeDefinitions"] {
                table.insert(name.into(), properties[name].clone());
            }
            for name in indexes {
                let Some(list) = properties[name].as_array() else { continue };
                let index = |index: &Value| {
                    json!({
                        "IndexName": index["IndexName"],
                        "KeySchema": index["KeySchema"],
                        "Projection": index["Projection"],
                    })
                };
                table.insert(name.into(), list.iter().map(index).collect());
            }
            Some(Value::Object(table))
        }
        "AWS::Serverless::SimpleTable" => {
            let key = &properties["PrimaryKey"];
            let name = key["Name"].as_str().unwrap_or("id");
            let kind = match key["Type"].as_str() {
                Some("Number") => "N",
                Some("Binary") => "B",
                _ => "S",
            };
            Some(json!({
                "KeySchema": [{ "AttributeName": name, "KeyType": "HASH" }],
                "AttributeDefinitions": [{ "AttributeName": name, "AttributeType": kind }],
            }))
        }
        _ => None,
    }
}

/// The name of a table on this machine: that of the template, or the logical id in lower case.
fn local_name(id: &str, resource: &Value) -> String {
    let named = resource["Properties"]["TableName"].as_str();
    named.map_or_else(|| id.to_lowercase(), str::to_owned)
}

/// The value of a variable on this machine.
fn local_value(
    value: &Value,
    resources: &Map<String, Value>,
    parameters: &Value,
) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => {
            // `!If` chooses between a table of the template and another one, which is not here.
            if let [_, then, otherwise] = value["Fn::If"].as_array().map_or(&[][..], Vec::as_slice)
            {
                let of = |value| local_value(value, resources, parameters);
                return of(then).filter(|text| !text.is_empty()).or_else(|| of(otherwise));
            }
            let id = value["Ref"].as_str()?;
            match resources.get(id) {
                Some(resource) => definition(resource).map(|_| local_name(id, resource)),
                None => local_value(&parameters[id]["Default"], &Map::new(), &Value::Null),
            }
        }
    }
}

/// The node as JSON, with `!Ref X` as `{"Ref": "X"}` and any other tag as `{"Fn::Tag": …}`.
fn json_of(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(flag) => (*flag).into(),
            Scalar::Integer(number) => (*number).into(),
            Scalar::FloatingPoint(number) => number.into_inner().into(),
            Scalar::String(text) => (&**text).into(),
        },
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(members) => {
            let members = members.iter();
            members.map(|(name, value)| (name_of(name), json_of(value))).collect()
        }
        Yaml::Tagged(tag, value) => {
            let name = match tag.suffix.as_str() {
                "Ref" => "Ref".to_owned(),
                other => format!("Fn::{other}"),
            };
            json!({ name: json_of(value) })
        }
        Yaml::Representation(text, ..) => (&**text).into(),
        Yaml::Alias(_) | Yaml::BadValue => Value::Null,
    }
}

fn name_of(name: &Yaml<'_>) -> String {
    match json_of(name) {
        Value::String(name) => name,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Parameters:
  Greeting: {Type: String, Default: hello}
  Key: {Type: String}
  OldTable: {Type: String, Default: ''}
Globals:
  Function: {Environment: {Variables: {STAGE: dev}}}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - {AttributeName: customer, AttributeType: S}
        - {AttributeName: day, AttributeType: N}
      KeySchema: [{AttributeName: customer, KeyType: HASH}, {AttributeName: day, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - IndexName: by-day
          KeySchema: [{AttributeName: day, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
          OnDemandThroughput: {MaxReadRequestUnits: 5}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
  Users:
    Type: AWS::Serverless::SimpleTable
    Properties: {TableName: people, PrimaryKey: {Name: email, Type: String}}
  Endpoint:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          ORDERS_TABLE: !Ref Orders
          USERS_TABLE: {Ref: Users}
          GREETING: !Ref Greeting
          LIMIT: 3
          OLD_OR_NEW_TABLE: !If [HasOld, !Ref OldTable, !Ref Orders]
          KEY: !Ref Key
          TOPIC: !Sub arn:aws:sns:${AWS::Region}:${AWS::AccountId}:x
";

    #[test]
    fn tables_and_variables_are_those_of_the_template() {
        let read = Template::parse(TEMPLATE).unwrap().with_tables(&["notes:id".parse().unwrap()]);
        let names: Vec<_> = read.tables.iter().map(Table::name).collect();
        assert_eq!(names, ["orders", "people", "sessions", "notes"]);
        let variables = [
            ("FLOWS_TABLE", "sessions"),
            ("GREETING", "hello"),
            ("LIMIT", "3"),
            ("OLD_OR_NEW_TABLE", "orders"),
            ("ORDERS_TABLE", "orders"),
            ("STAGE", "dev"),
            ("USERS_TABLE", "people"),
        ];
        assert_eq!(read.variables, variables.map(|(n, v)| (n.into(), v.into())).into());
        assert_eq!(read.unknown, ["KEY", "TOPIC"]);
        // The database accepts them, and creates them once.
        let file = std::env::temp_dir().join(format!("flowctl-template-{}.db", std::process::id()));
        for _ in 0..2 {
            local_lambda::dynamodb::DynamoDb::open(Some(&file), &read.tables).unwrap();
        }
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn tables_of_the_command_line_are_checked() {
        assert!("users".parse::<TableArg>().is_err());
        assert!("users:".parse::<TableArg>().is_err());
        assert!("a:b:c:d".parse::<TableArg>().is_err());
        let table = "users:email:day".parse::<TableArg>().unwrap();
        assert_eq!(table.0, Table::with_sort_key("users", "email", "day"));
    }

    #[test]
    fn a_template_that_is_not_yaml_is_an_error() {
        assert!(Template::parse("Resources: [").is_err());
        assert!(Template::parse("").unwrap().tables.is_empty());
    }
}
