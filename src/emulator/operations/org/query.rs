//! Fetching organizations by query.

use std::cmp::Reverse;

use crate::{
    api::{FetchOrgsByQuery, FieldErrors, Never, OrgBasic, OrgOrderBy, OrgsPage},
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            org::domains,
            page::Page,
        },
        state::{OrgRecord, Store},
    },
    endpoint::field_errors::not_one_of,
};

impl Handler<FetchOrgsByQuery> for Store {
    fn handle(&mut self, request: FetchOrgsByQuery) -> Result<OrgsPage, Rejection<Never>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, request.page_size, request.page_number);
        let order_by = request.order_by.unwrap_or(OrgOrderBy::CreatedAtAsc);
        if let OrgOrderBy::Other(order) = &order_by {
            errors.add("order_by", not_one_of(order, "order", OrgOrderBy::TEXTS));
        }
        Rejection::check(errors)?;
        let name = request.name.map(|name| name.to_lowercase());
        let mut orgs: Vec<_> = self
            .orgs
            .values()
            .filter(|org| {
                let matches = |wanted: &Option<String>, is_it: &dyn Fn(&str) -> bool| {
                    wanted.as_deref().is_none_or(is_it)
                };
                matches(&name, &|name| org.name.to_lowercase().contains(name))
                    && matches(&request.domain, &|domain| domains::has(org, domain))
                    && matches(&request.legacy_org_id, &|id| {
                        org.legacy_org_id.as_deref() == Some(id)
                    })
            })
            .collect();
        match order_by {
            OrgOrderBy::Name => orgs.sort_by_key(|org| (org.name.to_lowercase(), org.number)),
            OrgOrderBy::CreatedAtDesc => {
                orgs.sort_by_key(|org| Reverse((org.created_at, org.number)));
            }
            OrgOrderBy::CreatedAtAsc | OrgOrderBy::Other(_) => {
                orgs.sort_by_key(|org| (org.created_at, org.number));
            }
        }
        let part = page.slice(orgs);
        Ok(OrgsPage {
            orgs: part.items.into_iter().map(basic).collect(),
            total_orgs: part.total,
            current_page: page.number,
            page_size: page.size,
            has_more_results: part.has_more,
        })
    }
}

fn basic(record: &OrgRecord) -> OrgBasic {
    let org = record.to_organization();
    OrgBasic {
        org_id: org.org_id,
        name: org.name,
        max_users: org.max_users,
        is_saml_configured: org.is_saml_configured,
        legacy_org_id: org.legacy_org_id,
        metadata: org.metadata,
        custom_role_mapping_name: org.custom_role_mapping_name,
        created_at: Some(record.created_at),
    }
}
