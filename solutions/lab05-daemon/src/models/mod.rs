//! Processes, threads and tasks under the same load.
