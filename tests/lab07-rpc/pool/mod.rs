//! Stage 4: a pool of connections, and which of them a call takes.

mod ring;

use support::{Stage, stage};

use ring::{
    a_hundred_thousand_keys_are_soon_placed, a_node_that_comes_takes_no_more_than_its_share,
    a_node_that_is_full_passes_keys_on, a_node_that_leaves_takes_only_its_own_keys_with_it,
    drawn_rings_keep_their_promises, every_key_goes_to_one_of_the_nodes, keys_go_to_the_same_node_every_time,
    many_points_share_the_keys_evenly, the_order_of_the_nodes_changes_nothing,
    the_usual_load_is_a_quarter_above_the_share, wrong_usage_of_the_ring_is_status_2,
};

pub(crate) const STAGE: Stage = stage!("pool":
    every_key_goes_to_one_of_the_nodes,
    keys_go_to_the_same_node_every_time,
    the_order_of_the_nodes_changes_nothing,
    a_node_that_leaves_takes_only_its_own_keys_with_it,
    a_node_that_comes_takes_no_more_than_its_share,
    many_points_share_the_keys_evenly,
    a_node_that_is_full_passes_keys_on,
    the_usual_load_is_a_quarter_above_the_share,
    a_hundred_thousand_keys_are_soon_placed,
    wrong_usage_of_the_ring_is_status_2;
    seeded: drawn_rings_keep_their_promises
);
