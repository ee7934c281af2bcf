//! Logins through OpenID Connect providers, and GitHub. Alone sees openidconnect.
