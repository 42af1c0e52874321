//! Lists of organizations.

use super::{OrgRecord, domains};
use crate::{
    api::{FetchOrgsByQuery, FieldErrors, Never, OrgBasic, OrgOrderBy, OrgsPage},
    emulator::{
        dispatch::{Handle, Rejection},
        org_page::Paging,
        store::Store,
    },
};

impl Handle<FetchOrgsByQuery> for Store {
    fn handle(&mut self, request: FetchOrgsByQuery) -> Result<OrgsPage, Rejection<Never>> {
        self.check_orgs()?;
        let paging = Paging::new("page_size", request.page_size, request.page_number)?;
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
        match request.order_by.unwrap_or(OrgOrderBy::CreatedAtAsc) {
            OrgOrderBy::CreatedAtAsc => orgs.sort_by_key(|org| (org.created_at, org.number)),
            OrgOrderBy::CreatedAtDesc => {
                orgs.sort_by_key(|org| std::cmp::Reverse((org.created_at, org.number)));
            }
            OrgOrderBy::Name => orgs.sort_by_key(|org| (org.name.to_lowercase(), org.number)),
            OrgOrderBy::Other(_) => {
                return Err(Rejection::Fields(FieldErrors::one(
                    "order_by",
                    "Must be CREATED_AT_ASC, CREATED_AT_DESC or NAME",
                )));
            }
        }
        let page = paging.of(orgs);
        Ok(OrgsPage {
            orgs: page.items.into_iter().map(basic).collect(),
            total_orgs: page.total,
            current_page: page.number,
            page_size: page.size,
            has_more_results: page.has_more,
        })
    }
}

fn basic(record: &OrgRecord) -> OrgBasic {
    let org = record.org.clone();
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
