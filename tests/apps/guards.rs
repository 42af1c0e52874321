//! Guards of the crate, and actix's own around them.

use actix_web::{
    guard::{self, Guard, GuardContext},
    http::Method,
};
use actix_web_propelauth::{
    RequiredOrg,
    org_id::{self, OrgRequest},
};

use crate::{
    app::{Chooser, Lookup},
    people::WORLD,
};

/// Makes the guard that is described, of whichever type, and hands it to the expression.
macro_rules! with_guard {
    ($described:expr, |$guard:ident| $then:expr) => {{
        use actix_web_propelauth::{
            InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission,
            InOrgWithRole,
        };
        let described: &$crate::app::OrgGuard = $described;
        let lookup = $crate::guards::lookup(&described.lookup);
        macro_rules! with_pattern {
            ($made:expr) => {{
                let $guard = match &described.pattern {
                    Some(pattern) => $made.path_pattern(pattern),
                    None => $made,
                };
                $then
            }};
        }
        match described.need {
            $crate::app::Need::Member if described.lookup == $crate::app::Lookup::Default => {
                with_pattern!(InOrg::default())
            }
            $crate::app::Need::Member => with_pattern!(InOrg::new(lookup)),
            $crate::app::Need::Admin => with_pattern!(InOrgWithRole::new("Admin", lookup)),
            $crate::app::Need::AtLeastAdmin => {
                with_pattern!(InOrgWithMinimumRole::new("Admin", lookup))
            }
            $crate::app::Need::Pay => with_pattern!(InOrgWithPermission::new("pay", lookup)),
            $crate::app::Need::PayAndView => {
                with_pattern!(InOrgWithAllPermissions::new(["pay", "view"], lookup))
            }
        }
    }};
}
pub(crate) use with_guard;

type Found = Box<dyn Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Send + Sync>;

pub(crate) fn lookup(described: &Lookup) -> Found {
    match described {
        Lookup::Path(name) => Box::new(org_id::path(known(name))),
        Lookup::Query(name) => Box::new(org_id::query(known(name))),
        Lookup::Header(name) => Box::new(org_id::header(known(name))),
        Lookup::Active => Box::new(org_id::active()),
        Lookup::Default => Box::new(org_id::default()),
        Lookup::Fixed(org) => {
            let org = WORLD.orgs[*org].clone();
            Box::new(move |_| Some(RequiredOrg::id(org.as_str())))
        }
        Lookup::ClosureQuery(name) => {
            let name = name.clone();
            Box::new(move |request| Some(request.query_param(&name)?.into()))
        }
        Lookup::ClosurePath(name) => {
            let name = name.clone();
            Box::new(move |request| Some(request.path_param(&name)?.into()))
        }
        Lookup::Nothing => Box::new(|_| None),
    }
}

/// The lookups of the crate want names that live forever.
fn known(name: &str) -> &'static str {
    let names = ["org_id", "id", "org", "x-org-id", "X-Org"];
    names.into_iter().find(|known| *known == name).unwrap()
}

pub(crate) struct Choose(Box<dyn Guard>);

impl Guard for Choose {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        self.0.check(context)
    }
}

pub(crate) fn choose(described: &Chooser) -> Choose {
    let boxed: Box<dyn Guard> = match described {
        Chooser::Ours(guard) => with_guard!(guard, |guard| Box::new(guard)),
        Chooser::Method(method) => {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            Box::new(guard::Method(method))
        }
        Chooser::Header(value) => {
            let value: &'static str = if value == "1" { "1" } else { "2" };
            Box::new(guard::Header("x-choose", value))
        }
        Chooser::Not(inner) => Box::new(guard::Not(choose(inner))),
        Chooser::Any(several) => {
            let mut several = several.iter().map(choose);
            let mut any = guard::Any(several.next().unwrap());
            for one in several {
                any = any.or(one);
            }
            Box::new(any)
        }
        Chooser::All(several) => {
            let mut several = several.iter().map(choose);
            let mut all = guard::All(several.next().unwrap());
            for one in several {
                all = all.and(one);
            }
            Box::new(all)
        }
    };
    Choose(boxed)
}
