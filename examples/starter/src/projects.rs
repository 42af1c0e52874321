//! The projects of all organizations, in memory. A service of your own has a database here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web_propelauth::{OrgId, OrgMemberInfo};
use serde::Serialize;

/// A project of an organization.
#[derive(Clone, Debug, Serialize)]
pub struct Project {
    pub id: u64,
    pub name: String,
}

/// The projects of all organizations.
#[derive(Clone, Default)]
pub struct Projects(Arc<Mutex<BTreeMap<OrgId, Vec<Project>>>>);

/// The projects of one organization: the only way to reach any.
pub struct OrgProjects<'a> {
    all: MutexGuard<'a, BTreeMap<OrgId, Vec<Project>>>,
    org_id: OrgId,
}

impl Projects {
    /// Returns the projects of an organization, which a guard has checked.
    pub fn of(&self, org: &OrgMemberInfo) -> OrgProjects<'_> {
        OrgProjects {
            all: self.0.lock().unwrap_or_else(PoisonError::into_inner),
            org_id: org.org_id.clone(),
        }
    }
}

impl OrgProjects<'_> {
    pub fn list(&self) -> Vec<Project> {
        self.all.get(&self.org_id).cloned().unwrap_or_default()
    }

    pub fn get(&self, id: u64) -> Option<Project> {
        self.list().into_iter().find(|project| project.id == id)
    }

    pub fn create(&mut self, name: String) -> Project {
        let highest = self.all.values().flatten().map(|project| project.id).max();
        let id = highest.unwrap_or(0) + 1;
        let project = Project { id, name };
        let own = self.all.entry(self.org_id.clone()).or_default();
        own.push(project.clone());
        project
    }

    /// Deletes a project. Returns `true` if there was one.
    pub fn delete(&mut self, id: u64) -> bool {
        let Some(own) = self.all.get_mut(&self.org_id) else {
            return false;
        };
        let before = own.len();
        own.retain(|project| project.id != id);
        own.len() < before
    }
}
