//! A daemon: started, supervised, asked, stopped.
