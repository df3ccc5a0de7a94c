//! Who a process is: its user, its user namespace, its capabilities.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::Path;

use rustix::process::{
    DumpableBehavior, Gid, Signal, Uid, getegid, geteuid, set_dumpable_behavior,
    set_parent_process_death_signal,
};
use rustix::thread::{
    CapabilitySet, CapabilitySets, LinkNameSpaceType, UnshareFlags, capabilities,
    clear_ambient_capability_set, configure_capability_in_ambient_set, move_into_link_name_space,
    remove_capability_from_bounding_set, set_capabilities, set_no_new_privs, set_thread_groups,
    set_thread_res_gid, set_thread_res_uid,
};

use super::{Doing, Result, at};
use crate::cell::sys;

/// Becomes the user `uid` for good, with a group of the same number and no other.
pub(super) fn become_user(uid: u32) -> Result {
    let (user, group) = (Uid::from_raw(uid), Gid::from_raw(uid));
    let what = || format!("becoming user {uid}");
    set_thread_groups(&[]).doing(what)?;
    set_thread_res_gid(group, group, group).doing(what)?;
    set_thread_res_uid(user, user, user).doing(what)?;
    // Whoever changes users loses their own files in /proc, where the maps of a new user namespace are written.
    set_dumpable_behavior(DumpableBehavior::Dumpable).doing(what)
}

/// Makes new namespaces below a user namespace of its own, in which this user keeps its number and has every capability.
pub(super) fn enter_namespaces(others: UnshareFlags) -> Result {
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    sys::unshare(UnshareFlags::NEWUSER | others).doing(|| "unsharing namespaces".to_owned())?;
    // In this order: a group map may be written only where groups cannot be dropped any more.
    for (name, text) in [
        ("setgroups", "deny".to_owned()),
        ("uid_map", format!("{uid} {uid} 1")),
        ("gid_map", format!("{gid} {gid} 1")),
    ] {
        fs::write(format!("/proc/self/{name}"), text).doing(|| format!("writing /proc/self/{name}"))?;
    }
    Ok(())
}

/// Joins the user namespace that the file `users` stands for.
pub(super) fn join_users(users: &Path) -> Result {
    let file = File::open(users).doing(at("opening", users))?;
    move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::User)).doing(at("joining", users))
}

/// Keeps every capability in this user namespace for the next program that this process becomes or starts.
///
/// That one mounts what a pid namespace needs and gives them up. overlayfs acts with the capabilities of whoever mounted it, so that one
/// alone is not enough.
pub(super) fn hand_on_capabilities() -> Result {
    let what = || "handing capabilities on".to_owned();
    let mut sets = capabilities(None).doing(what)?;
    sets.inheritable = sets.permitted;
    set_capabilities(None, sets).doing(what)?;
    for capability in sets.permitted.iter() {
        configure_capability_in_ambient_set(capability, true).doing(what)?;
    }
    Ok(())
}

/// Gives up every capability. With `for_good` neither this process nor what it becomes can get one back.
pub(super) fn drop_capabilities(for_good: bool) -> Result {
    let what = || "dropping capabilities".to_owned();
    if for_good {
        for capability in CapabilitySet::all().iter() {
            // Newer names than the kernel knows are refused, and whoever has none to give up may not even try.
            let _ = remove_capability_from_bounding_set(capability);
        }
        set_no_new_privs(true).doing(what)?;
    }
    clear_ambient_capability_set().doing(what)?;
    let none = CapabilitySet::empty();
    set_capabilities(
        None,
        CapabilitySets {
            effective: none,
            permitted: none,
            inheritable: none,
        },
    )
    .doing(what)
}

/// Dies with whoever started it.
pub(super) fn die_with_parent() -> Result {
    set_parent_process_death_signal(Some(Signal::KILL)).doing(|| "asking to die with the parent".to_owned())
}
