//! `propelauth-dev snapshot`: the state of a running emulator under a name.

use clap::Subcommand;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    client::Client,
    output::{json as pretty, print},
    target::Target,
};

#[derive(Debug, Subcommand)]
pub(super) enum SnapshotCommand {
    /// Saves the state under a name.
    #[command(after_help = "Example: propelauth-dev snapshot save before-the-demo")]
    Save {
        name: String,
        #[command(flatten)]
        target: Target,
    },
    /// Replaces the state with the one that was saved under a name.
    #[command(after_help = "Example: propelauth-dev snapshot load before-the-demo")]
    Load {
        name: String,
        #[command(flatten)]
        target: Target,
    },
    /// Lists the names.
    #[command(after_help = "Example: propelauth-dev snapshot list")]
    List(Target),
}

pub(super) async fn snapshot(command: &SnapshotCommand) -> Result<(), String> {
    let (target, path, text) = match command {
        SnapshotCommand::Save { name, target } => (
            target,
            path_of(name),
            format!("The state is saved as {name}.\n"),
        ),
        SnapshotCommand::Load { name, target } => (
            target,
            format!("{}/load", path_of(name)),
            format!("The state is that of {name} again.\n"),
        ),
        SnapshotCommand::List(target) => return list(target).await,
    };
    let client = Client::new(target)?;
    let names = client.post(&path, &json!({})).await?;
    print(&if target.json { pretty(&names) } else { text })
}

async fn list(target: &Target) -> Result<(), String> {
    let names = Client::new(target)?.get("snapshots").await?;
    if target.json {
        return print(&pretty(&names));
    }
    let names: Vec<&str> = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    print(&match names.is_empty() {
        true => {
            "There is no snapshot. Save one with `propelauth-dev snapshot save NAME`.\n".to_owned()
        }
        false => names.join("\n") + "\n",
    })
}

fn path_of(name: &str) -> String {
    format!("snapshots/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
}
