//! How often what happened.

macro_rules! counters {
    ($($(#[$about:meta])* $name:ident),* $(,)?) => {
        /// How often what happened, by the names that `stats` has for it.
        #[derive(Debug, Default, Clone)]
        pub struct Counters {
            $($(#[$about])* pub $name: u64,)*
        }

        impl Counters {
            /// Adds what another store has counted.
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }

            /// Returns names and numbers.
            pub fn list(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name)),*].into_iter()
            }
        }
    };
}

counters! {
    /// Keys that were asked for.
    cmd_get,
    /// Values that came.
    cmd_set,
    /// `flush_all` commands.
    cmd_flush,
    /// `touch`, `gat` and `gats`, each key counted.
    cmd_touch,
    /// Keys that were found.
    get_hits,
    /// Keys that were not.
    get_misses,
    /// Items found expired.
    get_expired,
    /// Items found flushed.
    get_flushed,
    /// `delete` commands for keys that were not there.
    delete_misses,
    /// `delete` commands for keys that were there.
    delete_hits,
    /// `incr` commands for keys that were not there.
    incr_misses,
    /// `incr` commands for keys that were there.
    incr_hits,
    /// `decr` commands for keys that were not there.
    decr_misses,
    /// `decr` commands for keys that were there.
    decr_hits,
    /// `cas` commands for keys that were not there.
    cas_misses,
    /// `cas` commands that kept their value.
    cas_hits,
    /// `cas` commands that came too late.
    cas_badval,
    /// Keys that were touched.
    touch_hits,
    /// Keys that were to be touched and were not there.
    touch_misses,
    /// Values that were longer than one may be.
    store_too_large,
    /// Values that did not fit into the memory limit.
    store_no_memory,
    /// Items kept since the beginning.
    total_items,
    /// Items that made room before they expired.
    evictions,
}
