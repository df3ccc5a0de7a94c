//! Pools against servers that do what their names say.
