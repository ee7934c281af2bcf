//! Roles of the installation's own, and who was granted which.

use leat_midtier::access::{Permission, Permissions, Place, built_in};
use leat_midtier::store::{GRANTS_MAX, Holder, Made, ROLES_MAX, RoleGrant, RoleRecord};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{count, one};
use crate::columns::{Columns, corrupt, plain};
use crate::error::Result;
use crate::statement;

const ROLE_COLUMNS: &str = "name, permissions, created, created_by";
const GRANT_COLUMNS: &str = "role, holder_kind, holder, playpen, created, created_by";

pub(super) async fn make_role(tx: &mut AnyConnection, role: &RoleRecord) -> Result<Made> {
    let known = sqlx::query("SELECT name FROM custom_roles WHERE name = $1").bind(plain(&role.name));
    if known.fetch_optional(&mut *tx).await?.is_some() {
        return Ok(Made::Known);
    }
    if count(&mut *tx, "SELECT count(*) AS count FROM custom_roles").await? >= ROLES_MAX {
        return Ok(Made::TooMany);
    }
    sqlx::query("INSERT INTO custom_roles (name, permissions, created, created_by) VALUES ($1, $2, $3, $4)")
        .bind(plain(&role.name))
        .bind(names_of(role.permissions))
        .bind(role.created.0)
        .bind(plain(&role.created_by))
        .execute(tx)
        .await?;
    Ok(Made::New)
}

pub(super) async fn roles(tx: &mut AnyConnection) -> Result<Vec<RoleRecord>> {
    let sql = AssertSqlSafe(format!("SELECT {ROLE_COLUMNS} FROM custom_roles ORDER BY name"));
    sqlx::query(sql).fetch_all(tx).await?.iter().map(role).collect()
}

pub(super) async fn remove_role(tx: &mut AnyConnection, role: &str) -> Result<bool> {
    let removed = sqlx::query("DELETE FROM custom_roles WHERE name = $1").bind(plain(role)).execute(&mut *tx).await?;
    if removed.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM role_grants WHERE role = $1").bind(plain(role)).execute(tx).await?;
    Ok(true)
}

pub(super) async fn grant(tx: &mut AnyConnection, grant: &RoleGrant, permissions: Permissions) -> Result<Made> {
    let (kind, holder) = holder_of(&grant.holder);
    if let Holder::Account(account) = &grant.holder
        && one(&mut *tx, account).await?.is_none()
    {
        return Ok(Made::Unknown);
    }
    if built_in(&grant.role).is_none() {
        let known = sqlx::query("SELECT permissions FROM custom_roles WHERE name = $1").bind(plain(&grant.role));
        let Some(known) = known.fetch_optional(&mut *tx).await? else { return Ok(Made::Unknown) };
        if permissions_of(&known.json::<Vec<String>>("permissions")?) != permissions {
            return Ok(Made::Unknown);
        }
    }
    if count(&mut *tx, "SELECT count(*) AS count FROM role_grants").await? >= GRANTS_MAX {
        return Ok(Made::TooMany);
    }
    let sql = "INSERT INTO role_grants (role, holder_kind, holder, playpen, created, created_by) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let inserted = sqlx::query(sql)
        .bind(plain(&grant.role))
        .bind(kind)
        .bind(plain(holder))
        .bind(plain(place_name(&grant.place)))
        .bind(grant.created.0)
        .bind(plain(&grant.created_by))
        .execute(tx)
        .await?;
    Ok(if inserted.rows_affected() == 0 { Made::Known } else { Made::New })
}

pub(super) async fn ungrant(tx: &mut AnyConnection, role: &str, holder: &Holder, place: &Place) -> Result<bool> {
    let (kind, holder) = holder_of(holder);
    let sql = "DELETE FROM role_grants WHERE role = $1 AND holder_kind = $2 AND holder = $3 AND playpen = $4";
    let query = sqlx::query(sql).bind(plain(role)).bind(kind).bind(plain(holder)).bind(plain(place_name(place)));
    Ok(query.execute(tx).await?.rows_affected() > 0)
}

pub(super) async fn grants(tx: &mut AnyConnection, role: Option<&str>) -> Result<Vec<RoleGrant>> {
    let order = "ORDER BY role, holder_kind, holder, playpen";
    let rows = match role {
        None => {
            let sql = AssertSqlSafe(format!("SELECT {GRANT_COLUMNS} FROM role_grants {order}"));
            sqlx::query(sql).fetch_all(tx).await?
        }
        Some(role) => {
            let sql = AssertSqlSafe(format!("SELECT {GRANT_COLUMNS} FROM role_grants WHERE role = $1 {order}"));
            sqlx::query(sql).bind(plain(role)).fetch_all(tx).await?
        }
    };
    rows.iter().map(record).collect()
}

/// What an account and these groups were granted, and the installation's own roles among it.
pub(super) async fn of_holders(
    tx: &mut AnyConnection,
    account: Option<&str>,
    groups: &[String],
) -> Result<(Vec<RoleGrant>, Vec<RoleRecord>)> {
    let mut grants = Vec::new();
    if let Some(account) = account {
        let sql = format!(
            "SELECT {GRANT_COLUMNS} FROM role_grants WHERE holder_kind = 'account' AND holder = $1 ORDER BY role, playpen"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(plain(account)).fetch_all(&mut *tx).await?;
        grants.extend(rows.iter().map(record).collect::<Result<Vec<_>>>()?);
    }
    for piece in statement::pieces(groups) {
        let list = statement::list(1, piece.len());
        let sql = format!(
            "SELECT {GRANT_COLUMNS} FROM role_grants WHERE holder_kind = 'group' AND holder IN {list} \
             ORDER BY role, holder, playpen"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for group in piece {
            query = query.bind(plain(group));
        }
        let rows = query.fetch_all(&mut *tx).await?;
        grants.extend(rows.iter().map(record).collect::<Result<Vec<_>>>()?);
    }
    let mut own: Vec<&str> = grants.iter().map(|grant| grant.role.as_str()).collect();
    own.retain(|role| built_in(role).is_none());
    let roles = if own.is_empty() { Vec::new() } else { roles(tx).await? };
    let roles = roles.into_iter().filter(|role| own.contains(&role.name.as_str())).collect();
    Ok((grants, roles))
}

fn role(row: &AnyRow) -> Result<RoleRecord> {
    Ok(RoleRecord {
        name: row.text("name")?,
        permissions: permissions_of(&row.json::<Vec<String>>("permissions")?),
        created: row.moment("created")?,
        created_by: row.text("created_by")?,
    })
}

fn record(row: &AnyRow) -> Result<RoleGrant> {
    let (kind, holder, playpen) = (row.text("holder_kind")?, row.text("holder")?, row.text("playpen")?);
    Ok(RoleGrant {
        role: row.text("role")?,
        holder: match kind.as_str() {
            "account" => Holder::Account(holder),
            "group" => Holder::Group(holder),
            _ => return Err(corrupt("holder_kind", &kind)),
        },
        place: if playpen.is_empty() { Place::Everywhere } else { Place::Playpen(playpen) },
        created: row.moment("created")?,
        created_by: row.text("created_by")?,
    })
}

fn holder_of(holder: &Holder) -> (&'static str, &str) {
    match holder {
        Holder::Account(name) => ("account", name),
        Holder::Group(name) => ("group", name),
    }
}

fn place_name(place: &Place) -> &str {
    match place {
        Place::Everywhere => "",
        Place::Playpen(playpen) => playpen,
    }
}

/// A set as it is kept.
pub(super) fn names_of(permissions: Permissions) -> String {
    serde_json::to_string(&permissions.names()).expect("names are JSON")
}

/// A set that was kept. A name that this Leat does not know gives nothing.
pub(super) fn permissions_of(names: &[String]) -> Permissions {
    names.iter().filter_map(|name| Permission::of_name(name)).collect()
}
