//! Stage 5: what is new, as it comes.

mod browser;
mod fleet;
mod host;
mod limits;

use support::{Stage, stage};

use browser::an_open_page_shows_what_is_reported;
use fleet::{
    a_crowd_that_reports_at_once_is_told_whole, a_host_that_falls_silent_is_told, many_reports_are_gathered,
    the_fleet_is_told_of_hosts_that_report,
};
use host::{
    a_host_is_told_at_once_and_then_point_by_point, a_host_that_is_silent_becomes_down_on_its_page,
    a_stream_goes_on_where_it_was, other_hosts_are_not_told, what_cannot_be_followed_is_refused,
};
use limits::{
    a_client_that_does_not_read_holds_nobody_up, a_stream_ends_with_its_server,
    a_stream_ends_with_its_session, a_stream_ends_with_its_user,
    an_address_of_another_machine_is_not_listened_on, streams_are_counted_and_their_places_come_back,
};

pub(crate) const STAGE: Stage = stage!("live":
    the_fleet_is_told_of_hosts_that_report,
    many_reports_are_gathered,
    a_host_that_falls_silent_is_told,
    a_host_is_told_at_once_and_then_point_by_point,
    other_hosts_are_not_told,
    a_host_that_is_silent_becomes_down_on_its_page,
    a_stream_goes_on_where_it_was,
    what_cannot_be_followed_is_refused,
    a_stream_ends_with_its_session,
    a_stream_ends_with_its_user,
    a_stream_ends_with_its_server,
    streams_are_counted_and_their_places_come_back,
    a_client_that_does_not_read_holds_nobody_up,
    a_crowd_that_reports_at_once_is_told_whole,
    an_address_of_another_machine_is_not_listened_on;
    slow: an_open_page_shows_what_is_reported
);
