//! A fleet of servers, monitored and controlled.
