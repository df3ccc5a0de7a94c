//! Stage 5: messages that nobody asked for.

mod again;
mod client;
mod drawn;
mod order;
mod slow;
mod topics;

use support::{Stage, stage};

use crate::wire::the_help_names_every_command;

use again::{
    a_lost_connection_is_made_again, a_server_may_come_later,
    a_server_that_starts_again_is_subscribed_to_again, no_two_clients_wait_the_same_time,
    waits_double_and_are_drawn,
};
use client::{
    a_client_that_is_not_read_keeps_little, a_server_that_is_silent_is_left,
    messages_are_printed_as_they_come, what_was_missed_is_told, what_will_not_pass_is_an_end,
    who_reads_no_more_ends_it_quietly, wrong_usage_of_subscribe_is_status_2,
};
use drawn::drawn_subscriptions_get_what_is_theirs;
use order::{
    a_cancel_ends_a_subscription, a_message_is_what_was_published, all_see_all_messages_in_the_same_order,
    every_topic_counts_for_itself, messages_come_in_order_with_their_numbers,
    one_connection_may_subscribe_often, one_message_reaches_a_thousand_subscribers,
    subscriptions_end_when_the_server_does, what_is_no_topic_is_refused, who_has_left_is_no_subscriber,
};
use slow::{
    a_large_message_goes_to_who_has_read_everything,
    a_message_longer_than_a_client_takes_is_missed_by_it_alone, a_subscriber_needs_no_credit,
    those_who_do_not_read_cost_a_buffer_each, who_does_not_read_misses_messages_and_holds_up_nobody,
};

pub(crate) const STAGE: Stage = stage!("push":
    messages_come_in_order_with_their_numbers,
    every_topic_counts_for_itself,
    a_message_is_what_was_published,
    what_is_no_topic_is_refused,
    one_connection_may_subscribe_often,
    a_cancel_ends_a_subscription,
    who_has_left_is_no_subscriber,
    all_see_all_messages_in_the_same_order,
    one_message_reaches_a_thousand_subscribers,
    a_subscriber_needs_no_credit,
    a_large_message_goes_to_who_has_read_everything,
    a_message_longer_than_a_client_takes_is_missed_by_it_alone,
    who_does_not_read_misses_messages_and_holds_up_nobody,
    those_who_do_not_read_cost_a_buffer_each,
    subscriptions_end_when_the_server_does,
    messages_are_printed_as_they_come,
    what_was_missed_is_told,
    what_will_not_pass_is_an_end,
    who_reads_no_more_ends_it_quietly,
    a_client_that_is_not_read_keeps_little,
    a_server_may_come_later,
    a_lost_connection_is_made_again,
    waits_double_and_are_drawn,
    no_two_clients_wait_the_same_time,
    a_server_that_is_silent_is_left,
    a_server_that_starts_again_is_subscribed_to_again,
    wrong_usage_of_subscribe_is_status_2,
    the_help_names_every_command;
    seeded: drawn_subscriptions_get_what_is_theirs
);
