//! Stage 3: manifests, and the scripts that they name.

mod drawn;
mod set;
mod wrong;

use support::{Stage, stage};

use drawn::drawn_manifests_are_checked;
use set::{
    a_folder_is_a_set, a_manifest_is_told, a_script_that_is_another_one_is_named,
    a_script_that_is_no_file_is_not_waited_for, fifty_plug_ins_are_spread_over_their_interval,
    hashes_are_those_of_sha256sum, names_are_taken_once, what_is_not_said_has_a_default,
};
use wrong::{
    a_manifest_that_everybody_may_write_is_refused, every_key_is_checked_and_named_with_its_line,
    names_of_plug_ins_are_checked, one_that_is_wrong_does_not_touch_the_others,
    unknown_and_missing_keys_are_named,
};

pub(crate) use set::{called, phase};

pub(crate) const STAGE: Stage = stage!("manifest":
    a_manifest_is_told,
    what_is_not_said_has_a_default,
    hashes_are_those_of_sha256sum,
    unknown_and_missing_keys_are_named,
    every_key_is_checked_and_named_with_its_line,
    names_of_plug_ins_are_checked,
    a_folder_is_a_set,
    names_are_taken_once,
    one_that_is_wrong_does_not_touch_the_others,
    a_script_that_is_another_one_is_named,
    a_script_that_is_no_file_is_not_waited_for,
    a_manifest_that_everybody_may_write_is_refused,
    fifty_plug_ins_are_spread_over_their_interval;
    seeded: drawn_manifests_are_checked
);
