//! Stage 6: processes, threads and tasks under the same load.

mod answers;
mod observed;
mod proc;
mod runs;
mod switches;

use support::{Stage, stage};

use answers::{
    a_closed_stdout_is_the_end, a_job_more_or_less_is_noticed_in_the_sum,
    a_table_has_a_row_for_each_number_of_workers, json_has_its_keys_in_order, what_cannot_be_is_wrong_usage,
};
use observed::{
    a_thousand_tasks_wait_on_as_many_threads_as_there_are_cores, a_worker_that_is_killed_is_named,
    a_worker_that_owes_nothing_may_end, as_many_jobs_are_under_way_as_there_are_workers,
    computing_tasks_use_every_core, every_thread_that_was_asked_for_computes,
    no_more_workers_than_jobs_are_started, nothing_outlives_a_program_that_is_killed,
    processes_compute_at_the_same_time_and_no_more_than_were_asked_for, threads_do_one_job_after_the_other,
    workers_are_waited_for_before_the_next_row,
};
use switches::{
    a_byte_goes_between_two_processes_on_one_core, a_byte_goes_between_two_tasks_without_another_process,
    a_byte_goes_between_two_threads_of_one_process, every_switch_is_measured_on_one_core_and_on_all,
    who_has_given_bytes_back_is_waited_for,
};

pub(crate) const STAGE: Stage = stage!("models":
    a_job_more_or_less_is_noticed_in_the_sum,
    as_many_jobs_are_under_way_as_there_are_workers,
    processes_compute_at_the_same_time_and_no_more_than_were_asked_for,
    no_more_workers_than_jobs_are_started,
    a_worker_that_is_killed_is_named,
    a_worker_that_owes_nothing_may_end,
    workers_are_waited_for_before_the_next_row,
    nothing_outlives_a_program_that_is_killed,
    every_thread_that_was_asked_for_computes,
    threads_do_one_job_after_the_other,
    computing_tasks_use_every_core,
    a_thousand_tasks_wait_on_as_many_threads_as_there_are_cores,
    a_table_has_a_row_for_each_number_of_workers,
    json_has_its_keys_in_order,
    every_switch_is_measured_on_one_core_and_on_all,
    a_byte_goes_between_two_processes_on_one_core,
    who_has_given_bytes_back_is_waited_for,
    a_byte_goes_between_two_threads_of_one_process,
    a_byte_goes_between_two_tasks_without_another_process,
    what_cannot_be_is_wrong_usage,
    a_closed_stdout_is_the_end
);
