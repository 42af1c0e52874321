//! Small trees, each with one thing to find.

use std::path::PathBuf;

use crate::{
    arrows::{Arrows, arrows},
    check::{back_arrows, circles},
    map::differences,
    rooms::Rooms,
    tree::Tree,
};

const ROOMS: &str = "top: bottom\nbottom:";

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).join(name)
}

fn arrows_of(name: &str, with_tests: bool) -> Arrows {
    arrows(&Tree::read(&fixture(name).join("lib.rs"), with_tests).unwrap())
}

fn uses(arrows: &Arrows, file: &str) -> Vec<String> {
    arrows[file].iter().cloned().collect()
}

#[test]
fn circle_is_found() {
    let arrows = arrows_of("circle", false);
    assert_eq!(circles(&arrows), [["bottom.rs", "middle.rs", "top.rs"]]);
}

#[test]
fn back_arrow_is_found() {
    let arrows = arrows_of("back_arrow", false);
    let rooms = Rooms::parse(ROOMS).unwrap();
    assert_eq!(
        back_arrows(&arrows, &rooms),
        [("bottom/mod.rs", "top/mod.rs")]
    );
    assert!(circles(&arrows).is_empty());
}

#[test]
fn reexport_is_looked_through() {
    let arrows = arrows_of("reexport", false);
    assert_eq!(uses(&arrows, "user.rs"), ["room/inner.rs"]);
    assert_eq!(uses(&arrows, "by_glob.rs"), ["room/inner.rs"]);
    assert_eq!(uses(&arrows, "room/mod.rs"), [""; 0]);
    assert_eq!(uses(&arrows, "lib.rs"), [""; 0]);
}

#[test]
fn path_in_a_macro_body_is_an_arrow_and_so_is_using_the_macro() {
    let arrows = arrows_of("macros", false);
    assert_eq!(uses(&arrows, "declare.rs"), ["item.rs"]);
    assert_eq!(uses(&arrows, "row.rs"), ["declare.rs"]);
    assert_eq!(uses(&arrows, "caller.rs"), ["row.rs"]);
    // `row != 1` is no macro.
    assert_eq!(uses(&arrows, "item.rs"), [""; 0]);
}

#[test]
fn tests_count_by_flag_only() {
    assert_eq!(uses(&arrows_of("tests_only", false), "bottom.rs"), [""; 0]);
    assert_eq!(
        uses(&arrows_of("tests_only", true), "bottom.rs"),
        ["top.rs"]
    );
}

#[test]
fn tree_of_the_map_is_compared_both_ways() {
    let arrows = arrows_of("back_arrow", false);
    let differences = |map: &str| {
        differences(
            map,
            &fixture("back_arrow"),
            arrows.keys().map(String::as_str),
        )
    };
    let exact = "```text\nsrc/\n  lib.rs  x\n  top/  x\n  bottom/  x\n```";
    assert!(differences(exact).is_empty());
    assert!(differences("```\nsrc/\n  */  x\n```").is_empty());
    let missing = differences("```\nsrc/\n  top/  x\n```");
    assert_eq!(
        missing,
        ["src/bottom/ is missing in the tree of ARCHITECTURE.md"]
    );
    let gone = differences("```\nsrc/\n  */  x\n  attic/  x\n```");
    assert_eq!(
        gone,
        ["ARCHITECTURE.md names src/attic/, which does not exist"]
    );
    assert_eq!(differences("").len(), 1);
}

#[test]
fn rooms_use_only_what_stands_below() {
    let rooms = Rooms::parse("a: b # comment\nb: c\nc:\n").unwrap();
    assert!(rooms.may_use("a", "c"));
    assert!(!rooms.may_use("c", "a"));
    assert_eq!(rooms.room_of("a/x.rs"), "a");
    assert_eq!(rooms.room_of("ab/x.rs"), "");
    assert!(Rooms::parse("a:\nb: a").is_err());
}
