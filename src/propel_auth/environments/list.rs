//! Environments from a list, which is checked: a token of one must not speak in another.

use super::{
    environments::{Environments, is_same},
    error::EnvironmentsError,
};
use crate::{
    access::{OfProject as _, Selection, normalize_host, normalize_prefix},
    propel_auth::handle::PropelAuth,
};

impl Environments {
    /// Creates environments of which a request chooses one by the issuer that its token names.
    ///
    /// The issuer is read before the token is verified, and only says who verifies it: the environment that is
    /// chosen compares it again, after the signature. A request whose token names none of the issuers, one without a
    /// token and one with an API key are judged by the first environment.
    ///
    /// ```
    /// use actix_web_propelauth::{Environments, EnvironmentsError, PropelAuth};
    ///
    /// # fn example(customers: PropelAuth, staff: PropelAuth) -> Result<(), EnvironmentsError> {
    /// let environments = Environments::by_issuer([customers, staff])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With more than one environment, any caller can choose which of them has to fetch its verifier key again.
    /// The [pause](crate::PropelAuthBuilder::key_refresh_interval) between fetches holds for each of them.
    ///
    /// # Errors
    ///
    /// Returns [`EnvironmentsError::Empty`] if there is no handle, and [`EnvironmentsError::SameIssuer`] if two
    /// accept tokens of one issuer.
    pub fn by_issuer(
        environments: impl IntoIterator<Item = PropelAuth>,
    ) -> Result<Self, EnvironmentsError> {
        let list: Vec<_> = environments.into_iter().collect();
        let first = list.first().ok_or(EnvironmentsError::Empty)?.clone();
        check_issuers(&list)?;
        Ok(Self::new(Selection::by_issuer(first, list)))
    }

    /// Creates environments of which a request chooses one by its host, such as `eu.example.com`.
    ///
    /// The host is that of the header `Host`, or of the request's target if it has one (`:authority` in HTTP/2).
    /// It is compared without case, port and a dot at the end. `Forwarded` and `X-Forwarded-Host` are not read,
    /// because any caller can send them: a proxy in front has to pass the host on. A clone of one handle can be
    /// given for several hosts.
    ///
    /// ```
    /// use actix_web_propelauth::{Environments, EnvironmentsError, PropelAuth};
    ///
    /// # fn example(eu: PropelAuth, us: PropelAuth) -> Result<(), EnvironmentsError> {
    /// let environments = Environments::by_host([
    ///     ("eu.example.com", eu.clone()),
    ///     ("example.eu", eu),
    ///     ("us.example.com", us),
    /// ])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A request for another host is denied with 421 (Misdirected Request), and one without a host, with several or
    /// with a malformed one with 400, whatever the middleware requires.
    ///
    /// # Errors
    ///
    /// Returns [`EnvironmentsError::Empty`] if the list is empty, [`EnvironmentsError::Host`] if a text is not a
    /// host, [`EnvironmentsError::SameHost`] if a host occurs twice, and [`EnvironmentsError::SameIssuer`] if two
    /// different handles accept tokens of one issuer.
    pub fn by_host<H: Into<String>>(
        environments: impl IntoIterator<Item = (H, PropelAuth)>,
    ) -> Result<Self, EnvironmentsError> {
        let named = |host: String| match normalize_host(&host) {
            Ok(name) => Ok(name),
            Err(problem) => Err(EnvironmentsError::Host { host, problem }),
        };
        let (first, list) = named_list(environments, named, EnvironmentsError::SameHost)?;
        Ok(Self::new(Selection::by_host(first, list)))
    }

    /// Creates environments of which a request chooses one by the beginning of its path, such as `/eu`.
    ///
    /// Prefixes are compared by whole segments, so that `/eu` is for `/eu` and `/eu/orders` and not for `/europe`. The
    /// longest one decides, and `/` is for all other paths. The path is the one that actix-web matches routes
    /// with, percent-decoded. A clone of one handle can be given for several prefixes.
    ///
    /// ```
    /// use actix_web_propelauth::{Environments, EnvironmentsError, PropelAuth};
    ///
    /// # fn example(eu: PropelAuth, us: PropelAuth) -> Result<(), EnvironmentsError> {
    /// let environments = Environments::by_path([("/eu", eu), ("/us", us)])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A request for another path is denied with 404, and so is one whose path has an empty segment, as in `//eu`, or
    /// the segment `.` or `..`: another middleware might read it as another path. Wrap middleware that changes
    /// paths, such as actix-web's [`NormalizePath`](actix_web::middleware::NormalizePath), outside: the last
    /// `.wrap` runs first.
    ///
    /// # Errors
    ///
    /// Returns [`EnvironmentsError::Empty`] if the list is empty, [`EnvironmentsError::Prefix`] if a text is not a
    /// prefix, [`EnvironmentsError::SamePrefix`] if a prefix occurs twice, and [`EnvironmentsError::SameIssuer`] if
    /// two different handles accept tokens of one issuer.
    pub fn by_path<P: Into<String>>(
        environments: impl IntoIterator<Item = (P, PropelAuth)>,
    ) -> Result<Self, EnvironmentsError> {
        let named = |prefix: String| match normalize_prefix(&prefix) {
            Ok(name) => Ok(name),
            Err(problem) => Err(EnvironmentsError::Prefix { prefix, problem }),
        };
        let same = |prefix: String| {
            EnvironmentsError::SamePrefix(if prefix.is_empty() {
                "/".into()
            } else {
                prefix
            })
        };
        let (first, list) = named_list(environments, named, same)?;
        Ok(Self::new(Selection::by_path(first, list)))
    }
}

/// Returns an error if two of the handles accept tokens of one issuer.
fn check_issuers<'a>(
    handles: impl IntoIterator<Item = &'a PropelAuth>,
) -> Result<(), EnvironmentsError> {
    let mut earlier: Vec<&PropelAuth> = Vec::new();
    for auth in handles {
        let (one, is_of) = (auth.settings(), |other: &&&PropelAuth| {
            let other = other.settings();
            auth.settings().accepts_issuer(&other.issuer) || other.accepts_issuer(auth.issuer())
        });
        if let Some(other) = earlier.iter().find(is_of) {
            return Err(EnvironmentsError::SameIssuer {
                issuer: other.issuer().to_owned(),
                other: one.issuer.clone(),
            });
        }
        earlier.push(auth);
    }
    Ok(())
}

/// Returns the first handle, and all with their names, which must be different.
fn named_list<N: Into<String>>(
    environments: impl IntoIterator<Item = (N, PropelAuth)>,
    normalize: impl Fn(String) -> Result<String, EnvironmentsError>,
    same: impl Fn(String) -> EnvironmentsError,
) -> Result<(PropelAuth, Vec<(String, PropelAuth)>), EnvironmentsError> {
    let mut list: Vec<(String, PropelAuth)> = Vec::new();
    let mut handles: Vec<PropelAuth> = Vec::new();
    for (name, auth) in environments {
        let name = normalize(name.into())?;
        if list.iter().any(|(other, _)| *other == name) {
            return Err(same(name));
        }
        if !handles.iter().any(|other| is_same(other, &auth)) {
            handles.push(auth.clone());
        }
        list.push((name, auth));
    }
    check_issuers(&handles)?;
    let first = handles.into_iter().next().ok_or(EnvironmentsError::Empty)?;
    Ok((first, list))
}
