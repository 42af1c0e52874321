//! Calls while the backend API is away.

mod outage;
