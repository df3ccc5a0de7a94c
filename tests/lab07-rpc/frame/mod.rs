//! Stage 1: what goes over the wire.

mod drawn;
mod script;
mod whole;
mod wrong;

use support::{Stage, stage};

use whole::{
    a_frame_of_each_kind_is_read, a_kind_that_nobody_knows_may_be_skipped,
    a_payload_may_be_as_long_as_the_limit, drawn_bytes_are_read_like_the_reference_does,
    drawn_frames_are_written_like_the_reference_does, flags_that_nobody_knows_are_ignored,
    frames_are_the_same_whatever_the_pieces_are, frames_are_written_as_they_are_read,
    what_is_missing_is_told_byte_by_byte,
};
use wrong::{
    a_header_is_judged_in_order, a_script_that_is_none_is_named, an_id_is_where_it_belongs,
    every_bit_of_a_header_is_checked, nothing_is_allocated_for_a_length_that_was_announced,
    payloads_that_are_none_are_told, the_magic_is_judged_by_its_first_wrong_byte, what_is_wrong_stays_wrong,
};

pub(crate) const STAGE: Stage = stage!("frame":
    a_frame_of_each_kind_is_read,
    frames_are_written_as_they_are_read,
    what_is_missing_is_told_byte_by_byte,
    frames_are_the_same_whatever_the_pieces_are,
    a_payload_may_be_as_long_as_the_limit,
    a_header_is_judged_in_order,
    every_bit_of_a_header_is_checked,
    the_magic_is_judged_by_its_first_wrong_byte,
    what_is_wrong_stays_wrong,
    an_id_is_where_it_belongs,
    nothing_is_allocated_for_a_length_that_was_announced,
    a_kind_that_nobody_knows_may_be_skipped,
    flags_that_nobody_knows_are_ignored,
    payloads_that_are_none_are_told,
    a_script_that_is_none_is_named;
    seeded: drawn_bytes_are_read_like_the_reference_does, drawn_frames_are_written_like_the_reference_does
);
