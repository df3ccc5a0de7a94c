//! Stage 2: tables with a line for each device.

mod disks;
mod drawn;
mod mounts;
mod network;

use support::{Stage, stage};

use disks::{
    a_broken_line_of_a_disk_is_said_and_the_others_are_read, disks_of_older_kernels_have_fewer_fields,
    loops_and_memory_disks_are_left_out, partitions_are_left_out, sectors_are_bytes_and_milliseconds_seconds,
};
use drawn::{drawn_devices_are_read, drawn_mounts_are_told};
use mounts::{
    a_device_is_told_once_by_its_shortest_path, a_hidden_mount_is_not_told,
    a_mount_that_is_not_there_is_absent, a_mount_with_a_space_in_its_name_is_found,
    a_type_is_told_as_it_stands, broken_mounts_are_said, sizes_are_what_the_file_system_says,
    views_and_folders_of_containers_are_left_out,
};
use network::{
    a_line_without_a_colon_is_said, each_column_has_its_name, names_of_interfaces_are_read_as_they_are,
    recorded_devices_are_read,
};

pub(crate) const STAGE: Stage = stage!("devices":
    sectors_are_bytes_and_milliseconds_seconds,
    partitions_are_left_out,
    loops_and_memory_disks_are_left_out,
    disks_of_older_kernels_have_fewer_fields,
    a_broken_line_of_a_disk_is_said_and_the_others_are_read,
    each_column_has_its_name,
    names_of_interfaces_are_read_as_they_are,
    a_line_without_a_colon_is_said,
    recorded_devices_are_read,
    views_and_folders_of_containers_are_left_out,
    a_device_is_told_once_by_its_shortest_path,
    a_hidden_mount_is_not_told,
    a_mount_with_a_space_in_its_name_is_found,
    a_type_is_told_as_it_stands,
    a_mount_that_is_not_there_is_absent,
    broken_mounts_are_said,
    sizes_are_what_the_file_system_says;
    seeded: drawn_devices_are_read, drawn_mounts_are_told
);
