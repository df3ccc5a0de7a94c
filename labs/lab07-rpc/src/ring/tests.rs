//! What must hold of every ring, tried with many.
